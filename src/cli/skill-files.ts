// Installing and uninstalling wg's part of the files of Claude Code and Codex: all is computed, then written.
import * as fs from "node:fs";
import * as path from "node:path";
import { WgError } from "../base/error.ts";
import { readText, removeFile, writeText } from "../base/file.ts";
import { type Env, requireProject } from "../base/home.ts";
import { hasSection, withoutSection, withSection } from "./skill-section.ts";
import { type SkillAgent, skillSection } from "./skill-text.ts";

export interface SkillFile {
  agent: SkillAgent;
  path: string;
}

/** What came of one file. */
export interface SkillChange extends SkillFile {
  change: "written" | "updated" | "removed" | "none";
}

/** Where the agent looks: in its own folder (`CLAUDE_CONFIG_DIR`, `CODEX_HOME` or below HOME), or in the project. */
export function skillFile(agent: SkillAgent, inProject: boolean, cwd: string, env: Env): SkillFile {
  const root = inProject ? requireProject(cwd, env).root : undefined;
  if (agent === "codex") {
    return {
      agent,
      path: path.join(root ?? env["CODEX_HOME"] ?? path.join(home(env), ".codex"), "AGENTS.md"),
    };
  }
  const own = env["CLAUDE_CONFIG_DIR"] ?? path.join(home(env), ".claude");
  return { agent, path: path.join(root ? path.join(root, ".claude") : own, "skills", "wg", "SKILL.md") };
}

/** Writes wg's part into each file. Refuses before anything is written (`not-ours`, `damaged-markers`, `bad-file`). */
export function installSkill(files: readonly SkillFile[]): SkillChange[] {
  const planned = files.map((file) => {
    const before = readText(file.path);
    if (before !== undefined) refuseForeign(file, before);
    const after = withSection(before ?? "", skillSection(file.agent), file.path);
    return { file, before, after };
  });
  return planned.map(({ file, before, after }) => {
    if (after === before) return { ...file, change: "none" };
    const isThere = before !== undefined && hasSection(before, file.path);
    writeText(file.path, after);
    return { ...file, change: isThere ? "updated" : "written" };
  });
}

/** Takes wg's part out of each file, and away what holds nothing else. Refuses before anything is written. */
export function uninstallSkill(files: readonly SkillFile[]): SkillChange[] {
  const planned = files.map((file) => {
    const before = readText(file.path);
    return { file, after: before === undefined ? undefined : withoutSection(before, file.path) };
  });
  return planned.map(({ file, after }) => {
    if (after === undefined) return { ...file, change: "none" };
    if (after === "" && !fs.lstatSync(file.path).isSymbolicLink()) remove(file);
    else writeText(file.path, after);
    return { ...file, change: "removed" };
  });
}

// A skill has a file of its own, so one that is there without our markers is another skill of the same name.
function refuseForeign({ agent, path: file }: SkillFile, text: string): void {
  if (agent === "codex" || text === "" || hasSection(text, file)) return;
  throw new WgError("not-ours", `${file} is there already, and wg did not write it`, {
    at: { path: file },
    hint: "move it away if wg's skill is to take its place; wg skill show --claude prints that",
  });
}

function remove({ agent, path: file }: SkillFile): void {
  removeFile(file);
  if (agent !== "claude") return;
  const folder = path.dirname(file);
  if (fs.readdirSync(folder).length === 0 && !fs.lstatSync(folder).isSymbolicLink()) fs.rmdirSync(folder);
}

function home(env: Env): string {
  if (env["HOME"]) return env["HOME"];
  throw new WgError("no-home", "HOME is not set, so it is not known where the agent's files are");
}
