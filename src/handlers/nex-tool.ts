// What a tool of the in-process agent is, and what every tool shares.
import type { Fields } from "./fields.ts";
import type { Bounds } from "./nex-place.ts";

/** Characters of a result that the model gets to see. */
export const maxOutput = 16_000;

/** What the tools of one run work with. */
export interface ToolContext {
  bounds: Bounds;
  run: string;
  /** For the output of commands. */
  folder: string;
  /** The environment of commands, without the endpoint's key. */
  env: Readonly<Record<string, string>>;
  /** No command may be silent for longer. */
  maxCommandMs: number;
  redact(text: string): string;
}

/** `ok` false: the model is told that it failed. `warning` is for people. */
export interface Outcome {
  ok: boolean;
  output: string;
  warning?: string;
}

/** `isSafe`: it changes nothing, so a read-only run has it too. What `run` throws is told to the model. */
export interface Tool {
  name: string;
  isSafe: boolean;
  description: string;
  /** JSON Schema of an object. */
  parameters: Fields;
  run(args: Fields, context: ToolContext, signal: AbortSignal): Promise<Outcome>;
}

/** A JSON Schema of an object with these properties. */
export function objectSchema(properties: Fields, required: readonly string[]): Fields {
  return { type: "object", properties, required, additionalProperties: false };
}
