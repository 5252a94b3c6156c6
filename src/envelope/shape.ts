// The words in which the shape of an answer is declared; each makes a piece of JSON Schema.

type Schema = Readonly<Record<string, unknown>>;

/** What some JSON may be. */
export interface Shape {
  readonly schema: Schema;
}

/** A member that may be absent. */
export interface Maybe {
  readonly maybe: Shape;
}

/** One shape for every field of a type, and `maybe` exactly where the type has a `?`. */
export type Members<T> = { readonly [K in keyof T]-?: object extends Pick<T, K> ? Maybe : Shape };
export type AnyMembers = Readonly<Record<string, Shape | Maybe>>;

export const text: Shape = { schema: { type: "string" } };
export const flag: Shape = { schema: { type: "boolean" } };
export const count: Shape = { schema: { type: "integer", minimum: 0 } };
export const whole: Shape = { schema: { type: "integer" } };
export const number: Shape = { schema: { type: "number" } };
/** ISO 8601, UTC. */
export const time: Shape = { schema: { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}T[\\d:.]+Z$" } };
/** Any JSON at all. */
export const anything: Shape = { schema: {} };

export function oneOf(...values: readonly (string | number | boolean | null)[]): Shape {
  return { schema: { enum: values } };
}

export function list(item: Shape): Shape {
  return { schema: { type: "array", items: item.schema } };
}

/** An object whose names are not known beforehand. */
export function table(value: Shape): Shape {
  return { schema: { type: "object", additionalProperties: value.schema } };
}

export function either(...shapes: readonly Shape[]): Shape {
  return { schema: { anyOf: shapes.map(({ schema }) => schema) } };
}

export function orNull(shape: Shape): Shape {
  return either(shape, oneOf(null));
}

export function maybe(shape: Shape): Maybe {
  return { maybe: shape };
}

/** The same shape with a word on what it holds. */
export function about(description: string, { schema }: Shape): Shape {
  return { schema: { description, ...schema } };
}

/** An object with these members and no other; `object<T>` insists on those of the type. */
export function object<T = never>(members: [T] extends [never] ? AnyMembers : Members<NoInfer<T>>): Shape {
  const entries = Object.entries(members as AnyMembers);
  const properties = entries.map(([name, each]) => [name, ("maybe" in each ? each.maybe : each).schema]);
  const required = entries.filter(([, each]) => !("maybe" in each)).map(([name]) => name);
  return {
    schema: {
      type: "object",
      properties: Object.fromEntries(properties),
      required,
      additionalProperties: false,
    },
  };
}

/** What a verb prints for `--json`: `{ "schemaVersion": 1, ... }`. */
export function envelope(members: AnyMembers): Shape {
  return object({ schemaVersion: oneOf(1), ...members });
}
