// Text of others made safe to show: nothing in it can move a cursor, change a title, or turn the direction of a line.

/**
 * A filter for text that comes in pieces. Line ends and tabs stay; other control characters, and those that turn the
 * direction of writing, become visible as `\x1b`. Half a character is held back until the rest comes.
 */
export function startSafeText(): (piece: string) => string {
  let held = "";
  return (piece) => {
    const text = held + piece;
    const isHalf = /[\ud800-\udbff]$/.test(text);
    held = isHalf ? text.slice(-1) : "";
    return safeText(isHalf ? text.slice(0, -1) : text);
  };
}

/** The same for a whole text. */
export function safeText(text: string): string {
  return text
    .replace(/\r/g, "")
    .replace(/\t/g, "    ")
    .replace(/[^\P{Cc}\n]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (character) => {
      const code = character.charCodeAt(0).toString(16);
      return code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, "0")}`;
    });
}
