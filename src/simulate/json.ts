// Reading other people's JSON without believing its shape.

export type Json = Record<string, unknown>;

/** The object itself, or an empty one. */
export function objectOf(value: unknown): Json {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Json) : {};
}

/** The list itself, or an empty one. */
export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The text itself, or an empty one. */
export function stringOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The text of a message's content in any of the three APIs: a string, or blocks of which those with text count. */
export function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  return listOf(content)
    .map((block) => stringOf(objectOf(block)["text"]))
    .filter((text) => text !== "")
    .join("\n");
}
