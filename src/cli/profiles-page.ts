// The generated parts of docs/profiles.md: the verbs of `wg profile`, and who may set which key.
import type { Argument, Command } from "commander";
import { definitions } from "../config/schema.ts";

/** The page with its generated parts made anew; what a person wrote around them stays. */
export function profilesPage(text: string, profile: Command): string {
  const parts: Record<string, string> = { verbs: verbsTable(profile), keys: keysTable() };
  return Object.entries(parts).reduce((page, [name, part]) => withPart(page, name, part), text);
}

function withPart(page: string, name: string, part: string): string {
  const begin = `<!-- ${name}: written by npm run docs -->\n`;
  const end = `\n<!-- end of ${name} -->`;
  const from = page.indexOf(begin);
  const to = page.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`no part for ${name} in the page`);
  return page.slice(0, from + begin.length) + part + page.slice(to);
}

function verbsTable({ commands }: Command): string {
  const rows = commands.map((verb) => {
    const words = [verb.name(), ...verb.registeredArguments.map(argumentText)].join(" ");
    const meanings = verb.registeredArguments.map((each) => `\`${each.name()}\`: ${cell(each.description)}.`);
    const options = verb.options.map(({ flags }) => `\`${flags}\``);
    return `| [\`${words}\`](cli.md#wg-profile-${verb.name()}) | ${[cell(verb.description()), ...meanings].join(" ")} | ${options.join(", ")} |`;
  });
  return ["| verb | what it does | options |", "| --- | --- | --- |", ...rows].join("\n");
}

function keysTable(): string {
  const rows = definitions.map(({ key, scope, effect, doc, needsTrust }) => {
    const inProfile = scope === "general" ? "no" : "yes";
    const inConfig = scope === "profile" ? "no" : needsTrust ? "yes, with trust" : "yes";
    return `| \`${key}\` | ${inProfile} | ${inConfig} | ${effect} | ${doc} |`;
  });
  const head = [
    "| key | in a profile | in `config.toml` | seen | meaning |",
    "| --- | --- | --- | --- | --- |",
  ];
  return [...head, ...rows].join("\n");
}

function argumentText(argument: Argument): string {
  const name = argument.name() + (argument.variadic ? "..." : "");
  return argument.required ? `<${name}>` : `[${name}]`;
}

/** Plain text as the cell of a table: `<name>` is no tag there, and a bar no border. */
function cell(text: string): string {
  return text.replace(/[<|]/g, "\\$&");
}
