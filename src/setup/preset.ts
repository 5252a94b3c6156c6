// Finding a preset by its name, and the profile it stands for.
import { providerOf } from "../base/endpoint.ts";
import { WgError } from "../base/error.ts";
import type { Env } from "../base/home.ts";
import { nearest } from "../base/nearest.ts";
import { handlerNames, parseRoute, type Route, routeText } from "../base/route.ts";
import { agentPresets } from "./agent-presets.ts";
import type { Draft } from "./draft.ts";
import { type Access, type Preset, presets } from "./presets.ts";

/** What a person may say besides the preset's name. `model` is a model's name or a whole route. */
export interface PresetWish {
  handler?: string;
  model?: string;
  url?: string;
}

/** A profile made of a preset, and what is needed to use it. `keyIsSet` only where there is a key. */
export interface FromPreset {
  draft: Draft;
  preset: Preset;
  access: Access;
  keyIsSet?: boolean;
}

/** Who runs a route, for people. */
export const handlerTitles: Record<Access["handler"], string> = {
  claude: "Claude Code",
  codex: "Codex CLI",
  nex: "wg's own agent",
};

/** The preset of that name or alias; refuses with `no-preset`, a guess and the list. */
export function requirePreset(word: string): Preset {
  const wanted = word.toLowerCase();
  const found = presets.find(({ name, aliases }) => name === wanted || aliases.includes(wanted));
  if (found) return found;
  const agents = agentPresets.map(({ name }) => name);
  const names = presets.flatMap(({ name, aliases }) => [name, ...aliases]);
  const guess = nearest(wanted, [...names, ...agents]);
  const all = [...presets.map(({ name }) => name), ...agents].join(", ");
  throw new WgError("no-preset", `there is no preset ${JSON.stringify(word.slice(0, 60))}`, {
    hint: guess ? `did you mean ${guess}?` : `there are ${all}`,
  });
}

/** The preset whose server a url belongs to, by host and port; hosted ones also by their other hosts' family. */
export function presetOfUrl(url: string): Preset | undefined {
  if (!URL.canParse(url)) return undefined;
  const { host } = new URL(url.replace("//localhost", "//127.0.0.1"));
  return presets.find(({ access }) => access.some((each) => new URL(each.url).host === host));
}

/** The profile a preset stands for. Refuses with `no-access` when its server has no way for the handler asked for. */
export function fromPreset(preset: Preset, wish: PresetWish, env: Env): FromPreset {
  const asked = askedRoute(wish.model);
  const access = accessOf(preset, wish.handler ?? asked?.handler);
  const model = asked?.model ?? wish.model ?? access.model;
  const { key } = preset;
  const keyIsSet = key && Boolean(env[key.variable]);
  const usesKey = key !== undefined && (key.needed || keyIsSet);
  const route = (name: string) => routeText({ handler: access.handler, model: name });
  // Another model than the preset's own may be all that server has.
  const small = model === access.model ? access.small : undefined;
  const draft: Draft = {
    head: headOf(preset, access),
    description: `${preset.title} through ${handlerTitles[access.handler]}: ${model}`,
    model: route(model),
    ...(small !== undefined && { dispatcher: route(small), tiers: { fast: route(small) } }),
    endpoints: [
      {
        name: preset.name,
        provider: providerOf[access.handler],
        url: (wish.url ?? access.url).replace(/\/+$/, ""),
        ...(usesKey && { api_key_ref: `env:${key.variable}` }),
        is_default: true,
      },
    ],
    ...(access.handler === "claude" && { handlerEnv: { claude: claudeModels(model, small ?? model) } }),
  };
  return { draft, preset, access, ...(keyIsSet !== undefined && { keyIsSet }) };
}

/** Pins that keep Claude Code's own short names, and what it does on the side, on models the server has. */
function claudeModels(model: string, small: string): Record<string, string> {
  return {
    ANTHROPIC_DEFAULT_OPUS_MODEL: model,
    ANTHROPIC_DEFAULT_SONNET_MODEL: model,
    ANTHROPIC_DEFAULT_HAIKU_MODEL: small,
  };
}

/** The model as a route, when it is written as one; a name that only holds a colon (`gpt-oss:20b`) is none. */
function askedRoute(model: string | undefined): Route | undefined {
  if (model === undefined || !/^(claude|codex|local|nex):/.test(model)) return undefined;
  return parseRoute(model);
}

function accessOf(preset: Preset, handler: string | undefined): Access {
  if (handler === undefined) return preset.access[0];
  const wanted = handler === "local" ? "nex" : handler;
  const found = preset.access.find((each) => each.handler === wanted);
  if (found) return found;
  const known = preset.access.map((each) => each.handler);
  const what = (handlerNames as readonly string[]).includes(wanted)
    ? `preset ${preset.name} has no server for ${handler}`
    : `unknown handler ${JSON.stringify(handler.slice(0, 60))}`;
  throw new WgError("no-access", what, { hint: `${preset.name} can be reached through ${known.join(", ")}` });
}

function headOf({ name, title, key, note, checked, source }: Preset, { handler }: Access): string[] {
  const keyLine =
    key === undefined
      ? "It needs no key."
      : key.needed
        ? `Its key: export ${key.variable}=... where wg and its service are started.`
        : `Its key, where it wants one: export ${key.variable}=..., and api_key_ref = "env:${key.variable}" below.`;
  return [
    `${title}, run by ${handlerTitles[handler]}. Made from the preset ${name}; now your file.`,
    keyLine,
    note,
    `Read in ${checked} at ${source}`,
  ];
}
