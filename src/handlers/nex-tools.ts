// The tools of the in-process agent together: which ones a run gets, and one call from its text to its outcome.
import { errnoOf, messageOf, WgError } from "../base/error.ts";
import type { Permissions } from "../base/role.ts";
import { cut, type Fields } from "./fields.ts";
import { edit, list, read, write } from "./nex-files.ts";
import { search } from "./nex-search.ts";
import { shell } from "./nex-shell.ts";
import type { Outcome, Tool, ToolContext } from "./nex-tool.ts";
import type { Call } from "./nex-turn.ts";

const all: readonly Tool[] = [read, write, edit, list, search, shell];

/** The tools that a permission level allows. */
export function toolsFor(permissions: Permissions): readonly Tool[] {
  return permissions === "read-only" ? all.filter((tool) => tool.isSafe) : all;
}

/** The tools in the words of chat completions. */
export function offerOf(tools: readonly Tool[]): Fields[] {
  return tools.map(({ name, description, parameters }) => ({
    type: "function",
    function: { name, description, parameters },
  }));
}

/** What came of a call. `problem`: it was turned down, or it made no sense. */
export interface CallOutcome extends Outcome {
  problem?: "denied" | "malformed";
}

/** Makes a call. Throws only when `signal` ended it; whatever else goes wrong is for the model to read. */
export async function makeCall(
  call: Call,
  tools: readonly Tool[],
  context: ToolContext,
  signal: AbortSignal,
): Promise<CallOutcome> {
  const tool = tools.find(({ name }) => name === call.name);
  if (tool === undefined) return unknownTool(call.name, tools);
  const args = argumentsIn(call.input);
  if (typeof args === "string") return { ok: false, output: args, problem: "malformed" };
  try {
    const outcome = await tool.run(args, context, signal);
    return { ...outcome, output: context.redact(outcome.output) };
  } catch (error) {
    signal.throwIfAborted();
    const output = context.redact(explained(error));
    const isDenied = error instanceof WgError && error.code === "not-permitted";
    return { ok: false, output, ...(isDenied && { problem: "denied" as const }) };
  }
}

function unknownTool(name: string, tools: readonly Tool[]): CallOutcome {
  const names = tools.map((tool) => tool.name).join(", ");
  if (all.some((tool) => tool.name === name)) {
    return {
      ok: false,
      output: `${name} is not permitted in this run; you have: ${names}`,
      problem: "denied",
    };
  }
  const shown = JSON.stringify(cut(name, 60));
  return { ok: false, output: `there is no tool ${shown}; you have: ${names}`, problem: "malformed" };
}

/** The arguments, or in a sentence what is wrong with them. No arguments at all are an empty object. */
function argumentsIn(input: string): Fields | string {
  if (input.trim() === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(input);
    // Some models put their JSON into a JSON text.
    if (typeof value === "string") value = JSON.parse(value);
  } catch (error) {
    return `the arguments are no JSON (${messageOf(error)}): ${cut(input, 200)}`;
  }
  const isObject = value !== null && typeof value === "object" && !Array.isArray(value);
  return isObject ? (value as Fields) : "the arguments are no JSON object";
}

const reasons: Record<string, string> = {
  ENOENT: "there is no such file or folder",
  ENOTDIR: "a part of the path is no folder",
  EISDIR: "that is a folder",
  EEXIST: "a part of the path is a file",
  EACCES: "the system does not let you",
  EPERM: "the system does not let you",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  ENAMETOOLONG: "the name is too long",
  ENXIO: "that is no regular file",
};

function explained(error: unknown): string {
  if (error instanceof WgError) {
    return error.hint === undefined ? error.message : `${error.message}; ${error.hint}`;
  }
  return reasons[errnoOf(error) ?? ""] ?? messageOf(error);
}
