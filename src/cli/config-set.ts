// `wg config set`, `unset` and `-m`: one value of a settings file, and not a byte beside it.
import { WgError } from "../base/error.ts";
import { homeOf, requireProject } from "../base/home.ts";
import { parseRoute } from "../base/route.ts";
import { type Change, type ChangedFile, setKey, setServer, unsetKey } from "../config/change.ts";
import { tomlLiteral } from "../config/literal.ts";
import { findDefinition } from "../config/schema.ts";
import type { Setting, Settings } from "../config/settings.ts";
import { lookAtNamed, originText } from "../profile/load.ts";
import { repliesClauses, versionText } from "../profile/outcome.ts";
import type { Where } from "../profile/where.ts";
import { type ConfigFile, type Written, writeConfig } from "./config-write.ts";
import type { Io } from "./io.ts";
import { paint, printJson, say } from "./print.ts";
import { replyJson } from "./profile-reply.ts";
import { whereOf } from "./where.ts";

export interface FileOptions {
  global?: true;
  project?: true;
  json?: true;
}

export async function setConfig(io: Io, key: string, value: string, options: FileOptions): Promise<void> {
  await change(io, `config set ${key}`, options, (file) => setKey(file, key, value));
}

export async function unsetConfig(io: Io, key: string, options: FileOptions): Promise<void> {
  try {
    await change(io, `config unset ${key}`, options, (file) => unsetKey(file, key));
  } catch (error) {
    if (!(error instanceof WgError) || error.code !== "not-set") throw error;
    throw withHint(error, elsewhere(whereOf(io), key));
  }
}

/** Sets the base worker model, and with a url the server it is asked at. */
export async function setBaseModel(
  io: Io,
  model: string,
  endpoint: string | undefined,
  options: FileOptions,
): Promise<void> {
  const { handler } = parseRoute(model);
  try {
    await change(io, `config -m ${model}`, options, (file) => {
      const routed = setKey(file, "agent.model", model);
      if (endpoint === undefined) return routed;
      return { ...routed, text: setServer({ ...file, text: routed.text }, handler, endpoint).text };
    });
  } catch (error) {
    if (!(error instanceof WgError) || error.code !== "no-endpoint" || endpoint !== undefined) throw error;
    throw withHint(error, `name its server: wg config -m ${model} -e <url>`);
  }
}

async function change(
  io: Io,
  by: string,
  options: FileOptions,
  edit: (file: ChangedFile) => Change,
): Promise<void> {
  const where = whereOf(io);
  const file = fileOf(io, where, options);
  const written = await writeConfig(where, file, by, edit, io.signal);
  const setting = written.settings && inForce(written.settings, written.key);
  const hides = setting !== undefined && setting.origin.source !== file.path ? setting : undefined;
  if (options.json) return printJson(io, writtenJson(written, hides));
  say(io, writtenSentence(written));
  for (const warning of warningsOf(written, hides))
    say(io, `${paint(io, "stderr", "yellow", "warning:")} ${warning}`);
}

/** Which of the two files does hold a key, as a hint. */
function elsewhere(where: Where, key: string): string | undefined {
  const origin = inForce(lookAtNamed(where, undefined), key)?.origin;
  if (origin?.layer !== "global" && origin?.layer !== "project") return undefined;
  return `${originText(origin)} sets it: wg config unset ${key} --${origin.layer}`;
}

function withHint(error: WgError, hint: string | undefined): WgError {
  if (hint === undefined) return error;
  const { code, message, exit, at } = error;
  return new WgError(code, message, { hint, exit, cause: error, ...(at && { at }) });
}

/** Inside a project its own file, outside one the global file; options say otherwise. */
function fileOf(io: Io, { project }: Where, options: FileOptions): ConfigFile {
  if (options.global && options.project) {
    throw new WgError("usage", "--global and --project are two files", { exit: 2, hint: "name one of them" });
  }
  if (options.project) return { kind: "project", path: requireProject(io.cwd, io.env).config };
  if (options.global || project === undefined) return { kind: "global", path: homeOf(io.env).config };
  return { kind: "project", path: project.config };
}

/** What a key is now, wherever that comes from; for a part of the list of endpoints, the list. */
function inForce({ values }: Settings, key: string): Setting | undefined {
  return [...values.values()].find((each) => key === each.key || key.startsWith(`${each.key}.`));
}

function writtenSentence({ key, value, path, changed, settings, replies }: Written): string {
  const shown = value === undefined ? "" : ` = ${tomlLiteral(value)}`;
  if (!changed) return `${key} was${shown} in ${path} already`;
  const done = value === undefined ? `removed ${key} from ${path}` : `set ${key}${shown} in ${path}`;
  const now = settings ? [`here that is ${versionText(versionOf(settings))}`] : [];
  return [done, ...now, ...(replies.length > 0 ? repliesClauses(replies) : [])].join("; ");
}

function versionOf({ active, revision }: Settings): { profile: string; revision: string } {
  return { profile: active.name ?? "base", revision };
}

function warningsOf({ key, value, settings, problem }: Written, hides: Setting | undefined): string[] {
  if (problem !== undefined) return [`settings here cannot be used: ${problem.message}`];
  const profile = settings?.active.name;
  const scope = findDefinition(key.split("."))?.scope;
  if (hides !== undefined && (hides.origin.layer === "env" || hides.origin.layer === "flag")) {
    return [`${originText(hides.origin)} is set and wins; to follow the file: unset ${hides.origin.source}`];
  }
  // What a profile says holds beside it, not instead.
  if (scope === "both" && hides?.origin.layer === "profile") return [];
  if (profile !== undefined && scope !== "general" && scope !== "both" && !extendsThere(settings, key)) {
    if (value === undefined) return [`profile ${profile} is active, so what runs does not change`];
    const meant = `wg profile set ${profile} ${key} ${shellWord(value)}`;
    return [`profile ${profile} is active and shadows it; to change what runs now: ${meant}`];
  }
  return hides === undefined || hides.origin.layer === "default"
    ? []
    : [`${originText(hides.origin)} sets ${hides.key} too, and wins`];
}

/** True when the value of the file gets through the active profile, which extends the base. */
function extendsThere(settings: Settings | undefined, key: string): boolean {
  const layer = settings && inForce(settings, key)?.origin.layer;
  return layer === "global" || layer === "project";
}

function shellWord(value: unknown): string {
  const text = typeof value === "string" ? value : tomlLiteral(value);
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function writtenJson(written: Written, hides: Setting | undefined): Record<string, unknown> {
  const { key, value, path, changed, settings, problem, replies } = written;
  return {
    key,
    ...(value !== undefined && { value }),
    path,
    changed,
    ...(settings && versionOf(settings)),
    ...(hides && { inForce: { value: hides.value, origin: originText(hides.origin) } }),
    ...(problem && {
      problem: { code: problem.code, message: problem.message, hint: problem.hint, at: problem.at },
    }),
    services: replies.map(replyJson),
  };
}
