// All settings of a place, read at once and resolved; and the fingerprint that tells whether they would still be read so.
import { canonicalJson, sha256 } from "../base/canonical.ts";
import { placeText, WgError } from "../base/error.ts";
import { readText } from "../base/file.ts";
import { defaultLayer, envLayer, fileLayer, flagLayer, type Layer } from "../config/layers.ts";
import { resolve } from "../config/resolve.ts";
import { variableKeys } from "../config/schema.ts";
import type { ActiveProfile, Origin, Settings } from "../config/settings.ts";
import { activeProfile } from "./active.ts";
import { type Chain, readChain } from "./chain.ts";
import { untrustedIn } from "./config-trust.ts";
import { type ProfileFile, profilePath } from "./files.ts";
import { isTheirs, notTrusted, readAt, trustOf } from "./project-profiles.ts";
import { recordPath, trustedPath } from "./trust.ts";
import type { Where } from "./where.ts";

/** Settings, and the mark of exactly the texts they were made of. */
export interface Loaded {
  settings: Settings;
  readonly fingerprint: string;
}

/**
 * Reads every layer that counts at a place and resolves it. Refuses with the file and line of whatever is wrong: a
 * broken pointer, a missing profile, broken TOML, an unknown key, a bundle that contradicts itself; and with
 * `not-trusted` what a project brings along and nobody has said yes to.
 */
export function loadSettings(where: Where): Loaded {
  return loadFrom(where, readSources(where));
}

/** A text that is not in its file yet. `isTrusted` when the user answers for it, where that is asked. */
export interface Draft extends Pick<ProfileFile, "path" | "text"> {
  isTrusted?: boolean;
}

/**
 * As `loadSettings`, as though this profile were the active one, whatever flags, variables and pointers say; and as
 * though `draft` stood in its file already, be that a profile or a config file.
 */
export function loadAs(where: Where, active: ActiveProfile, draft?: Draft): Loaded {
  return loadFrom(where, readSources(where, active, draft));
}

/**
 * As `loadNamed`, for eyes alone: what is not trusted is in it too, and its notes say so. Nothing may be run, asked or
 * written down by what it answers.
 */
export function lookAtNamed({ home, project }: Where, name: string | undefined): Settings {
  const bare = { home, ...(project && { project }), env: {} };
  const active: ActiveProfile = { name, origin: askedFor, shadows: [] };
  const { untrusted, ...sources } = readSources(bare, active);
  const settings = settingsOf(bare, sources);
  const refusals = [untrusted, refusalOfConfig(bare, settings, sources)].filter((each) => each !== undefined);
  if (refusals.length === 0) return settings;
  const notes = refusals.map(({ message, hint }) => `${message}; ${hint}`);
  return { ...settings, notes: [...(settings.notes ?? []), ...notes] };
}

const askedFor: Origin = { layer: "flag", source: "asked for" };

/**
 * What a profile, or base for undefined, comes to on its own at a place: were it active, and without the variables and
 * flags of the caller. As though `draft` stood in its file already.
 */
export function loadNamed({ home, project }: Where, name: string | undefined, draft?: Draft): Settings {
  const bare = { home, ...(project && { project }), env: {} };
  return loadAs(bare, { name, origin: askedFor, shadows: [] }, draft).settings;
}

/**
 * The mark of what `loadSettings` would read now: pointers, config files, the profile with all it extends, and the
 * variables and flags that set something. Equal marks mean equal settings. Never refuses: what cannot be read has a
 * mark too, so that a caller may try again once it changes. About ten small reads.
 */
export function readFingerprint(where: Where): string {
  return fingerprintOf(where, readSources(where));
}

/** The variables and flags of a place that set something; the rest of its environment left out. */
export function ownLayers(where: Where): { env: Record<string, string>; flags: Record<string, string> } {
  const names = ["WG_PROFILE", ...variableKeys().keys()];
  const env = names.flatMap((name) => (where.env[name] ? [[name, where.env[name]] as const] : []));
  return { env: Object.fromEntries(env), flags: { ...where.flags } };
}

/** For people: `profile /home/ada/.wg/profiles/codex.toml:4`, `env WG_AGENT_MODEL`, `default`. */
export function originText({ layer, source, line }: Origin): string {
  switch (layer) {
    case "default":
      return layer;
    case "global":
    case "project":
    case "profile":
      return `${layer} ${placeText({ path: source, ...(line !== undefined && { line }) })}`;
    case "env":
    case "flag":
      return `${layer} ${source}`;
  }
}

/** What was read, before anything is made of it. `problem` is the first thing that kept the reading from its end. */
interface Sources {
  active?: ActiveProfile;
  chain?: Chain;
  /** Path -> text, undefined where there is no such file; every file that was looked at. */
  texts: Map<string, string | undefined>;
  problem?: WgError;
  /** Set when a profile in the chain comes with the project and is not trusted as it is. */
  untrusted?: WgError;
  /** There is a config file of the project, with this record of whether it is trusted; `isTrusted` when nobody need ask. */
  config?: { record: string | undefined; isTrusted: boolean };
}

function readSources(where: Where, given?: ActiveProfile, draft?: Draft): Sources {
  const { home, project } = where;
  const sources: Sources = { texts: new Map() };
  const seen = (path: string, text = readText(path)) => {
    sources.texts.set(path, text);
    return text;
  };
  const drafted = (path: string) => (path === draft?.path ? draft.text : undefined);
  try {
    sources.active = given ?? activeProfile(where);
    seen(home.config, drafted(home.config));
    if (project !== undefined && seen(project.config, drafted(project.config)) !== undefined) {
      const record = seen(recordPath(home, trustedPath(project, project.config)));
      const isTrusted = draft?.isTrusted === true && draft.path === project.config;
      sources.config = { record, isTrusted };
    }
    const { name, origin } = sources.active;
    if (name !== undefined) {
      sources.chain = readChain(name, (link, child) => {
        const path = profilePath(home, link);
        const text = drafted(path);
        // What is active everywhere, or is the user's own, means nothing of the project's.
        const asksProject = child === undefined ? origin.layer !== "global" : isTheirs(where, child);
        const file = text === undefined ? readAt(where, link, asksProject) : { name: link, path, text };
        seen(file.path, file.text);
        if (project !== undefined && isTheirs(where, file)) {
          const trust = trustOf(where, project, file, (record) => seen(record));
          if (trust !== "trusted") sources.untrusted ??= notTrusted(file, trust);
        }
        return file;
      });
    }
  } catch (error) {
    if (!(error instanceof WgError)) throw error;
    sources.problem = error;
  }
  return sources;
}

function loadFrom(where: Where, sources: Sources): Loaded {
  if (sources.untrusted !== undefined) throw sources.untrusted;
  const settings = settingsOf(where, sources);
  const refusal = refusalOfConfig(where, settings, sources);
  if (refusal !== undefined) throw refusal;
  return {
    settings,
    // Made when asked for: a service compares it, a command has no use for it.
    get fingerprint() {
      return fingerprintOf(where, sources);
    },
  };
}

function refusalOfConfig({ project }: Where, settings: Settings, { config }: Sources): WgError | undefined {
  if (project === undefined || config === undefined || config.isTrusted) return undefined;
  return untrustedIn(settings, project, config.record);
}

// A switch asks several times, for several places, what the same texts come to, and a listing what each profile makes of
// the same config files. Neither settings nor layers are ever changed, so the newest few are kept by all that goes into them.
const settingsBy = new Map<string, Settings>();
const configLayerBy = new Map<string, Layer>();
const keptOfEach = 4;

function kept<T>(newest: Map<string, T>, key: string, make: () => T): T {
  const known = newest.get(key);
  if (known !== undefined) return known;
  const made = make();
  newest.set(key, made);
  for (const oldest of newest.keys()) if (newest.size > keptOfEach) newest.delete(oldest);
  return made;
}

function settingsOf(where: Where, { active, chain, texts, problem }: Sources): Settings {
  if (problem !== undefined) throw problem;
  if (active === undefined) throw new Error("settings were read without an active profile");
  // Without the files that are not there, so that projects which set nothing of their own have this in common.
  const found = [...texts].filter(([, text]) => text !== undefined);
  const key = JSON.stringify([active, found, where.home.config, ownLayers(where)]);
  return kept(settingsBy, key, () => {
    const layers = [
      defaultLayer(),
      ...configLayers(where, texts),
      ...chainLayers(chain),
      envLayer(where.env),
    ];
    const { profile: _, ...flags } = where.flags ?? {};
    layers.push(flagLayer(flags));
    return resolve({ active, layers, extendsBase: chain?.extendsBase ?? false });
  });
}

function configLayers({ home, project }: Where, texts: Sources["texts"]): Layer[] {
  const files = [
    ["global", home.config],
    ["project", project?.config],
  ] as const;
  return files.flatMap(([kind, path]) => {
    const text = path === undefined ? undefined : texts.get(path);
    if (path === undefined || text === undefined) return [];
    return [kept(configLayerBy, JSON.stringify([kind, path, text]), () => fileLayer(kind, path, text))];
  });
}

/** Lowest first: what is extended comes before what extends it. */
function chainLayers(chain: Chain | undefined): Layer[] {
  return (chain?.files ?? []).map(({ path, text }) => fileLayer("profile", path, text)).reverse();
}

function fingerprintOf(where: Where, { active, texts, problem, untrusted }: Sources): string {
  return sha256(
    canonicalJson({
      active,
      texts: [...texts],
      problem: problem && { message: problem.message, at: problem.at },
      untrusted: untrusted?.message,
      ...ownLayers(where),
    }),
  );
}
