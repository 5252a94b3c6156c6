// A JSON object taken apart field by field: what is not taken whole stays, so that nothing is lost.
import { canonicalJson } from "../base/canonical.ts";

/** What a reader made of a field. `whole`: the value says all that the field said. */
export interface Taken<T> {
  value?: T;
  whole: boolean;
}

/** A JSON object of which fields are taken, one after the other. */
export interface JsonRecord {
  /** The value of a field by `read`; undefined where there is none. What is not taken whole stays. */
  take<T>(field: string, read: (value: unknown) => Taken<T>): T | undefined;
  /** Keeps a field although it was taken. */
  restore(field: string): void;
  /** The fields that stay. */
  left(): string[];
  /** The fields that stay as canonical JSON, null where none does. */
  leftText(): string | null;
}

/** Where a file of ours keeps what stayed of fields that would be read again. */
const nest = "extra";

/** The record of a parsed JSON object. Members of its `extra` stay as they are, as though they stood beside it unread. */
export function recordOf(object: Readonly<Record<string, unknown>>): JsonRecord {
  const given = new Map(Object.entries(object));
  const left = new Map(given);
  const inner = given.get(nest);
  const nested = isObject(inner) ? Object.entries(inner) : [];
  const kept = () => {
    // A name with two values, here and there: then `extra` is one more field that nobody knows.
    const isOneMore = nested.length === 0 || nested.some(([field]) => field !== nest && left.has(field));
    return isOneMore ? left : new Map([...[...left].filter(([field]) => field !== nest), ...nested]);
  };
  return {
    take(field, read) {
      const value = given.get(field);
      if (value === undefined) return undefined;
      if (value === null) {
        left.delete(field);
        return undefined;
      }
      const taken = read(value);
      if (taken.whole) left.delete(field);
      return taken.value;
    },
    restore(field) {
      const value = given.get(field);
      if (value !== undefined && value !== null) left.set(field, value);
    },
    left: () => [...left.keys()].filter((field) => field !== nest || nested.length === 0),
    leftText() {
      const all = kept();
      return all.size === 0 ? null : canonicalJson(Object.fromEntries(all));
    },
  };
}

/**
 * An object with what stayed of it (the text of `leftText`) put back: beside its own fields, and within `extra` where a
 * name is one of `read`, which would be taken for something else.
 */
export function withLeft(
  own: Readonly<Record<string, unknown>>,
  leftText: string | null,
  read: ReadonlySet<string>,
): Record<string, unknown> {
  if (leftText === null) return own;
  const entries = Object.entries(JSON.parse(leftText) as Record<string, unknown>);
  const isInner = ([field]: [string, unknown]) => field === nest || read.has(field);
  const inner = entries.filter(isInner);
  const members = [...Object.entries(own), ...entries.filter((entry) => !isInner(entry))];
  // From entries: an assignment to "__proto__" would be lost.
  return Object.fromEntries(inner.length === 0 ? members : [...members, [nest, Object.fromEntries(inner)]]);
}

/** True for what JSON calls an object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
