// Names that stand inside a key: tiers, roles, handlers, environment variables.
import { WgError } from "../base/error.ts";
import { nearest } from "../base/nearest.ts";

const tierName = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const variableName = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

/** Word parts that say a variable holds a secret; `CLAUDE_CODE_MAX_OUTPUT_TOKENS` has none of them. */
const secretWords = new Set([
  "KEY",
  "APIKEY",
  "TOKEN",
  "SECRET",
  "PASSWORD",
  "PASSWD",
  "PASSPHRASE",
  "CREDENTIAL",
]);

const unsafeVariables: readonly [RegExp, string][] = [
  [
    /^PATH$/,
    "a run has the PATH its service was started with; name a program with handlers.<handler>.command",
  ],
  [
    /^(LD_PRELOAD|LD_AUDIT|LD_LIBRARY_PATH|DYLD_.*|NODE_OPTIONS)$/,
    "it would change every program a run starts",
  ],
  [/^HOME$/, "move a handler's own folder instead, with CLAUDE_CONFIG_DIR or CODEX_HOME"],
];

/** Refuses (`bad-name`) a tier that is no `[a-z0-9][a-z0-9_-]*` of at most 64 characters. */
export function checkTierName(name: string): void {
  if (tierName.test(name)) return;
  throw new WgError("bad-name", `${JSON.stringify(shorten(name))} cannot name a tier`, {
    hint: "lower-case letters, digits, - and _, for example fast",
  });
}

/** Refuses (`bad-name`) what is no variable's name, and the names that are wg's own. */
export function checkVariableName(name: string): void {
  if (!variableName.test(name) || name === "__proto__") {
    throw new WgError("bad-name", `${JSON.stringify(shorten(name))} cannot name an environment variable`, {
      hint: "letters, digits and _, not beginning with a digit",
    });
  }
  if (!name.startsWith("WG_")) return;
  throw new WgError("bad-name", `${name} cannot be pinned`, {
    hint: "names that begin with WG_ belong to wg",
  });
}

/** Refuses (`bad-name`) what no server could call a model. */
export function checkModelName(name: string): void {
  if (/^[^\s\p{Cc}"]{1,200}$/u.test(name) && name !== "__proto__") return;
  throw new WgError("bad-name", `${JSON.stringify(shorten(name))} cannot name a model`, {
    hint: 'the name as the server writes it, for example prices."gpt-5.5"',
  });
}

/** Why a variable is not pinned without saying that it is meant; undefined for one that may be. */
export function whyUnsafe(name: string): string | undefined {
  return unsafeVariables.find(([pattern]) => pattern.test(name))?.[1];
}

/** Refuses (`bad-name`) a name outside a closed set, with a guess at the one that was meant. */
export function checkKnownName(name: string, known: readonly string[], noun: string): void {
  if (known.includes(name)) return;
  const guess = nearest(name, known);
  throw new WgError("bad-name", `unknown ${noun} ${JSON.stringify(shorten(name))}`, {
    hint: guess ? `did you mean ${guess}?` : `known: ${known.join(", ")}`,
  });
}

/** True for `OPENAI_API_KEY`, `db-password`: one word of the name says that its value is a secret. */
export function isSecretName(name: string): boolean {
  return name.split(/[^A-Za-z0-9]+/).some((word) => secretWords.has(word.toUpperCase()));
}

function shorten(name: string): string {
  return name.length > 60 ? `${name.slice(0, 57)}...` : name;
}
