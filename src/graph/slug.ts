// Ids of tasks: readable words made from a title, or chosen and checked.
import { WgError } from "../base/error.ts";

const idShape = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const maxSlugLength = 40;

// Letters that do not come apart into a plain letter and an accent.
const spelled: Record<string, string> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  ł: "l",
  þ: "th",
  ı: "i",
};

/** Lower-case ASCII words of a title joined by `-`, cut at a word within 40 characters; `task` when no letter is left. */
export function slugOf(title: string): string {
  const letters = title
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/['\u2019]/g, "")
    .replace(/[\u0080-\uffff]/g, (letter) => spelled[letter] ?? " ");
  const words = letters.split(/[^a-z0-9]+/).filter((word) => word !== "");
  let slug = words[0]?.slice(0, maxSlugLength) ?? "task";
  for (const word of words.slice(1)) {
    if (slug.length + 1 + word.length > maxSlugLength) break;
    slug += `-${word}`;
  }
  return slug;
}

/**
 * The slug itself, or with `-2`, `-3` ... behind it, whichever `isTaken` turns down first not. Asks about
 * log2(n) times where n are taken in a row.
 */
export function freeId(slug: string, isTaken: (id: string) => boolean): string {
  const numbered = (number: number) => (number === 1 ? slug : `${slug}-${number}`);
  if (!isTaken(slug)) return slug;
  let taken = 1;
  let free = 2;
  while (isTaken(numbered(free))) {
    taken = free;
    free *= 2;
  }
  while (free - taken > 1) {
    const middle = Math.floor((taken + free) / 2);
    if (isTaken(numbered(middle))) taken = middle;
    else free = middle;
  }
  return numbered(free);
}

/** True for what could be an id: `[a-z0-9][a-z0-9._-]{0,63}`. */
export function isId(id: string): boolean {
  return idShape.test(id);
}

/** Refuses (`bad-id`) what could not be an id. */
export function checkId(id: string): void {
  if (isId(id)) return;
  const shown = JSON.stringify(id.length > 64 ? `${id.slice(0, 61)}...` : id);
  throw new WgError("bad-id", `${shown} is no id of a task`, {
    hint: "lower-case letters, digits, dot, dash and underscore; at most 64, the first a letter or digit",
  });
}
