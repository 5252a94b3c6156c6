// The place a profile verb works at: its home has the starters by then, where it can be written.
import type { WgError } from "../base/error.ts";
import { ensureStarters } from "../profile/starters.ts";
import type { Where } from "../profile/where.ts";
import type { Io } from "./io.ts";
import { whereOf } from "./where.ts";

/** `--json`, as every verb has it. */
export interface JsonOption {
  json?: true;
}

/** The place, and why the starters could not be written into a home without profiles, where they could not. */
export function profilePlace(io: Io): { where: Where; problem: WgError | undefined } {
  const where = whereOf(io);
  return { where, problem: ensureStarters(where.home) };
}

/** As `profilePlace`, for verbs that change something: they refuse where the home cannot be written. */
export function writablePlace(io: Io): Where {
  const { where, problem } = profilePlace(io);
  if (problem !== undefined) throw problem;
  return where;
}

/** Who makes a change, for the history. */
export function changedBy(io: Io): { pid: number; user: string } {
  return { pid: process.pid, user: io.env["USER"] || io.env["LOGNAME"] || String(process.getuid?.() ?? "") };
}
