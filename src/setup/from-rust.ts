// A profile or config file of the original wg as a profile: what decided who runs what is taken, the rest is told.
import { readOriginal } from "../config/original.ts";
import type { Draft } from "./draft.ts";
import type { Candidate } from "./imported.ts";

/** The profile such a file stands for. `file` is its path: relative paths of keys are found from there. */
export function fromRust(name: string, table: Record<string, unknown>, file: string): Candidate {
  const {
    description,
    model,
    maxAgents: _,
    keys,
    notes,
    notTaken,
    ...rest
  } = readOriginal(name, table, file);
  const draft: Draft = {
    head: ["Made from a file of the original wg."],
    description: description ?? `${name}, from the original wg`,
    model: model ?? "claude:opus",
    ...rest,
  };
  const assumed = model === undefined ? ["it names no model for workers, so claude:opus was taken"] : [];
  return { name, draft, keys, notes: [...assumed, ...notes], notTaken };
}
