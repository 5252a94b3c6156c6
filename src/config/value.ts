// The kinds of values a key can have: their shape, how they are refused, and how typed words become one.
import * as z from "zod/mini";
import { type Place, WgError } from "../base/error.ts";
import { parseRoute } from "../base/route.ts";
import { checkReference, type PinnedValue } from "../base/secret.ts";
import { durationMs } from "./duration.ts";
import { isSecretName } from "./names.ts";

/** Where a value stands, for refusals. `place` takes the path inside the value, for lists and tables. */
export interface Spot {
  key: string;
  place(...inner: (string | number)[]): Place | undefined;
}

/** How words on a command line become the value: as they are, a TOML literal, a comma-separated list, text or `{ ref = "..." }`. */
export type TypedForm = "text" | "literal" | "list" | "pin";

/** One kind of value. `read` gives the value as it is kept (normalised, still TOML), or refuses with `bad-value` and the like. */
export interface ValueType<T = unknown> {
  schema: z.ZodMiniType<T>;
  /** Ends the sentence "must be ...". */
  expects: string;
  form: TypedForm;
  read(value: unknown, spot: Spot): T;
}

/** A kind of value from its shape; `check` refuses with a WgError of its own, or gives the value to keep. */
export function valueType<T>(
  schema: z.ZodMiniType<T>,
  expects: string,
  form: TypedForm,
  check: (value: T, spot: Spot) => T = (value) => value,
): ValueType<T> {
  const read = (value: unknown, spot: Spot): T => {
    const parsed = schema.safeParse(value);
    if (!parsed.success) throw refused(spot, new WgError("bad-value", `must be ${expects}`));
    try {
      return check(parsed.data, spot);
    } catch (error) {
      if (error instanceof WgError) throw refused(spot, error);
      throw error;
    }
  };
  return { schema, expects, form, read };
}

/** The same refusal, saying which key and where. One that already has its place is left as it is. */
export function refused(spot: Spot, error: WgError, ...inner: (string | number)[]): WgError {
  if (error.at !== undefined) return error;
  const at = spot.place(...inner);
  return new WgError(error.code, `${spot.key}: ${error.message}`, {
    ...(error.hint !== undefined && { hint: error.hint }),
    ...(at && { at }),
    cause: error,
  });
}

// Control characters have no place in a name, a command or a pin: they would reach a terminal or an argv.
const line = z.string().check(z.minLength(1), z.maxLength(4096), z.regex(/^\P{Cc}*$/u));

/** One line of text, not empty. */
export const textType = valueType(line, "a line of text", "text");

/** `handler:model`. */
export const routeType = valueType(z.string(), 'a route, for example "claude:opus"', "text", (text) => {
  parseRoute(text);
  return text;
});

/** Text such as "10m", from 1 ms to 20 days. */
export const durationType = valueType(
  z.string().check(z.regex(/^[0-9]{1,9}(ms|s|m|h|d)$/)),
  'a duration such as "90s", "10m" or "2h"',
  "text",
  (text) => {
    if (durationMs(text) !== undefined) return text;
    throw new WgError("bad-value", "must be more than nothing and at most 20 days");
  },
);

/** A whole number within bounds. */
export function countType(from: number, to: number): ValueType<number> {
  return valueType(
    z.int().check(z.minimum(from), z.maximum(to)),
    `a whole number from ${from} to ${to}`,
    "literal",
  );
}

/** One of a few words. */
export function choiceType(choices: readonly [string, ...string[]]): ValueType<string> {
  return valueType(z.enum(choices), `one of ${choices.join(", ")}`, "text");
}

/** A list of names of profiles. */
export const namesType: ValueType<string[]> = valueType(
  z.array(z.string().check(z.regex(/^[a-z0-9][a-z0-9._-]{0,63}$/))).check(z.maxLength(32)),
  "a list of profile names",
  "list",
  (names) => {
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice === undefined) return names;
    throw new WgError("bad-value", `names ${twice} twice`);
  },
);

const reference = z.strictObject({ ref: z.string() });

// Keys of the large providers can be told by how they begin, whatever the variable is called.
const looksLikeKey = /^(sk-|ghp_|github_pat_|glpat-|xox[abeoprs]-|AKIA[0-9A-Z]{16}|AIza)/;

/** A pin: a literal that is no secret, or `{ ref = "env:NAME" }`. Its variable is the last part of the key. */
export const pinType: ValueType<PinnedValue> = valueType(
  z.union([z.string().check(z.maxLength(65_536), z.regex(/^[^\0]*$/)), reference]),
  'text, or { ref = "env:NAME" }',
  "pin",
  (value, spot) => {
    if (typeof value !== "string") {
      checkReference(value.ref);
      return value;
    }
    const name = spot.key.slice(spot.key.lastIndexOf(".") + 1);
    if (value === "" || !(isSecretName(name) || looksLikeKey.test(value))) return value;
    throw new WgError("secret-value", "holds a secret itself", {
      hint: `export it elsewhere and write { ref = "env:${name}" }; file:PATH, cmd:COMMAND and keyring:NAME work too`,
    });
  },
);
