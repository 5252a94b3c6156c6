// `wg preset`: the model servers wg knows how to reach, and the agents it knows how to start.
import { Command } from "commander";
import type { AgentPreset } from "../setup/agent-presets.ts";
import type { Preset } from "../setup/presets.ts";
import type { Io } from "./io.ts";
import { paint, print, printJson, table } from "./print.ts";

interface Options {
  json?: true;
}

export function presetCommand(io: Io): Command {
  const json = ["--json", "print one JSON envelope"] as const;
  return new Command("preset")
    .description(
      "Model servers wg knows how to reach, and agents it knows how to start. A preset makes a profile; from then on it is your file.",
    )
    .addCommand(
      new Command("list")
        .description("List the presets: who runs them, where they are, which key they want.")
        .option(...json)
        .action((options: Options) => listPresets(io, options))
        .addHelpText(
          "after",
          "\nExamples:\n  wg preset list\n  wg preset list --json | jq -r '.presets[].name'",
        ),
    )
    .addCommand(
      new Command("show")
        .description("Show one preset: every way to it, its models, and where that was read.")
        .argument("<name>", "its name or an alias")
        .option(...json)
        .action((name: string, options: Options) => showPreset(io, name, options))
        .addHelpText("after", "\nExamples:\n  wg preset show zai\n  wg preset show ollama --json"),
    )
    .addHelpText(
      "after",
      "\nExamples:\n  wg preset list\n  wg preset show zai\n  wg profile create glm --preset zai\n  wg profile create glm --preset zai -m glm-5-turbo --handler nex",
    );
}

async function listPresets(io: Io, { json }: Options): Promise<void> {
  const [{ presets }, { agentPresets }] = await Promise.all([
    import("../setup/presets.ts"),
    import("../setup/agent-presets.ts"),
  ]);
  if (json) {
    const servers = await Promise.all(presets.map((each) => presetJson(io, each)));
    return printJson(io, { presets: [...servers, ...agentPresets.map(agentJson)] });
  }
  const agents = agentPresets.map(({ name, command, title }) => [
    name,
    "acp",
    "its own",
    "its own login",
    `${title}: ${command}`,
  ]);
  const rows = presets.map(({ name, access: [first, ...others], key, title }) => [
    name,
    [first, ...others].map(({ handler }) => handler).join(" "),
    first.model,
    key === undefined ? "-" : keyText(io, key.variable, key.needed),
    title,
  ]);
  print(io, table(["PRESET", "THROUGH", "MODEL", "KEY", "WHAT"], [...rows, ...agents]));
}

async function showPreset(io: Io, word: string, { json }: Options): Promise<void> {
  const { handlerTitles, requirePreset } = await import("../setup/preset.ts");
  const { providerOf } = await import("../base/endpoint.ts");
  const { agentPreset } = await import("../setup/agent-presets.ts");
  const agent = agentPreset(word);
  if (agent !== undefined) return json ? printJson(io, agentJson(agent)) : showAgent(io, agent);
  const preset = requirePreset(word);
  if (json) return printJson(io, await presetJson(io, preset));
  const { name, aliases, title, key, access, note, checked, source } = preset;
  const rows = access.map(({ handler, url, model, small }) => [
    `${handler} (${handlerTitles[handler]})`,
    providerOf[handler],
    url,
    model,
    small ?? model,
  ]);
  const lines = [
    `${paint(io, "stdout", "bold", name)}: ${title}`,
    ...(aliases.length > 0 ? [`also called ${aliases.join(", ")}`] : []),
    key === undefined ? "it needs no key" : `key: ${keyText(io, key.variable, key.needed)}`,
    "",
    table(["THROUGH", "PROVIDER", "URL", "MODEL", "SMALL JOBS"], rows),
    "",
    note,
    `read in ${checked} at ${source}`,
  ];
  print(io, lines.join("\n"));
}

function showAgent(io: Io, { name, title, command, env = {}, note, checked, source }: AgentPreset): void {
  const lines = [
    `${paint(io, "stdout", "bold", name)}: ${title}, an agent that speaks ACP`,
    `route: acp:${command}`,
    ...Object.entries(env).map(([variable, value]) => `pinned: ${variable} = ${value}`),
    "",
    note,
    `read in ${checked} at ${source}`,
  ];
  print(io, lines.join("\n"));
}

function agentJson({ command, env, ...rest }: AgentPreset): Record<string, unknown> {
  return { ...rest, aliases: [], access: [{ handler: "acp", command, ...(env && { env }) }] };
}

async function presetJson(io: Io, preset: Preset): Promise<Record<string, unknown>> {
  const { providerOf } = await import("../base/endpoint.ts");
  const { key, access, ...rest } = preset;
  return {
    ...rest,
    ...(key && { key: { ...key, isSet: Boolean(io.env[key.variable]) } }),
    access: access.map((each) => ({ ...each, provider: providerOf[each.handler] })),
  };
}

function keyText(io: Io, variable: string, needed: boolean): string {
  if (io.env[variable]) return `${variable} (set)`;
  return needed ? `${variable} (not set)` : `${variable} (where asked for)`;
}
