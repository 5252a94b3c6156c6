// The folder of a run: where it is, what stands in it, and the `wg` that its agent calls.
import * as fs from "node:fs";
import * as path from "node:path";
import { messageOf } from "../base/error.ts";
import { writeText } from "../base/file.ts";
import type { Project } from "../base/home.ts";
import type { Plan } from "../graph/plan.ts";
import { type Program, writeOwnWg } from "../handlers/own-wg.ts";

export interface RunFolder {
  root: string;
  plan: string;
  prompt: string;
  events: string;
  verifyLog: string;
  setupLog: string;
  /** First on the run's PATH; holds `wg`. */
  bin: string;
  wg: string;
  /** Exists while something was said to the task that the run has not been told. */
  inbox: string;
}

/** Where the files of a run are, whether or not they exist yet. */
export function runFolder(project: Project, run: string): RunFolder {
  const root = path.join(project.runs, run);
  return {
    root,
    plan: path.join(root, "plan.json"),
    prompt: path.join(root, "prompt.md"),
    events: path.join(root, "events.jsonl"),
    verifyLog: path.join(root, "verify.log"),
    setupLog: path.join(root, "setup.log"),
    bin: path.join(root, "bin"),
    wg: path.join(root, "bin", "wg"),
    inbox: path.join(root, "inbox"),
  };
}

/**
 * Makes the folder (0700) with the plan, the prompt (0600) and `bin/wg`. Throws when the folder itself cannot be
 * made; files that cannot be written are returned as sentences, since the run can do without them.
 */
export function fillRunFolder(folder: RunFolder, plan: Plan, program: Program): string[] {
  fs.mkdirSync(folder.bin, { recursive: true, mode: 0o700 });
  const problems: string[] = [];
  const attempt = (step: () => void) => {
    try {
      step();
    } catch (error) {
      problems.push(messageOf(error));
    }
  };
  attempt(() => writeText(folder.plan, `${JSON.stringify(plan, null, 2)}\n`));
  attempt(() => writeText(folder.prompt, `${plan.prompt.trimEnd()}\n`));
  attempt(() => writeOwnWg(folder.bin, program));
  return problems;
}
