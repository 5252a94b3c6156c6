// The verbs of `wg profile` by which profiles arrive and leave: import, export, and what else `create` can begin with.
import type { Command } from "commander";
import { Command as Verb } from "commander";
import type { Io } from "./io.ts";

/** Adds `import` and `export`, and two beginnings to `create`. Their bodies are loaded when they are called. */
export function addArrivingVerbs(profile: Command, io: Io): void {
  const create = profile.commands.find((verb) => verb.name() === "create");
  create
    ?.option("--from-config", "make it of what the config files say now")
    .option(
      "--preset <name>",
      "make it from a preset; -m may then be a model of that server alone (wg preset list)",
    )
    .option("--handler <handler>", "with --preset: who runs it, where the server has several ways")
    .addHelpText(
      "after",
      "  wg profile create now --from-config\n  wg profile create glm --preset zai\n  wg profile create qwen --preset ollama -m qwen3:30b",
    )
    .action(async (name, options) => {
      const { preset, handler, fromConfig } = options;
      if (preset === undefined && handler === undefined && fromConfig === undefined) {
        return (await import("./profile-create.ts")).createProfile(io, name, options);
      }
      return (await import("./profile-preset.ts")).createFromKnown(io, name, options);
    });
  profile.addCommand(importVerb(io));
  profile.addCommand(exportVerb(io));
}

function importVerb(io: Io): Command {
  return new Verb("import")
    .description(
      "Make profiles of a file: a profile of wg, a file of the original wg, Codex's <name>.config.toml, Claude Code's settings.json, or an export of cc-switch.",
    )
    .argument("<file>", "the file, or - for stdin")
    .option("--name <name>", "what to call it; the default is the name of the file")
    .option("--only <name>", "of several, only this one; may be repeated", gather, [])
    .option("--force", "replace profiles of the same name; the old text is kept beside")
    .option("--yes", "do it without asking")
    .option("--json", "print one JSON envelope; asks nothing")
    .action(async (file, options) => (await import("./profile-import.ts")).importProfiles(io, file, options))
    .addHelpText(
      "after",
      `
Says what it would do, then asks; where nobody can be asked it needs --yes, and ends with 4 without it.
No key is read into a profile: it says which variable to export instead. What has no place in a profile is listed.

Examples:
  wg profile import ~/.codex/deep.config.toml
  wg profile import ~/.claude/settings.json --name gate
  wg profile import cc-switch-export.sql --only my-gate --yes
  wg profile export mine | ssh box wg profile import - --name mine --yes`,
    );
}

function exportVerb(io: Io): Command {
  return new Verb("export")
    .description(
      "Print a profile as one file for somewhere else. Keys stay behind: references are all it holds.",
    )
    .argument("<name>", "the profile")
    .option("--flatten", "with everything it extends, so that it stands alone")
    .option("--json", "print one JSON envelope with the text in it")
    .action(async (name, options) => (await import("./profile-export.ts")).exportOne(io, name, options))
    .addHelpText(
      "after",
      "\nExamples:\n  wg profile export mine > mine.toml\n  wg profile export mine --flatten",
    );
}

function gather(value: string, before: string[]): string[] {
  return [...before, value];
}
