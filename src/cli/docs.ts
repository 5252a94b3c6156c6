// The pages of docs/ that the program itself says: settings from their declarations, commands from their help texts.
import { Readable, Writable } from "node:stream";
import type { Command } from "commander";
import { configSchema, profileSchema, settingsPage } from "../config/docs.ts";
import { publishedSchemas } from "../envelope/all.ts";
import { presetsPage } from "../setup/presets-page.ts";
import { commands } from "./commands.ts";
import type { Io } from "./io.ts";
import { profileCommand } from "./profile.ts";
import { profilesPage } from "./profiles-page.ts";
import { loadCommand } from "./program.ts";

/** Columns of the help texts in docs/cli.md. */
const helpColumns = 100;

/** Every generated page, its path in docs/ -> text. `written` reads a page that is generated only in part. */
export async function generatedPages(written: (page: string) => string): Promise<Record<string, string>> {
  return {
    "cli.md": await commandPage(),
    "config.md": settingsPage(),
    "config.schema.json": jsonPage(configSchema()),
    "presets.md": presetsPage(),
    "profile.schema.json": jsonPage(profileSchema()),
    "profiles.md": profilesPage(written("profiles.md"), profileCommand(listener().io)),
    ...Object.fromEntries(
      Object.entries(publishedSchemas()).map(([file, schema]) => [`schemas/${file}`, jsonPage(schema)]),
    ),
  };
}

function jsonPage(schema: object): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

async function commandPage(): Promise<string> {
  const sections: string[] = [];
  for (const entry of commands.filter(({ hidden }) => !hidden)) {
    const { io: listening, text } = listener();
    for (const { command, words } of family(await loadCommand(entry, listening))) {
      command.configureOutput({ getOutHelpWidth: () => helpColumns, getOutHasColors: () => false });
      command.outputHelp();
      const help = text().trimEnd();
      sections.push(`${"#".repeat(words.length)} ${words.join(" ")}\n\n\`\`\`text\n${help}\n\`\`\``);
    }
  }
  const origin =
    "This page is generated from the program by `npm run docs`: it is what each command says to `--help`. " +
    "What each prints for `--json` is in [schemas/](schemas), one JSON Schema a verb, and one for what any prints when it refuses.";
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
function listener(): { io: Io; text: () => string } {
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
  const io: Io = {
    env: {},
    cwd: "/",
    stdin: Readable.from([]),
    stdout,
    stderr: stdout,
    now: () => new Date(0),
    signal: new AbortController().signal,
    patient: false,
    status: 0,
  };
  return { io, text };
}
