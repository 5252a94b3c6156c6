// From what a machine has to the profiles that would work on it. Pure.
import type { Env } from "../base/home.ts";
import { starters } from "../profile/starters.ts";
import { checkedText, type Draft } from "./draft.ts";
import { fromPreset, requirePreset } from "./preset.ts";
import { type Access, type Preset, presets } from "./presets.ts";
import type { FoundProgram } from "./programs.ts";
import { type FoundServer, firstModel } from "./servers.ts";
import type { Survey } from "./survey.ts";

/**
 * A profile that would work. `new`: it would be written. `renewed`: it would replace a starter that nobody has touched.
 * `same`: it is there already, as it would be written. `kept`: a file of that name is there, and stays; `hint` says how
 * to get the same.
 */
export interface Proposal {
  name: string;
  text: string;
  why: string;
  state: "new" | "renewed" | "same" | "kept";
  hint?: string;
}

/** The proposals, the one to use first. `presentAt` tells what stands under a name, `textAt` its text. */
export function proposals(
  survey: Survey,
  env: Env,
  textAt: (name: string) => string | undefined,
  modelFor: (server: FoundServer) => string | undefined = ({ models }) => firstModel(models),
): Proposal[] {
  const usable = survey.programs.filter(({ path, problem }) => path !== undefined && problem === undefined);
  const talking = survey.servers.flatMap((server) => {
    const model = server.wantsKey ? undefined : modelFor(server);
    return model === undefined ? [] : [{ server, model }];
  });
  const [first, ...others] = talking;
  return [
    ...usable.map((program) =>
      proposal(program.name, starters[program.name] ?? "", programWhy(program), textAt),
    ),
    ...(first ? [wgnext(first.server, first.model, textAt)] : []),
    ...others.map(({ server, model }) => serverProposal(server, model, textAt)),
    ...survey.keys.flatMap(({ preset }) => keyProposal(preset, usable, env, textAt)),
  ];
}

/** The text of `wgnext` for a server and a model; every role runs that model. */
export function wgnextDraft(url: string, model: string, title: string): Draft {
  return {
    head: [
      `Everything on wg's own agent, at ${title}.`,
      "Point it elsewhere with: wg profile set wgnext endpoint http://10.0.0.5:8088",
    ],
    description: `wg's own agent with ${model} at ${new URL(url).host}`,
    model: `local:${model}`,
    endpoints: [{ name: "default", provider: "oai-compat", url, is_default: true }],
  };
}

function wgnext(server: FoundServer, model: string, textAt: (name: string) => string | undefined): Proposal {
  const text = checkedText("wgnext", wgnextDraft(server.url, model, titleOf(server)));
  const made = proposal("wgnext", text, serverWhy(server), textAt);
  if (made.state !== "kept") return made;
  return { ...made, hint: `wg profile set wgnext endpoint ${server.url}` };
}

function serverProposal(
  server: FoundServer,
  model: string,
  textAt: (name: string) => string | undefined,
): Proposal {
  const name = server.preset?.replace(/[^a-z0-9._-]/g, "") ?? `local-${server.port}`;
  const draft = wgnextDraft(server.url, model, titleOf(server));
  const [title = ""] = draft.head;
  const text = checkedText(name, { ...draft, head: [title] });
  return proposal(name, text, serverWhy(server), textAt);
}

/** A hosted server whose key is here, through the first program that is here too. */
function keyProposal(
  preset: string | undefined,
  usable: readonly FoundProgram[],
  env: Env,
  textAt: (name: string) => string | undefined,
): Proposal[] {
  const found = preset === undefined ? undefined : requirePreset(preset);
  if (found?.key?.needed !== true || isLocal(found)) return [];
  const can = ({ handler }: Access) => handler === "nex" || usable.some(({ name }) => name === handler);
  const access = found.access.find(can);
  if (access === undefined) return [];
  const { draft } = fromPreset(found, { handler: access.handler }, env);
  return [proposal(found.name, checkedText(found.name, draft), `${found.key.variable} is set`, textAt)];
}

function proposal(
  name: string,
  text: string,
  why: string,
  textAt: (name: string) => string | undefined,
): Proposal {
  const there = textAt(name);
  const isStarter = there !== undefined && there === starters[name];
  if (there === undefined) return { name, text, why, state: "new" };
  if (there === text) return { name, text, why, state: "same" };
  return isStarter
    ? { name, text, why, state: "renewed" }
    : { name, text, why, state: "kept", hint: `wg profile show ${name}` };
}

function isLocal({ access }: Preset): boolean {
  return new URL(access[0].url).hostname === "127.0.0.1";
}

function programWhy({ name, version }: FoundProgram): string {
  return `${name}${version === undefined ? "" : ` ${version}`} is on PATH`;
}

function serverWhy({ url, models }: FoundServer): string {
  return `${url} answers${models.length > 1 ? ` and lists ${models.length} models` : ""}`;
}

function titleOf({ title, url }: FoundServer): string {
  return `${url}${presets.some((preset) => preset.title.startsWith(title)) ? ` (${title}, by its port)` : ""}`;
}
