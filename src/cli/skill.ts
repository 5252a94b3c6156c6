// `wg skill`: tells Claude Code or Codex of wg in the files they read by themselves; the one verb that writes there, when asked.
import { Command } from "commander";
import { WgError } from "../base/error.ts";
import type { Io } from "./io.ts";
import { print, printJson, say } from "./print.ts";
import { installSkill, type SkillChange, skillFile, uninstallSkill } from "./skill-files.ts";
import { type SkillAgent, skillSection } from "./skill-text.ts";

interface Options {
  claude?: true;
  codex?: true;
  project?: true;
  json?: true;
}

const examples = `
Claude Code gets a skill, Codex a part of AGENTS.md, between two markers. Whatever else such a file holds stays as it is.
This is the only verb by which wg writes into another tool's folder.

Examples:
  wg skill install --claude              ~/.claude/skills/wg/SKILL.md
  wg skill install --codex --project     AGENTS.md of this project
  wg skill uninstall --claude --codex    both gone, without a trace
  wg skill show --codex                  what would be written`;

export function skillCommand(io: Io): Command {
  const skill = new Command("skill")
    .description("Tell Claude Code or Codex of wg, in the files they read by themselves.")
    .addHelpText("after", examples);
  placed(skill.command("install"), "Write wg's part into the agent's file, or bring it up to date.")
    .addHelpText("after", "\nExample:\n  wg skill install --claude")
    .action((options: Options) => tell(io, installSkill(filesOf(io, options)), options));
  placed(skill.command("uninstall"), "Take wg's part out of the agent's file again.")
    .addHelpText("after", "\nExample:\n  wg skill uninstall --claude --codex --project")
    .action((options: Options) => tell(io, uninstallSkill(filesOf(io, options)), options));
  forAgents(skill.command("show"), "Print what install writes, and write nothing.")
    .addHelpText("after", "\nExample:\n  wg skill show --codex")
    .action((options: Options) => print(io, agentsOf(options).map(skillSection).join("\n\n")));
  return skill;
}

function forAgents(verb: Command, description: string): Command {
  return verb.description(description).option("--claude", "Claude Code").option("--codex", "Codex");
}

function placed(verb: Command, description: string): Command {
  return forAgents(verb, description)
    .option("--project", "in this project, for all who work on it, instead of for you")
    .option("--json", "print one JSON envelope");
}

function filesOf(io: Io, options: Options) {
  return agentsOf(options).map((agent) => skillFile(agent, options.project === true, io.cwd, io.env));
}

function agentsOf({ claude, codex }: Options): SkillAgent[] {
  const agents: SkillAgent[] = [...(claude ? ["claude" as const] : []), ...(codex ? ["codex" as const] : [])];
  if (agents.length > 0) return agents;
  throw new WgError("usage", "no agent was named", { hint: "give --claude, --codex or both", exit: 2 });
}

const sentences: Record<SkillChange["change"], (file: string) => string> = {
  written: (file) => `wrote wg's part into ${file}`,
  updated: (file) => `brought wg's part of ${file} up to date`,
  removed: (file) => `took wg's part out of ${file}`,
  none: (file) => `nothing to do in ${file}`,
};

function tell(io: Io, changes: readonly SkillChange[], { json }: Options): void {
  if (json) {
    printJson(io, { files: changes });
    return;
  }
  for (const { path, change } of changes) {
    print(io, path);
    say(io, sentences[change](path));
  }
}
