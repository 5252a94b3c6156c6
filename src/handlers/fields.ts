// Fields of JSON that others wrote, read without trusting their shape.

export type Fields = Readonly<Record<string, unknown>>;

/** The value when it is an object, else an empty one. */
export function fieldsOf(value: unknown): Fields {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Fields) : {};
}

/** The value when it is a list, else an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value when it is a text, else undefined. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The value when it is a finite number, else undefined. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** A token count: 0 for anything that is none. */
export function countOf(value: unknown): number {
  return Math.max(0, Math.round(numberOf(value) ?? 0));
}

/** Seconds since 1970 as ISO 8601, or undefined for what is no time within the next hundred years. */
export function timeOf(value: unknown): string | undefined {
  const seconds = numberOf(value);
  if (seconds === undefined || seconds < 1e9 || seconds > 5e9) return undefined;
  return new Date(seconds * 1000).toISOString();
}

/** At most `length` characters, with a mark where something was cut off. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
