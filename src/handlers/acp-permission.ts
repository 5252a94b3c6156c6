// What an ACP agent asks leave for, held against the run's permissions. Pure but for the symlinks it follows.
import { WgError } from "../base/error.ts";
import type { Permissions } from "../base/role.ts";
import { cut, type Fields, textOf } from "./fields.ts";
import { placeOf } from "./nex-place.ts";

/** A tool call as far as the agent has told of it; `paths` are the files it names. */
export interface ToolCall {
  kind: string;
  title: string;
  paths: readonly string[];
}

/** `denied`: why not, for people. Without an option the agent's question can only be called off. */
export interface Verdict {
  optionId?: string;
  denied?: string;
}

/** Kinds of tools that change nothing here, and those that change files. */
const looking = ["read", "search", "think", "switch_mode"];
const editing = ["edit", "delete", "move"];

/** The option to choose among those the agent offers. */
export function verdictOn(
  call: ToolCall,
  options: readonly Fields[],
  { permissions, cwd }: { permissions: Permissions; cwd: string },
): Verdict {
  const problem = permissions === "full" ? undefined : problemWith(call, permissions, cwd);
  // Never for good where there is a choice: agents keep that in settings of their own.
  const kinds = problem === undefined ? ["allow_once", "allow_always"] : ["reject_once", "reject_always"];
  const option = kinds.flatMap((kind) => options.filter((each) => each["kind"] === kind))[0];
  const optionId = textOf(option?.["optionId"]);
  const title = cut(call.title, 200);
  return {
    ...(optionId !== undefined && { optionId }),
    ...(problem !== undefined && { denied: `not permitted: ${title} (${problem})` }),
  };
}

function problemWith({ kind, paths }: ToolCall, permissions: Permissions, cwd: string): string | undefined {
  const isReadOnly = permissions === "read-only";
  if (looking.includes(kind)) {
    return isReadOnly ? outsideOf(paths, cwd, "read") : undefined;
  }
  if (isReadOnly) return "the run is read-only";
  if (kind === "execute" || kind === "fetch") return undefined;
  if (!editing.includes(kind)) return "it is neither a file of the working directory nor a command";
  if (paths.length === 0) return "it does not say which file";
  return outsideOf(paths, cwd, "write");
}

function outsideOf(paths: readonly string[], cwd: string, use: "read" | "write"): string | undefined {
  for (const name of paths) {
    try {
      placeOf({ root: cwd, isConfined: true }, name, use);
    } catch (error) {
      if (error instanceof WgError) return error.message;
      return `${name} cannot be looked at`;
    }
  }
  return undefined;
}
