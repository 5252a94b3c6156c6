// docs/presets.md, said by the program itself: every preset with every way to it.
import { providerOf } from "../base/endpoint.ts";
import { agentPresets } from "./agent-presets.ts";
import { handlerTitles } from "./preset.ts";
import { type Preset, presets } from "./presets.ts";

const introduction = `# Presets

This page is generated from the program by \`npm run docs\`.

A preset knows one model server: who can run its models, where it is, which models to begin with, and which variable
its key is read from. It makes a profile; from then on that file is yours, and no later version of wg changes it.

    wg preset list
    wg preset show zai
    wg profile create glm --preset zai
    wg profile create glm --preset zai -m glm-5-turbo
    wg profile create glm --preset zai --handler nex
    wg profile create qwen --preset ollama -m qwen3:30b -e http://10.0.0.5:11434

- Without \`--handler\` the first way in the table is taken. \`-m\` is a model's name, or a route that names the handler too:
  \`-m local:glm-5.3\`. With another model than the preset's own, every role runs that model.
- \`-e\`, \`--key-ref\`, \`--role\`, \`--tier\`, \`--env\` and \`--description\` change what the preset says, as they do without one.
- A key is never written: the profile holds \`api_key_ref = "env:NAME"\`. Export the variable where wg and its service are
  started. Where a server only may want a key, the reference is written when its variable is set.
- Through Claude Code the profile pins what \`opus\`, \`sonnet\` and \`haiku\` mean, so that nothing it does on the side asks
  the server for a model it does not have.
- Servers change their models more often than wg its versions. \`wg profile check\` says what is there now.`;

/** The whole page. */
export function presetsPage(): string {
  return `${[introduction, ...presets.map(presetSection), agentSection()].join("\n\n")}\n`;
}

function agentSection(): string {
  const rows = agentPresets.map(({ name, title, command, env = {}, note, checked, source }) => {
    const pins = Object.entries(env).map(([variable, value]) => `\`${variable}=${value}\``);
    return `| \`${name}\` | [${title}](${source}) | \`acp:${command}\` | ${pins.join(", ") || "-"} | ${note} Read in ${checked} |`;
  });
  return [
    "## Agents that speak ACP",
    "These know their servers and keys by themselves. `-m` is a model of theirs. What such a run proves is said in\n[handlers.md](handlers.md#agents-that-speak-acp).",
    ["| preset | agent | route | pinned for it | |", "| --- | --- | --- | --- | --- |", ...rows].join("\n"),
  ].join("\n\n");
}

function presetSection({ name, aliases, title, key, access, note, checked, source }: Preset): string {
  const rows = access.map(({ handler, url, model, small }) => {
    const cells = [handlerTitles[handler], handler, providerOf[handler], url, model, small ?? model];
    return `| ${cells.map((cell, index) => (index === 0 ? cell : `\`${cell}\``)).join(" | ")} |`;
  });
  const wants =
    key === undefined
      ? "It needs no key."
      : key.needed
        ? `Its key is read from \`${key.variable}\`.`
        : `It needs no key unless it was told to ask for one; then it is read from \`${key.variable}\`.`;
  const called =
    aliases.length === 0 ? "" : ` Also called ${aliases.map((alias) => `\`${alias}\``).join(", ")}.`;
  return [
    `## \`${name}\``,
    `${title}.${called} ${wants}`,
    [
      "| through | handler | provider | url | model | small jobs |",
      "| --- | --- | --- | --- | --- | --- |",
      ...rows,
    ].join("\n"),
    note,
    `Read in ${checked} at <${source}>.`,
  ].join("\n\n");
}
