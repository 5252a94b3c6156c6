// The template of `wg profile current --format`: which words it asks for, and the text with them filled in. Pure.
import { WgError } from "../base/error.ts";
import { nearest } from "../base/nearest.ts";

/** What a template may ask for. */
const formatWords = ["name", "revision", "route", "origin"] as const;
type FormatWord = (typeof formatWords)[number];

/** The words a template asks for. Refuses (`usage`) one that is none; braces around anything else are text. */
export function wordsIn(template: string): Set<FormatWord> {
  const found = new Set<FormatWord>();
  for (const [, word = ""] of template.matchAll(/\{([a-z]+)\}/g)) {
    const known = formatWords.find((each) => each === word);
    if (known === undefined) throw unknownWord(word);
    found.add(known);
  }
  return found;
}

/** The template with its words replaced; `?` for one that is not known. */
export function filled(template: string, values: Partial<Record<FormatWord, string>>): string {
  return template.replace(/\{([a-z]+)\}/g, (whole, word: string) => {
    const known = formatWords.find((each) => each === word);
    return known === undefined ? whole : (values[known] ?? "?");
  });
}

function unknownWord(word: string): WgError {
  const guess = nearest(word, formatWords);
  const all = formatWords.map((each) => `{${each}}`).join(", ");
  return new WgError("usage", `a format has no {${word}}`, {
    exit: 2,
    hint: guess ? `did you mean {${guess}}?` : `there are ${all}`,
  });
}
