// Layers become settings: the highest that sets a key wins, and a profile replaces the bundle as a unit. Pure.
import { canonicalJson, sha256 } from "../base/canonical.ts";
import { type Place, WgError } from "../base/error.ts";
import { bundleOf, generalOf } from "./bundle.ts";
import { checkBundle } from "./check.ts";
import type { Layer, LayerValue } from "./layers.ts";
import { definitions, findDefinition, type KeyDefinition } from "./schema.ts";
import {
  type ActiveProfile,
  type Bundle,
  layerKinds,
  type Origin,
  type Setting,
  type Settings,
  type Shadow,
} from "./settings.ts";

/**
 * What to resolve. `layers` may come in any order; several profile layers are one chain of `extends`, lowest first.
 * `extendsBase` lets the bundle keys of default, global and project through below the chain.
 */
export interface Unresolved {
  active: ActiveProfile;
  layers: readonly Layer[];
  extendsBase: boolean;
}

/**
 * The settings. Refuses a profile without `agent.model`, and a bundle that contradicts itself (an endpoint that is not
 * there or does not fit, a `local:` route without one), with the place of the cause.
 */
export function resolve({ active, layers, extendsBase }: Unresolved): Settings {
  const ordered = layerKinds.flatMap((kind) => layers.filter((layer) => layer.kind === kind));
  const replaces = ordered.some((layer) => layer.kind === "profile") && !extendsBase;
  const values = new Map<string, Setting>();
  const hidden = new Map<string, Shadow[]>();
  for (const { key, definition, found } of saidBy(ordered)) {
    const isReplaced = replaces && definition.scope === "bundle";
    const first = found.find(({ origin }) => !(isReplaced && isBelow(origin)));
    if (first === undefined) hidden.set(key, found);
    else {
      const shadows = found.slice(found.indexOf(first) + 1);
      values.set(key, { key, value: first.value, origin: first.origin, shadows });
    }
  }
  if (replaces) requireModel(ordered);
  const bundle = bundleOf(values);
  checkBundle(bundle, (key) => placeOf(values.get(key)));
  const notes = ordered.flatMap((layer) => layer.notes ?? []);
  return {
    active,
    bundle,
    general: generalOf(values),
    values,
    hidden,
    revision: revisionOf(bundle),
    ...(notes.length > 0 && { notes }),
  };
}

/** The identity of a bundle: the first 12 hex digits of the sha256 of its canonical JSON. */
function revisionOf(bundle: Bundle): string {
  return sha256(canonicalJson(bundle)).slice(0, 12);
}

/** Where a setting stands, for refusals; undefined for what is built in. */
function placeOf(setting: Setting | undefined): Place | undefined {
  if (setting === undefined || setting.origin.layer === "default") return undefined;
  const { source, line } = setting.origin;
  return { path: source, ...(line !== undefined && { line }) };
}

/** What the layers say about one key, highest first. */
interface Said {
  key: string;
  definition: KeyDefinition;
  found: Shadow[];
}

/**
 * Every key that some layer sets, in the order of the schema, then of first mention. A description or `extends` belongs
 * to the profile itself, not to what it extends.
 */
function saidBy(layers: readonly Layer[]): Said[] {
  const said = new Map<string, Said>();
  const own = layers.filter((layer) => layer.kind === "profile").at(-1);
  for (const layer of layers) {
    for (const [key, value] of layer.values) {
      const known: Said = said.get(key) ?? { key, definition: definitionOf(key), found: [] };
      const { definition, found } = known;
      said.set(key, known);
      if (definition.scope === "profile" && layer !== own) continue;
      found.unshift({ value: value.value, origin: originOf(layer, key, value) });
    }
  }
  const ranks = new Map([...said.values()].map((each) => [each, definitions.indexOf(each.definition)]));
  return [...ranks].sort(([, a], [, b]) => a - b).map(([each]) => each);
}

function originOf(layer: Layer, key: string, value: LayerValue): Origin {
  const source = layer.sources?.get(key) ?? layer.source;
  if (!("line" in value)) return { layer: layer.kind, source };
  return {
    layer: layer.kind,
    source,
    get line() {
      return value.line;
    },
  };
}

function isBelow({ layer }: Origin): boolean {
  return layer === "default" || layer === "global" || layer === "project";
}

/** Keys in layers are known: they were checked when they were read. */
function definitionOf(key: string): KeyDefinition {
  const definition = findDefinition(key.split("."));
  if (definition === undefined) throw new Error(`a layer holds the unknown key ${key}`);
  return definition;
}

// A variable may override the model of a profile; it cannot stand in for one that has none.
function requireModel(layers: readonly Layer[]): void {
  const chain = layers.filter((layer) => layer.kind === "profile");
  if (chain.some((layer) => layer.values.has("agent.model"))) return;
  throw new WgError("no-model", "the profile has no agent.model", {
    at: { path: chain.at(-1)?.source ?? "" },
    hint: 'add [agent] model = "<handler>:<model>", or extends = "base" to take it from the config files',
  });
}
