// `wg profile undo`: what was done last is taken back, a switch, or the beginning of a canary.
import * as fs from "node:fs";
import { type Project, requireProject } from "../base/home.ts";
import type { Io } from "./io.ts";
import { writablePlace } from "./profile-place.ts";
import { switchTo, type UseOptions } from "./profile-use.ts";

export async function undo(io: Io, options: Pick<UseOptions, "project" | "check" | "json">): Promise<void> {
  const project = options.project ? requireProject(io.cwd, io.env) : undefined;
  // While a canary is on, its beginning is the last thing that was done: any switch since would have ended it.
  if (await isCanaryOn(io, project)) return (await import("./profile-canary.ts")).abort(io, options);
  await switchTo(io, { kind: "undo" }, options);
}

async function isCanaryOn(io: Io, project: Project | undefined): Promise<boolean> {
  const where = writablePlace(io);
  if (!fs.existsSync((project ?? where.home).canary)) return false;
  return (await import("../profile/canary-over.ts")).isCanaryOn(where, project);
}
