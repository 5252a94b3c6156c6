// What a profile may be called, and which existing profile a typed word means.
import { WgError } from "../base/error.ts";
import { nearest } from "../base/nearest.ts";

/** The settings with no profile active; no profile can have this name. */
export const baseName = "base";

/** Words that mean something else on a command line. */
const reserved: readonly string[] = [baseName, "none", "-"];

/** Other words for a profile, taken only where no profile has the word as its own name. */
const aliases: Readonly<Record<string, string>> = { nex: "wgnext" };

/** True for the words that mean "no profile". */
export function isBase(word: string): boolean {
  return word === baseName || word === "none";
}

/** True for a text that can name a profile, and so be a file name without leaving its folder. */
export function isProfileName(text: string): boolean {
  return /^[a-z0-9][a-z0-9._-]{0,63}$/.test(text) && !reserved.includes(text);
}

/** The text itself when it can name a profile; refuses with `bad-name` and says what a name looks like. */
export function checkName(text: string): string {
  if (isProfileName(text)) return text;
  const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
  if (reserved.includes(text)) {
    throw new WgError("bad-name", `${shown} is a reserved word, no profile can have it as its name`, {
      hint: "choose another name",
    });
  }
  throw new WgError("bad-name", `${shown} cannot be the name of a profile`, {
    hint: "a name has 1 to 64 of a-z, 0-9, dot, dash and underscore, and starts with a letter or digit",
  });
}

/** The existing name a word means: itself, or what it is an alias of; undefined when there is no such profile. */
export function exactMatch(word: string, names: readonly string[]): string | undefined {
  if (names.includes(word)) return word;
  const meant = Object.hasOwn(aliases, word) ? aliases[word] : undefined;
  return meant !== undefined && names.includes(meant) ? meant : undefined;
}

/**
 * The existing name a word means: exactly, by alias, or as the beginning of one name alone. Refuses with
 * `ambiguous-profile` when it begins several, `no-profile` when it begins none, `bad-name` when it could be no name.
 */
export function matchName(word: string, names: readonly string[]): string {
  const exact = exactMatch(word, names);
  if (exact !== undefined) return exact;
  if (!isProfileName(word)) throw refusedWord(word, names);
  const longer = names.filter((name) => name.startsWith(word));
  const [only] = longer;
  if (only !== undefined && longer.length === 1) return only;
  if (longer.length === 0) throw noProfile(word, names);
  throw new WgError("ambiguous-profile", `"${word}" begins the names of ${longer.length} profiles`, {
    hint: `write one of ${longer.slice(0, 8).join(", ")}`,
  });
}

/** The refusal for a name nothing answers to: the nearest one, else the list. */
export function noProfile(word: string, names: readonly string[]): WgError {
  const guess = nearest(word, names);
  const listed =
    names.length === 0
      ? "there are none; make one with: wg profile create"
      : `there are ${names.slice(0, 12).join(", ")}`;
  return new WgError("no-profile", `profile "${word}" not found`, {
    hint: guess === undefined ? listed : `did you mean ${guess}?`,
  });
}

function refusedWord(word: string, names: readonly string[]): WgError {
  const lower = word.toLowerCase();
  if (!names.includes(lower)) {
    try {
      checkName(word);
    } catch (error) {
      if (error instanceof WgError) return error;
    }
  }
  return new WgError("bad-name", `${JSON.stringify(word)} cannot be the name of a profile`, {
    hint: `did you mean ${lower}?`,
  });
}
