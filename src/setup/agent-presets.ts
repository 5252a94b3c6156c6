// The presets for agents that speak ACP: how each is started so that it does, what is pinned for it, and the profile of one.
import { WgError } from "../base/error.ts";
import { parseRoute, routeText } from "../base/route.ts";
import type { Draft } from "./draft.ts";

/** An agent program that knows its servers and keys by itself. `checked` is the month in which `source` was read. */
export interface AgentPreset {
  name: string;
  title: string;
  /** What an `acp:` route runs. */
  command: string;
  env?: Readonly<Record<string, string>>;
  note: string;
  checked: string;
  source: string;
}

export const agentPresets: readonly AgentPreset[] = [
  {
    name: "opencode",
    title: "OpenCode",
    command: "opencode acp",
    // It has no mode in which it asks.
    env: { OPENCODE_PERMISSION: '{"edit":"ask","bash":"ask","external_directory":"ask"}' },
    note: "The pin makes it ask, so that wg can hold it to the run's permissions. Models are vendor/model, as `opencode models` lists them.",
    checked: "2026-11",
    source: "https://opencode.ai/docs/acp/",
  },
  {
    name: "gemini",
    title: "Gemini CLI",
    command: "gemini --acp",
    note: "Log in once with gemini itself, or export GEMINI_API_KEY where wg and its service are started.",
    checked: "2026-11",
    source: "https://geminicli.com/docs/cli/acp-mode/",
  },
  {
    name: "goose",
    title: "Goose",
    command: "goose acp",
    note: "It runs on the provider that `goose configure` has chosen.",
    checked: "2026-11",
    source: "https://block.github.io/goose/docs/guides/acp-clients",
  },
  {
    name: "qwen",
    title: "Qwen Code",
    command: "qwen --acp",
    note: "Log in once with qwen itself. Its OPENAI_ variables are not passed on: pin them as handlers.acp.env.",
    checked: "2026-11",
    source: "https://qwenlm.github.io/qwen-code-docs/en/users/integration-zed/",
  },
];

/** The agent's preset of that name; undefined for none. */
export function agentPreset(word: string): AgentPreset | undefined {
  return agentPresets.find(({ name }) => name === word.toLowerCase());
}

/** The profile of an agent; `model` is one of its own, or a whole route to it. Refuses with `no-access` another handler. */
export function agentDraft(
  agent: AgentPreset,
  { handler, model }: { handler?: string; model?: string },
): Draft {
  const { name, title, command, env, note, checked, source } = agent;
  const isRoute = model?.startsWith("acp:") === true;
  if (handler !== undefined && handler !== "acp") {
    throw new WgError("no-access", `${title} is an agent itself, and not run by ${handler}`, {
      hint: "leave --handler out",
    });
  }
  const route = isRoute
    ? parseRoute(model)
    : parseRoute(`acp:${command}${model === undefined ? "" : `#${model}`}`);
  return {
    head: [
      `${title}, as an agent that speaks ACP. Made from the preset ${name}; now your file.`,
      note,
      `Read in ${checked} at ${source}`,
    ],
    description: `${title}${route.model === "" ? "" : `: ${route.model}`}`,
    model: routeText(route),
    ...(env && { handlerEnv: { acp: { ...env } } }),
  };
}
