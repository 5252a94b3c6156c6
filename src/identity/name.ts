// What agents, roles and tradeoffs may be called, and which agent a typed word means.
import { WgError } from "../base/error.ts";
import { nearest } from "../base/nearest.ts";

/** Words that mean no agent, or leave the choice to wg. */
const reserved: readonly string[] = ["none", "auto"];

/** True for a text that can name an agent, a role or a tradeoff, and so be a file name without leaving its folder. */
export function isAgencyName(text: string): boolean {
  return /^[a-z0-9][a-z0-9._-]{0,63}$/.test(text) && !reserved.includes(text);
}

/** The text itself when it can be a name; refuses with `bad-name`, and says what a name looks like. */
export function checkAgencyName(text: string, of: "agent" | "role" | "tradeoff"): string {
  if (isAgencyName(text)) return text;
  const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
  const isReserved = reserved.includes(text);
  throw new WgError("bad-name", `${shown} cannot be the name of ${of === "agent" ? "an" : "a"} ${of}`, {
    hint: isReserved
      ? `"${text}" has a meaning of its own; choose another name`
      : "a name has 1 to 64 of a-z, 0-9, dot, dash and underscore, and starts with a letter or digit",
  });
}

/**
 * The name a word means: itself, or the only one that begins so. Refuses `ambiguous-agent` where it begins several, and
 * `no-agent` (with a guess) where it begins none.
 */
export function matchAgent(word: string, names: readonly string[]): string {
  if (names.includes(word)) return word;
  const longer = word === "" ? [] : names.filter((name) => name.startsWith(word));
  const [only] = longer;
  const shown = JSON.stringify(word.slice(0, 64));
  if (only !== undefined && longer.length === 1) return only;
  if (longer.length > 1) {
    throw new WgError("ambiguous-agent", `${shown} begins the names of ${longer.length} agents`, {
      hint: `write one of ${longer.slice(0, 8).join(", ")}`,
    });
  }
  const guess = nearest(word, names);
  const known = names.length === 0 ? "there are none; wg agency init writes a few" : listed(names);
  throw new WgError("no-agent", `there is no agent ${shown}`, {
    hint: guess === undefined ? known : `did you mean ${guess}?`,
  });
}

function listed(names: readonly string[]): string {
  return `there are ${names.slice(0, 12).join(", ")}`;
}
