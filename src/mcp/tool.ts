// The shape of a tool: what it takes as JSON Schema, and the same read from what a client sent.
import { WgError } from "../base/error.ts";
import type { Project } from "../base/home.ts";
import type { Graph } from "../graph/database.ts";
import type { Reach, Scope } from "./scope.ts";

/** What a tool works with. */
export interface ToolContext {
  graph: Graph;
  project: Project;
  scope: Scope;
  now: Date;
}

type Field =
  | { readonly type: "string"; readonly description?: string; readonly enum?: readonly string[] }
  | { readonly type: "integer"; readonly description?: string }
  | { readonly type: "array"; readonly description?: string; readonly items: { readonly type: "string" } };
type Fields = Readonly<Record<string, Field>>;
type ValueOf<F extends Field> = F extends { type: "string" }
  ? string
  : F extends { type: "integer" }
    ? number
    : string[];

/** The arguments of a tool: those required are there. */
export type Arguments<F extends Fields, R extends keyof F> = { [K in R]: ValueOf<F[K]> } & {
  [K in Exclude<keyof F, R>]?: ValueOf<F[K]>;
};

/** What a tool does to the graph: nothing, something more, or something else in place of what was there. */
export type Effect = "reads" | "adds" | "changes";

export interface Tool {
  name: string;
  description: string;
  reach: Reach;
  effect: Effect;
  fields: Fields;
  required: readonly string[];
  /** Answers a client's arguments, already read. Refuses with `WgError`. */
  answer(args: Readonly<Record<string, unknown>>, context: ToolContext): string;
}

/** A tool whose arguments have the types that its fields say. */
export function tool<const F extends Fields, const R extends keyof F & string>(definition: {
  name: string;
  description: string;
  reach: Reach;
  effect: Effect;
  fields: F;
  required: readonly R[];
  answer(args: Arguments<F, R>, context: ToolContext): string;
}): Tool {
  return {
    ...definition,
    // `readArguments` has made sure of it.
    answer: (args, context) => definition.answer(args as Arguments<F, R>, context),
  };
}

/** What a client sent, checked. Refuses (`bad-arguments`) what is missing, unknown or of another type. */
export function readArguments({ name, fields, required }: Tool, given: unknown): Record<string, unknown> {
  const args = (given ?? {}) as Record<string, unknown>;
  const refuse = (message: string) =>
    new WgError("bad-arguments", `${name}: ${message}`, {
      hint: `it takes ${Object.keys(fields).join(", ")}`,
    });
  for (const field of required) if (args[field] === undefined) throw refuse(`${field} is missing`);
  for (const [field, value] of Object.entries(args)) {
    const wanted = Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (wanted === undefined) throw refuse(`there is no ${JSON.stringify(field.slice(0, 40))}`);
    if (!fits(wanted, value)) throw refuse(`${field} is not ${wordsFor(wanted)}`);
  }
  return args;
}

function fits(field: Field, value: unknown): boolean {
  switch (field.type) {
    case "string":
      return typeof value === "string" && (field.enum === undefined || field.enum.includes(value));
    case "integer":
      return Number.isSafeInteger(value);
    case "array":
      return Array.isArray(value) && value.every((item) => typeof item === "string");
  }
}

function wordsFor(field: Field): string {
  switch (field.type) {
    case "string":
      return field.enum === undefined ? "a text" : `one of ${field.enum.join(", ")}`;
    case "integer":
      return "a whole number";
    case "array":
      return "a list of texts";
  }
}
