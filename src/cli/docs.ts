// `wg docs <folder>`: writes the generated pages; for those who work on wg.
import * as fs from "node:fs";
import * as path from "node:path";
import { Writable } from "node:stream";
import { Command } from "commander";
import { configSchema, profileSchema, settingsPage } from "../config/docs.ts";
import { commands } from "./commands.ts";
import type { Io } from "./io.ts";
import { say } from "./print.ts";
import { loadCommand } from "./program.ts";

/** Columns of the help texts in docs/cli.md. */
const helpColumns = 100;

export function docsCommand(io: Io): Command {
  return new Command("docs")
    .description("Write the pages that are generated from the program.")
    .argument("<folder>", "where to")
    .action(async (folder: string) => {
      for (const [name, text] of Object.entries(await generatedPages(io))) {
        fs.writeFileSync(path.resolve(io.cwd, folder, name), text);
        say(io, `wrote ${name}`);
      }
    });
}

/** Every generated page, name -> text. */
export async function generatedPages(io: Io): Promise<Record<string, string>> {
  return {
    "cli.md": await commandPage(io),
    "config.md": settingsPage(),
    "config.schema.json": `${JSON.stringify(configSchema(), null, 2)}\n`,
    "profile.schema.json": `${JSON.stringify(profileSchema(), null, 2)}\n`,
  };
}

async function commandPage(io: Io): Promise<string> {
  const sections: string[] = [];
  for (const entry of commands.filter(({ hidden }) => !hidden)) {
    const { io: listening, text } = listener(io);
    for (const { command, words } of family(await loadCommand(entry, listening))) {
      command.configureOutput({ getOutHelpWidth: () => helpColumns, getOutHasColors: () => false });
      command.outputHelp();
      const help = text().trimEnd();
      sections.push(`${"#".repeat(words.length)} ${words.join(" ")}\n\n\`\`\`text\n${help}\n\`\`\``);
    }
  }
  const origin =
    "This page is generated from the program by `npm run docs`: it is what each command says to `--help`.";
  return `${["# Commands", origin, ...sections].join("\n\n")}\n`;
}

/** A command and its verbs, each with its words: `wg profile use`. */
function family(
  command: Command,
  above: readonly string[] = ["wg"],
): { command: Command; words: string[] }[] {
  const words = [...above, command.name()];
  return [{ command, words }, ...command.commands.flatMap((verb) => family(verb, words))];
}

/** An io whose stdout is kept; `text` gives what came since it was last asked. */
function listener(io: Io): { io: Io; text: () => string } {
  let heard = "";
  const stdout = new Writable({
    write(chunk, _, done) {
      heard += String(chunk);
      done();
    },
  });
  const text = () => {
    const all = heard;
    heard = "";
    return all;
  };
  return { io: { ...io, stdout }, text };
}
