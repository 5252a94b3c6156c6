// What an import would do: a name, a text and a fate for each profile, before anything is written.
import * as fs from "node:fs";
import * as path from "node:path";
import { WgError } from "../base/error.ts";
import type { Home } from "../base/home.ts";
import { nearest } from "../base/nearest.ts";
import { type EndpointTable, endpointsKey, endpointsType } from "../config/endpoints.ts";
import { fileLayer } from "../config/layers.ts";
import type { KeyNeed, NotTaken } from "../config/source-table.ts";
import { profilePath } from "../profile/files.ts";
import { checkName } from "../profile/name.ts";
import { checkedText } from "./draft.ts";
import { slugOf } from "./from-cc-switch.ts";
import type { Candidate, Imported } from "./imported.ts";
import { keyLine } from "./secret-text.ts";
import { textAt } from "./write.ts";

/**
 * A profile as it would be. `new` would be written; `replaced` too, with a copy of the old text; `same` is there
 * already; `kept` is not written, since another profile has that name.
 */
export interface PlannedProfile {
  name: string;
  path: string;
  text: string;
  state: "new" | "replaced" | "same" | "kept";
  /** What stands there now. */
  old?: string;
  /** The worker's route, where the file says it itself, and the servers. */
  model?: string;
  endpoints: EndpointTable[];
  keys: KeyNeed[];
  notes: string[];
  notTaken: NotTaken[];
}

export interface ImportPlan {
  kind: Imported["kind"];
  profiles: PlannedProfile[];
  notTaken: NotTaken[];
}

/** `name` renames the one profile there is; `only` chooses among several by name; `force` replaces others. */
export interface ImportWish {
  name?: string;
  only: readonly string[];
  force: boolean;
}

/**
 * Decides. Refuses when a name is no name, when `--name` could mean several, and with `profile-exists` when the one
 * profile to be made is there already as another.
 */
export function planImport(
  home: Home,
  source: { path: string },
  imported: Imported,
  wish: ImportWish,
): ImportPlan {
  const chosen = choose(imported.candidates, wish);
  const notTaken = [...imported.notTaken];
  const profiles = chosen.flatMap((candidate): PlannedProfile[] => {
    try {
      return [
        planned(home, source.path, { ...candidate, name: wish.name ?? slugOf(candidate.name) }, wish.force),
      ];
    } catch (error) {
      // Among several, one that cannot be is told; alone, it is the answer.
      if (!(error instanceof WgError) || chosen.length === 1) throw error;
      notTaken.push({ key: candidate.name, why: error.message });
      return [];
    }
  });
  const [only] = profiles;
  if (only?.state === "kept" && profiles.length === 1) throw alreadyThere(only);
  return { kind: imported.kind, profiles, notTaken };
}

/** What a profile made of a file would be called: after the file, and where that says nothing, after its folder too. */
export function nameOfFile(file: string): string {
  if (file === "-") return "imported";
  const stem = path.basename(file).replace(/(\.config\.toml|\.settings\.json|\.[^.]+)$/, "");
  const isPlain = /^(config|settings|settings\.local|export|backup)$/i.test(stem);
  const folder = path.basename(path.dirname(path.resolve(file)));
  return slugOf(isPlain ? `${folder}-${stem}` : stem) || "imported";
}

function choose(candidates: readonly Candidate[], { name, only }: ImportWish): readonly Candidate[] {
  const names = candidates.map((candidate) => slugOf(candidate.name));
  for (const wanted of only) {
    if (names.includes(wanted)) continue;
    const guess = nearest(wanted, names);
    throw new WgError("no-profile", `the file holds no profile ${JSON.stringify(wanted)}`, {
      hint: guess ? `did you mean ${guess}?` : `it holds ${names.join(", ")}`,
    });
  }
  const chosen =
    only.length === 0 ? candidates : candidates.filter((_, index) => only.includes(names[index] ?? ""));
  if (name !== undefined) checkName(name);
  if (name === undefined || chosen.length === 1) return chosen;
  throw new WgError("usage", `--name is for one profile, and the file holds ${chosen.length}`, {
    exit: 2,
    hint: `choose one with --only: ${names.join(", ")}`,
  });
}

function planned(home: Home, source: string, candidate: Candidate, force: boolean): PlannedProfile {
  const { keys, notes, notTaken } = candidate;
  const name = checkName(candidate.name);
  const file = profilePath(home, name);
  const text = candidate.text ?? (candidate.draft ? checkedText(name, candidate.draft) : "");
  refuseKeys(source, text);
  const old = textAt(home, name);
  const { values } = fileLayer("profile", candidate.text === undefined ? file : source, text);
  const model = values.get("agent.model")?.value;
  const servers = values.get(endpointsKey)?.value ?? [];
  const state =
    old === undefined ? "new" : old === text ? "same" : force || isSame(source, file) ? "replaced" : "kept";
  return {
    name,
    path: file,
    text,
    state,
    ...(old !== undefined && { old }),
    ...(typeof model === "string" && { model }),
    endpoints: endpointsType.read(servers, { key: endpointsKey, place: () => undefined }),
    keys,
    notes,
    notTaken,
  };
}

/** A file in the folder of profiles is converted where it is. */
function isSame(source: string, file: string): boolean {
  return source !== "-" && fs.realpathSync(source) === fs.realpathSync(file);
}

function refuseKeys(path: string, text: string): void {
  const line = keyLine(text);
  if (line === undefined) return;
  throw new WgError("secret-value", "a line holds what looks like a key, perhaps in a comment", {
    at: { path, line },
    hint: "take it out, and give the key by a reference such as env:NAME",
  });
}

function alreadyThere({ name, path: at }: PlannedProfile): WgError {
  return new WgError("profile-exists", `there is a profile "${name}" already`, {
    at: { path: at },
    hint: "give the new one another name with --name; --force replaces it and keeps a copy",
  });
}
