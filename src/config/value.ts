// The kinds of values a key can have: their shape, how they are refused, and how typed words become one.
import { type Place, WgError } from "../base/error.ts";
import { parseRoute } from "../base/route.ts";
import { checkReference, type PinnedValue } from "../base/secret.ts";
import { durationMs } from "./duration.ts";
import { isSecretName, whyUnsafe } from "./names.ts";
import { isTable } from "./toml.ts";

/** Where a value stands, for refusals. `place` takes the path inside the value, for lists and tables. */
export interface Spot {
  key: string;
  place(...inner: (string | number)[]): Place | undefined;
}

/** How words on a command line become the value: as they are, a TOML literal, a comma-separated list, text or `{ ref = "..." }`. */
export type TypedForm = "text" | "literal" | "list" | "pin";

/** One kind of value. `read` gives the value as it is kept (normalised, still TOML), or refuses with `bad-value` and the like. */
export interface ValueType<T = unknown> {
  /** The shape as JSON Schema, for editors; `read` refuses more than it can say. */
  schema: Readonly<Record<string, unknown>>;
  /** Ends the sentence "must be ...". */
  expects: string;
  form: TypedForm;
  read(value: unknown, spot: Spot): T;
}

/** What a kind is made of: `accepts` is its shape, `check` refuses with a WgError of its own or gives the value to keep. */
export interface Kind<T> extends Omit<ValueType<T>, "read"> {
  accepts(value: unknown): value is T;
  check?(value: T, spot: Spot): T;
}

/**
 * A kind of value whose refusals say the key and the place. Shapes are written out here, not with zod: every command
 * that reads settings would have to load it first.
 */
export function valueType<T>({ accepts, check, ...kind }: Kind<T>): ValueType<T> {
  const read = (value: unknown, spot: Spot): T => {
    if (!accepts(value)) throw refused(spot, new WgError("bad-value", `must be ${kind.expects}`));
    try {
      return check ? check(value, spot) : value;
    } catch (error) {
      if (error instanceof WgError) throw refused(spot, error);
      throw error;
    }
  };
  return { ...kind, read };
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

/** Text of at most `longest` characters that matches a pattern, where there is one. */
export function textKind(expects: string, longest: number, pattern?: RegExp): Kind<string> {
  return {
    schema: { type: "string", maxLength: longest, ...(pattern && { pattern: pattern.source }) },
    expects,
    form: "text",
    accepts: (value): value is string => {
      return isText(value) && value.length <= longest && (pattern === undefined || pattern.test(value));
    },
  };
}

/** One line of text, not empty. Control characters would reach a terminal or an argv. */
export const textType = valueType(textKind("a line of text", 4096, /^\P{Cc}+$/u));

/** `handler:model`. */
export const routeType = valueType({
  ...textKind('a route, for example "claude:opus"', 4096),
  check(text) {
    parseRoute(text);
    return text;
  },
});

/** Text such as "10m", from 1 ms to 20 days. */
export const durationType = valueType({
  ...textKind('a duration such as "90s", "10m" or "2h"', 11, /^[0-9]{1,9}(ms|s|m|h|d)$/),
  check(text) {
    if (durationMs(text) !== undefined) return text;
    throw new WgError("bad-value", "must be more than nothing and at most 20 days");
  },
});

/** A whole number within bounds. */
export function countType(from: number, to: number): ValueType<number> {
  return valueType({
    schema: { type: "integer", minimum: from, maximum: to },
    expects: `a whole number from ${from} to ${to}`,
    form: "literal",
    accepts: (value): value is number => {
      return typeof value === "number" && Number.isInteger(value) && value >= from && value <= to;
    },
  });
}

/** One of a few words. */
export function choiceType<T extends string>(choices: readonly T[]): ValueType<T> {
  return valueType({
    schema: { type: "string", enum: choices },
    expects: `one of ${choices.join(", ")}`,
    form: "text",
    accepts: (value): value is T => choices.some((choice) => choice === value),
  });
}

/** A list of some of a few words. */
export function choicesType<T extends string>(choices: readonly T[]): ValueType<T[]> {
  return valueType({
    schema: { type: "array", uniqueItems: true, items: { type: "string", enum: choices } },
    expects: `a list of some of ${choices.join(", ")}`,
    form: "list",
    accepts: (value): value is T[] => {
      return Array.isArray(value) && value.every((item) => choices.some((choice) => choice === item));
    },
  });
}

/** True or false. */
export const flagType = valueType({
  schema: { type: "boolean" },
  expects: "true or false",
  form: "literal",
  accepts: (value) => typeof value === "boolean",
});

const profileName = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** A list of names of profiles. */
export const namesType: ValueType<string[]> = valueType({
  schema: { type: "array", maxItems: 32, items: { type: "string", pattern: profileName.source } },
  expects: "a list of profile names",
  form: "list",
  accepts: (value): value is string[] => {
    return (
      Array.isArray(value) &&
      value.length <= 32 &&
      value.every((item) => isText(item) && profileName.test(item))
    );
  },
  check(names) {
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice === undefined) return names;
    throw new WgError("bad-value", `names ${twice} twice`);
  },
});

const longestPin = 65_536;

// Keys of the large providers can be told by how they begin, whatever the variable is called.
const looksLikeKey = /^(sk-|ghp_|github_pat_|glpat-|xox[abeoprs]-|AKIA[0-9A-Z]{16}|AIza)/;

/** A pin as it stands in a file. `unsafe` says that a variable which changes every program of a run is meant. */
export type Pin = PinnedValue | { ref: string; unsafe: true } | { value: string; unsafe: true };

/** A pin: a literal that is no secret, or `{ ref = "env:NAME" }`. Its variable is the last part of the key. */
export const pinType: ValueType<Pin> = valueType({
  schema: {
    anyOf: [
      { type: "string", maxLength: longestPin },
      {
        type: "object",
        properties: { ref: { type: "string" }, unsafe: { const: true } },
        required: ["ref"],
        additionalProperties: false,
      },
      {
        type: "object",
        properties: { value: { type: "string", maxLength: longestPin }, unsafe: { const: true } },
        required: ["value", "unsafe"],
        additionalProperties: false,
      },
    ],
  },
  expects: 'text, or { ref = "env:NAME" }',
  form: "pin",
  accepts: (value): value is Pin => {
    if (!isTable(value)) return isPinText(value);
    const { ref, value: text, unsafe, ...rest } = value;
    if (Object.keys(rest).length > 0 || (unsafe !== undefined && unsafe !== true)) return false;
    return text === undefined ? isText(ref) : isPinText(text) && ref === undefined && unsafe === true;
  },
  check(value, spot) {
    const name = spot.key.slice(spot.key.lastIndexOf(".") + 1);
    const why = whyUnsafe(name);
    if (why !== undefined && !(typeof value === "object" && "unsafe" in value)) {
      throw new WgError("bad-name", `${name} cannot be pinned like that`, {
        hint: `${why}; where it is meant all the same: { value = "...", unsafe = true }`,
      });
    }
    if (typeof value === "object" && "ref" in value) {
      checkReference(value.ref);
      return value;
    }
    const text = typeof value === "string" ? value : value.value;
    if (text === "" || !(isSecretName(name) || looksLikeKey.test(text))) return value;
    throw new WgError("secret-value", "holds a secret itself", {
      hint: `export it elsewhere and write { ref = "env:${name}" }; file:PATH, cmd:COMMAND and keyring:NAME work too`,
    });
  },
});

function isPinText(value: unknown): value is string {
  return isText(value) && value.length <= longestPin && !value.includes("\0");
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
