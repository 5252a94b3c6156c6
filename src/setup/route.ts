// The profile behind `wg init --route`: made where it is missing, and never changed where it is somebody's own.
import { WgError } from "../base/error.ts";
import { parseRoute, routeText } from "../base/route.ts";
import { objectionToUrl } from "../config/objection.ts";
import { loadNamed } from "../profile/load.ts";
import { ensureStarters, starters } from "../profile/starters.ts";
import type { Where } from "../profile/where.ts";
import { checkedText, type Draft } from "./draft.ts";
import { wgnextDraft } from "./propose.ts";
import { findServers, firstModel, listModels, type UsualPort } from "./servers.ts";
import { textAt, writeProfile } from "./write.ts";

/** The routes that can be asked for, each with its profile. */
export const routeProfiles = { "claude-cli": "claude", "codex-cli": "codex", local: "wgnext" } as const;
export type RouteName = keyof typeof routeProfiles;

/** `model` is a model's name or a whole route; `ports` is where a local server is looked for. */
export interface RouteWish {
  route: RouteName;
  model?: string;
  url?: string;
  ports: readonly UsualPort[];
}

/** `made` is false when the profile was there already, and runs what was asked for. */
export interface RouteProfile {
  name: string;
  made: boolean;
}

/**
 * Makes the profile of a route, or finds it as it was wished for. Refuses with `profile-differs` when a file of the
 * person's own runs something else than asked for: it is never changed here.
 */
export async function ensureRouteProfile(
  where: Where,
  wish: RouteWish,
  signal: AbortSignal,
): Promise<RouteProfile> {
  const name = routeProfiles[wish.route];
  const isNew = textAt(where.home, name) === undefined;
  const problem = ensureStarters(where.home);
  if (problem !== undefined) throw problem;
  const present = textAt(where.home, name);
  const isOwn = present !== undefined && present !== starters[name];
  const isPlain = wish.model === undefined && wish.url === undefined;
  // An untouched wgnext points at nothing in particular; looking for a server may do better.
  if (present !== undefined && isPlain && (isOwn || wish.route !== "local")) return { name, made: isNew };
  if (isOwn) {
    refuseOther(where, name, wish);
    return { name, made: false };
  }
  const text = await textOf(name, wish, signal);
  if (text === present) return { name, made: isNew };
  await writeProfile(where, { name, text, by: `init --route ${wish.route}`, over: present }, signal);
  return { name, made: true };
}

async function textOf(name: string, wish: RouteWish, signal: AbortSignal): Promise<string> {
  if (wish.route === "local") return localText(name, wish, signal);
  if (wish.url !== undefined) {
    throw new WgError(
      "usage",
      `--endpoint is for --route local; ${wish.route} goes where its own login goes`,
      {
        exit: 2,
        hint: `another server: wg profile create <name> -m ${name}:<model> -e <url>`,
      },
    );
  }
  if (wish.model === undefined) return starters[name] ?? "";
  const route = routeText(wishedRoute(wish.model, wish.route));
  const draft: Draft = {
    head: [`Everything on ${route}, with the login it already has.`],
    description: route,
    model: route,
  };
  return checkedText(name, draft);
}

/** Points at the server that was named, else at the first that answers, else where wgnext points by itself. */
async function localText(name: string, wish: RouteWish, signal: AbortSignal): Promise<string> {
  const problem = wish.url === undefined ? undefined : objectionToUrl(wish.url);
  if (problem !== undefined)
    throw new WgError("bad-url", `--endpoint ${problem}`, { hint: "for example http://127.0.0.1:8088" });
  const found =
    wish.url === undefined
      ? (await findServers(wish.ports, signal)).find(({ wantsKey }) => !wantsKey)
      : undefined;
  const url = wish.url?.replace(/\/+$/, "") ?? found?.url;
  if (url === undefined && wish.model === undefined) return starters[name] ?? "";
  const asked = wish.model === undefined ? undefined : wishedRoute(wish.model, wish.route).model;
  const at = url ?? usualUrl;
  const model = asked ?? firstModel(found?.models ?? []) ?? (await firstListed(at, signal));
  return checkedText(name, wgnextDraft(at, model, at));
}

async function firstListed(url: string, signal: AbortSignal): Promise<string> {
  const answer = await listModels(url, signal);
  const model = firstModel(answer?.models ?? []);
  if (model !== undefined) return model;
  const what = answer === undefined ? "does not answer as a model server" : "lists no models";
  throw new WgError("no-model", `${url} ${what}, so there is no model to take`, { hint: "name one with -m" });
}

/** Where wgnext points when nothing says otherwise. */
const usualUrl = "http://127.0.0.1:8088";

const prefixOf: Readonly<Record<RouteName, string>> = {
  "claude-cli": "claude",
  "codex-cli": "codex",
  local: "local",
};

/** The route of `opus` or `claude:opus`. Refuses a route of another kind than was asked for. */
function wishedRoute(model: string, route: RouteName) {
  const prefix = prefixOf[route];
  const isRoute = /^(claude|codex|local|nex):/.test(model);
  const parsed = parseRoute(isRoute ? model : `${prefix}:${model}`);
  if (routeText(parsed).startsWith(`${prefix}:`)) return parsed;
  throw new WgError("usage", `${model} is no model for --route ${route}`, {
    exit: 2,
    hint: `write -m ${parsed.model}, or choose another --route`,
  });
}

/** Refuses when a profile of the person's own does not run what was asked for. */
function refuseOther(where: Where, name: string, { route, model, url }: RouteWish): void {
  const { bundle } = loadNamed(where, name);
  const wished = model === undefined ? undefined : routeText(wishedRoute(model, route));
  const runs = routeText(bundle.agent.model);
  const key = wished !== undefined && wished !== runs ? ["agent.model", wished] : undefined;
  const isThere =
    url === undefined || bundle.endpoints.some((endpoint) => endpoint.url === url.replace(/\/+$/, ""));
  const change = key ?? (isThere ? undefined : ["endpoint", url]);
  if (change === undefined) return;
  throw new WgError("profile-differs", `the profile ${name} is your own and runs ${runs}`, {
    hint: `wg profile set ${name} ${change.join(" ")} changes it; wg init --route ${route} alone takes it as it is`,
  });
}
