// The text of a new profile, from the words of `wg profile create`.
import { isServed, providerOf } from "../base/endpoint.ts";
import { WgError } from "../base/error.ts";
import { nearest } from "../base/nearest.ts";
import { roles } from "../base/role.ts";
import { type HandlerName, parseRoute } from "../base/route.ts";
import { setKey, setServer, surroundingsOf } from "../config/change.ts";
import { endpointsKey } from "../config/endpoints.ts";
import { tomlLiteral } from "../config/literal.ts";
import { isTable, parseToml } from "../config/toml.ts";
import type { ProfileFile } from "./files.ts";

/** What was asked for. `roles`, `tiers` and `env` are `name=value` as typed; `from` is the file to begin with. */
export interface Wanted {
  model?: string;
  endpoint?: string;
  keyRef?: string;
  description?: string;
  roles: readonly string[];
  tiers: readonly string[];
  env: readonly string[];
  from?: ProfileFile;
}

type Edit = (text: string) => string;

/**
 * The text of the profile `name`, to be kept at `path`. Refuses (`usage`) what does not fit together, and each value
 * that is wrong in itself. Whether the whole can be used is for the caller to resolve.
 */
export function composeProfile(path: string, name: string, wanted: Wanted): string {
  const { model, from, endpoint, keyRef, description } = wanted;
  if (model === undefined && from === undefined) {
    throw usage(
      "a profile needs a route to run",
      `wg profile create ${name} -m <handler:model>, or --from <profile>`,
    );
  }
  const set = (key: string, value: string): Edit => {
    return (text) => setKey({ kind: "profile", path, text }, key, value).text;
  };
  const edits: Edit[] = [
    ...(description === undefined ? [] : [set("description", description)]),
    ...(model === undefined || from === undefined ? [] : [set("agent.model", model)]),
    ...(endpoint === undefined ? [] : [withEndpoint(path, endpoint)]),
    ...(keyRef === undefined ? [] : [withKeyRef(path, keyRef)]),
    ...wanted.roles.map((pair) => set(...roleKey(...halves("--role", pair)))),
    ...wanted.tiers.map((pair) => set(...tierKey(...halves("--tier", pair)))),
    ...wanted.env.map((pair) => set(...envKey(...halves("--env", pair)))),
  ];
  return edits.reduce((text, edit) => edit(text), from?.text ?? beginning(name, model ?? ""));
}

function beginning(name: string, model: string): string {
  parseRoute(model);
  return `# wg profile show ${name} says what this comes to; docs/config.md lists every key.

[agent]
model = ${tomlLiteral(model)}   # workers run this, and every role that has no line of its own
`;
}

/** Gives the worker's handler a server. */
function withEndpoint(path: string, url: string): Edit {
  return (text) => {
    const handler = handlerIn(path, text);
    if (handler === undefined) {
      throw usage("the profile has no route of its own that a server could be for", "add -m <route>");
    }
    return setServer({ kind: "profile", path, text }, handler, url).text;
  };
}

/** Says where the key of the worker's server comes from. */
function withKeyRef(path: string, reference: string): Edit {
  return (text) => {
    const handler = handlerIn(path, text);
    const { endpoints } = surroundingsOf(parseToml(path, text).table);
    const fitting = (Array.isArray(endpoints) ? endpoints.filter(isTable) : []).filter(
      ({ provider }) => handler !== undefined && isServed(handler) && provider === providerOf[handler],
    );
    const own = fitting.find((each) => each["is_default"] === true) ?? fitting[0];
    if (own === undefined) throw usage("there is no server that --key-ref could be for", "add -e <url>");
    const key = `${endpointsKey}.${String(own["name"])}.api_key_ref`;
    return setKey({ kind: "profile", path, text }, key, reference).text;
  };
}

/** The worker's handler, where the file itself says it. */
function handlerIn(path: string, text: string): HandlerName | undefined {
  const { model } = surroundingsOf(parseToml(path, text).table);
  return typeof model === "string" ? parseRoute(model).handler : undefined;
}

function halves(option: string, pair: string): [string, string] {
  const at = pair.indexOf("=");
  if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)];
  throw usage(`${option} needs name=value`, `for example ${examples[option]}`);
}

const examples: Readonly<Record<string, string>> = {
  "--role": "--role evaluator=claude:haiku",
  "--tier": "--tier fast=claude:haiku",
  "--env": "--env claude.CLAUDE_CODE_MAX_OUTPUT_TOKENS=32000",
};

function roleKey(role: string, route: string): [string, string] {
  const known = roles.find((each) => each === role);
  if (known === undefined) {
    const guess = nearest(role, roles);
    throw usage(
      `unknown role ${JSON.stringify(role)}`,
      guess ? `did you mean ${guess}?` : `roles: ${roles.join(", ")}`,
    );
  }
  if (known === "worker") return ["agent.model", route];
  return [known === "dispatcher" ? "dispatcher.model" : `models.${known}.model`, route];
}

function tierKey(tier: string, route: string): [string, string] {
  return [`tiers.${tier}`, route];
}

function envKey(name: string, value: string): [string, string] {
  const dot = name.indexOf(".");
  if (dot < 0) return [`env.${name}`, value];
  return [`handlers.${name.slice(0, dot)}.env.${name.slice(dot + 1)}`, value];
}

function usage(message: string, hint: string): WgError {
  return new WgError("usage", message, { exit: 2, hint });
}
