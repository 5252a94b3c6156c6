// `wg profile show`: what a profile sets, or what every role runs on, and why.
import { roles } from "../base/role.ts";
import { routeText } from "../base/route.ts";
import { endpointFor, routeFor } from "../config/cascade.ts";
import type { Setting, Settings } from "../config/settings.ts";
import { loadSettings, lookAtNamed, originText } from "../profile/load.ts";
import { baseName, isBase } from "../profile/name.ts";
import { versionText } from "../profile/outcome.ts";
import { matchAt } from "../profile/project-profiles.ts";
import type { Io } from "./io.ts";
import { plain, print, printJson, say, table } from "./print.ts";
import { type JsonOption, profilePlace } from "./profile-place.ts";

interface ShowOptions extends JsonOption {
  effective?: true;
  showOrigin?: true;
}

export function showProfile(io: Io, word: string | undefined, options: ShowOptions): void {
  const { where } = profilePlace(io);
  const settings =
    word === undefined
      ? loadSettings(where).settings
      : lookAtNamed(where, isBase(word) ? undefined : matchAt(where, word));
  const whole = word === undefined || options.effective === true;
  const keys = [...settings.values.values()].filter(({ origin }) => whole || origin.layer === "profile");
  if (options.json) {
    printJson(io, showJson(settings, keys, word === undefined));
    return;
  }
  say(io, heading(settings, word === undefined));
  for (const note of settings.notes ?? []) say(io, plain(note));
  if (whole)
    print(
      io,
      table(
        ["ROLE", "ROUTE", "HANDLER", "ENDPOINT", "FROM"],
        roles.map((role) => roleCells(settings, role)),
      ),
    );
  if (whole && options.showOrigin) print(io, "");
  if (!whole || options.showOrigin) print(io, keyTable(keys, options.showOrigin === true));
}

function heading({ active, revision }: Settings, isInForce: boolean): string {
  const version = versionText({ profile: active.name ?? baseName, revision });
  return isInForce ? `${version} is active: ${originText(active.origin)}` : version;
}

function roleCells(settings: Settings, role: (typeof roles)[number]): string[] {
  const { route, endpoint, key, origin } = roleView(settings, role);
  const server = endpoint === undefined ? "its own login" : `${endpoint.name} ${endpoint.url}`;
  return [role, routeText(route), route.handler, server, `${key}, ${origin}`];
}

function roleView(settings: Settings, role: (typeof roles)[number]) {
  const { route, key } = routeFor(settings.bundle, role);
  const endpoint = endpointFor(settings.bundle, role, route);
  const setting = settings.values.get(key);
  return { route, endpoint, key, origin: setting === undefined ? "" : originText(setting.origin) };
}

function keyTable(keys: readonly Setting[], withOrigin: boolean): string {
  const rows = keys.flatMap(({ key, value, origin, shadows }) => [
    [key, valueText(value), originText(origin)],
    ...shadows.map((shadow) => ["", valueText(shadow.value), `${originText(shadow.origin)}, hidden`]),
  ]);
  if (withOrigin) return table(["KEY", "VALUE", "FROM"], rows);
  return table(
    ["KEY", "VALUE"],
    keys.map(({ key, value }) => [key, valueText(value)]),
  );
}

function valueText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function showJson(settings: Settings, keys: readonly Setting[], isInForce: boolean): Record<string, unknown> {
  const { active, revision } = settings;
  return {
    profile: active.name ?? baseName,
    revision,
    ...(settings.notes && { notes: settings.notes }),
    ...(isInForce && { origin: originText(active.origin) }),
    roles: roles.map((role) => {
      const { route, endpoint, key, origin } = roleView(settings, role);
      const { handler, model } = route;
      return { role, route: routeText(route), handler, model, endpoint: endpoint ?? null, key, origin };
    }),
    values: keys.map(({ key, value, origin, shadows }) => ({
      key,
      value,
      origin: originText(origin),
      shadows: shadows.map((shadow) => ({ value: shadow.value, origin: originText(shadow.origin) })),
    })),
  };
}
