// `wg config show` and `get`: settings with where they come from and what they hide.
import { WgError } from "../base/error.ts";
import { addressOf } from "../config/address.ts";
import { valueIn } from "../config/change.ts";
import { endpointsKey } from "../config/endpoints.ts";
import { tomlLiteral, tomlName } from "../config/literal.ts";
import { holdsBeside } from "../config/schema.ts";
import type { Setting, Settings, Shadow } from "../config/settings.ts";
import { isTable } from "../config/toml.ts";
import { activeProfile } from "../profile/active.ts";
import { loadSettings, lookAtNamed, originText } from "../profile/load.ts";
import type { Io } from "./io.ts";
import { plain, print, printJson, say } from "./print.ts";
import { whereOf } from "./where.ts";

export interface ShowOptions {
  effective?: true;
  showOrigin?: true;
  json?: true;
}

/** The settings of the two config files, or with `effective` all that is in force. */
export function showConfig(io: Io, options: ShowOptions): void {
  const where = whereOf(io);
  const active = activeProfile(where);
  const settings = options.effective ? loadSettings(where).settings : lookAtNamed(where, undefined);
  const shown = options.effective ? [...settings.values.values()] : fileSettings(settings);
  if (options.json) {
    printJson(io, showJson(settings, shown, options));
    return;
  }
  for (const note of settings.notes ?? []) say(io, plain(note));
  if (shown.length > 0) print(io, shown.flatMap((setting) => lines(setting, options)).join("\n"));
  if (options.effective && options.showOrigin) printHidden(io, settings);
  if (shown.length === 0)
    say(io, "neither config file sets anything; wg config show --effective shows what is in force");
  else if (!options.effective && active.name !== undefined) {
    say(
      io,
      `profile ${active.name} is active and stands before these; wg config show --effective shows what is in force`,
    );
  }
}

/** One value in force, as bare text for scripts. Refuses with `not-set` (exit 4). */
export function getConfig(io: Io, words: string, options: Omit<ShowOptions, "effective">): void {
  const { settings } = loadSettings(whereOf(io));
  const endpoints = settings.values.get(endpointsKey)?.value;
  const address = addressOf(words, { endpoints, model: settings.values.get("agent.model")?.value });
  const isInList = address.key.startsWith(`${endpointsKey}.`);
  const setting = settings.values.get(isInList ? endpointsKey : address.key);
  const list = { llm_endpoints: { endpoints } };
  const value = isInList ? valueIn(list, address) : setting?.value;
  if (setting === undefined || value === undefined) throw notSet(address.key, settings);
  const origin = originText(setting.origin);
  if (options.json) {
    printJson(io, { key: address.key, value, origin, shadows: setting.shadows.map(shadowJson) });
    return;
  }
  const text = typeof value === "string" ? value : tomlLiteral(value);
  print(io, options.showOrigin ? `${origin}\t${text}` : text);
}

/** What the config files themselves set. */
function fileSettings({ values }: Settings): Setting[] {
  return [...values.values()].filter(({ origin }) => origin.layer !== "default");
}

function lines(setting: Setting, { showOrigin }: ShowOptions): string[] {
  const { origin, shadows } = setting;
  const own = assignments(setting.key, setting.value);
  if (!showOrigin) return own;
  // A profile's word on a budget holds beside the others'.
  const isBeside = origin.layer === "profile" && holdsBeside(setting.key);
  const below = shadows.map(
    (shadow) =>
      `  ${isBeside ? "beside" : "over"} ${originText(shadow.origin)}  ${tomlLiteral(shadow.value)}`,
  );
  return [...own.map((line) => `${originText(origin)}  ${line}`), ...below];
}

/** `key = value`, one line for each field of an endpoint, by the words that `get` and `set` take. */
function assignments(key: string, value: unknown): string[] {
  if (key !== endpointsKey || !Array.isArray(value) || value.length === 0)
    return [`${key} = ${tomlLiteral(value)}`];
  return value
    .filter(isTable)
    .flatMap(({ name, ...fields }) =>
      Object.entries(fields).map(
        ([field, text]) => `${key}.${String(name)}.${tomlName(field)} = ${tomlLiteral(text)}`,
      ),
    );
}

function printHidden(io: Io, { hidden, active }: Settings): void {
  if (hidden.size === 0) return;
  print(io, `\n# in no force: profile ${active.name} leaves these out`);
  for (const [key, shadows] of hidden) {
    for (const { value, origin } of shadows)
      print(io, `# ${originText(origin)}  ${key} = ${tomlLiteral(value)}`);
  }
}

function showJson(
  settings: Settings,
  shown: readonly Setting[],
  { effective }: ShowOptions,
): Record<string, unknown> {
  return {
    ...(effective && { profile: settings.active.name ?? "base", revision: settings.revision }),
    settings: shown.map(({ key, value, origin, shadows }) => ({
      key,
      value,
      origin: originText(origin),
      shadows: shadows.map(shadowJson),
    })),
    ...(settings.notes && { notes: settings.notes }),
    ...(effective && {
      hidden: [...settings.hidden].map(([key, shadows]) => ({ key, shadows: shadows.map(shadowJson) })),
    }),
  };
}

function shadowJson({ value, origin }: Shadow): Record<string, unknown> {
  return { value, origin: originText(origin) };
}

function notSet(key: string, { hidden, active }: Settings): WgError {
  const below = hidden.get(key)?.[0];
  const hint = below
    ? `profile ${active.name} is active and leaves it out; ${originText(below.origin)} has ${tomlLiteral(below.value)}`
    : "wg config show --effective lists what is set";
  return new WgError("not-set", `${key} is not set`, { exit: 4, hint });
}
