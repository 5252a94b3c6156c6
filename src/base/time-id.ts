// Names for what happens once: readable, sorted by time, and unlike any other.

/** Letters and digits that cannot be taken for each other. */
const letters = "abcdefghjkmnpqrstuvwxyz23456789";

/** An id that sorts by time (UTC, to the second) and can be read out: `20261123-130501-k3f9xq`. `random` gives [0, 1). */
export function timeId(now: Date, random: () => number): string {
  const [day = "", time = ""] = now.toISOString().replace(/[-:]/g, "").slice(0, 15).split("T");
  return `${day}-${time}-${randomLetters(6, random)}`;
}

/** So many letters by chance. */
export function randomLetters(count: number, random: () => number): string {
  return Array.from({ length: count }, () => letters[Math.floor(random() * letters.length)]).join("");
}
