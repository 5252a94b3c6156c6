// What a project tells its agents: AGENTS.md, or CLAUDE.md where there is none, from the project's root to the working directory.
import * as fs from "node:fs";
import * as path from "node:path";
import { isAsking } from "../base/role.ts";
import type { Plan } from "../graph/plan.ts";
import { cut } from "./fields.ts";
import { placeOf } from "./nex-place.ts";

const names = ["AGENTS.md", "CLAUDE.md"];
/** Characters of all of them together: a model with a small window has to work with them too. */
const maxLength = 12_000;
const maxBytes = 1024 * 1024;

/** The instructions with their files' names, the root's first; "" where there are none, and for a judge. What leads out of the project is not read. */
export function instructionsFor(plan: Pick<Plan, "role" | "project" | "cwd" | "worktree">): string {
  const { cwd } = plan;
  if (isAsking(plan)) return "";
  // A chat outside of any project has none; a worktree has the project's own files in its commit.
  const project = plan.worktree?.folder ?? (plan.project || cwd);
  const texts = foldersBetween(project, cwd).flatMap((folder) => {
    const found = names.map((name) => ({ name, text: textIn(project, path.join(folder, name)) }));
    const first = found.find(({ text }) => text !== undefined);
    if (first?.text === undefined) return [];
    const file = path.relative(project, path.join(folder, first.name));
    return [`# ${file}\n\n${first.text}`];
  });
  return cut(texts.join("\n\n"), maxLength);
}

/** From the outermost to the innermost; only the innermost where that is not inside the project. */
function foldersBetween(project: string, cwd: string): string[] {
  const inside = path.relative(project, cwd);
  if (inside.startsWith("..") || path.isAbsolute(inside)) return [];
  const parts = inside === "" ? [] : inside.split(path.sep);
  return [project, ...parts.map((_, index) => path.join(project, ...parts.slice(0, index + 1)))];
}

/** The text of a regular file; undefined for one that is not there, is none, leads elsewhere, or says nothing. */
function textIn(project: string, file: string): string | undefined {
  try {
    const place = placeOf({ root: project, isConfined: true }, file, "read");
    const stat = fs.statSync(place);
    if (!stat.isFile() || stat.size > maxBytes) return undefined;
    return fs.readFileSync(place, "utf8").trim() || undefined;
  } catch {
    // A run does without them.
    return undefined;
  }
}
