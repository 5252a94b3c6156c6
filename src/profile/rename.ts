// A profile's new name, followed by all that call it by the old one: pointers, and profiles that extend it or fall back to it.
import * as fs from "node:fs";
import { draftPath } from "../base/draft.ts";
import { placeText, WgError } from "../base/error.ts";
import { readText, removeFile, writeText } from "../base/file.ts";
import { type Home, projectAt } from "../base/home.ts";
import { setValue } from "../config/edit.ts";
import { fileLayer } from "../config/layers.ts";
import { type KeyPath, parseToml } from "../config/toml.ts";
import { activeProfile } from "./active.ts";
import { readChain } from "./chain.ts";
import { type Change, commitChange, whileSwitching } from "./commit.ts";
import { type ProfileFile, profileNames, profilePath, readProfile } from "./files.ts";
import { appendRename, readSwitches, type Switch } from "./history.ts";
import { loadSettings } from "./load.ts";
import { checkName, exactMatch, matchName } from "./name.ts";
import { type Listener, placeOf, type Reply } from "./nudge.ts";
import { pointAt, readPointer } from "./pointer.ts";
import { runningServices } from "./services.ts";
import type { Where } from "./where.ts";

interface RenameRequest {
  /** The old name in full. */
  from: string;
  to: string;
  by: Switch["by"];
  now(): Date;
}

export interface Renamed {
  from: string;
  to: string;
  path: string;
  /** The pointers that name it now. */
  pointers: string[];
  /** The profiles whose `extends` or `fallback` names it now. */
  followers: string[];
  replies: Reply[];
  /** What still calls it by the old name and is not ours to change, one sentence each. */
  notes: string[];
}

/**
 * Renames a profile. The new name is added first and the old one taken away last, so that a crash in between leaves both,
 * each as good as the other, and the same call finishes it. Refuses when a service was started with the old name; takes
 * all back when a service refuses what it finds.
 */
export function renameProfile(where: Where, request: RenameRequest, signal: AbortSignal): Promise<Renamed> {
  return whileSwitching(where.home, signal, () => renameNow(where, request, signal));
}

async function renameNow(where: Where, request: RenameRequest, signal: AbortSignal): Promise<Renamed> {
  const { home } = where;
  const old = readProfile(home, inFull(home, request.from));
  const { name: from } = old;
  const to = freeName(home, old, request.to);
  const edits = editsFor(home, from, to);
  const pointers = pointersAt(where, from);
  refusePinned(home, from);
  const { refuseSide } = await import("./canary-uses.ts");
  refuseSide(where, from, "end it first: wg profile promote, or wg profile abort");
  const listeners = listenersOf(home, [from, ...edits.map(({ file }) => file.name)]);
  const change = changeOf(home, { ...request, from, to }, edits, pointers);
  const replies = await commitChange(home, change, listeners, signal);
  return {
    from,
    to,
    path: profilePath(home, to),
    pointers,
    followers: edits.map(({ file }) => file.name),
    replies,
    notes: notesOn(where, from),
  };
}

function inFull(home: Home, word: string): string {
  const names = profileNames(home);
  const name = matchName(word, names);
  if (name === exactMatch(word, names)) return name;
  throw new WgError("no-profile", `profile "${word}" not found`, { hint: `write the name in full: ${name}` });
}

/** The new name. One that is taken is good only where a rename was cut off: it then holds the same text. */
function freeName(home: Home, old: ProfileFile, to: string): string {
  checkName(to);
  const path = profilePath(home, to);
  const isTaken = fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  if (isTaken && (to === old.name || readText(path) !== old.text)) {
    throw new WgError("profile-exists", `there is a profile "${to}" already`, {
      at: { path },
      hint: "choose another name, or delete that one first",
    });
  }
  return to;
}

interface Edit {
  file: ProfileFile;
  text: string;
}

/** The other profiles that name this one, with their new text. What cannot be read names nothing. */
function editsFor(home: Home, from: string, to: string): Edit[] {
  return profileNames(home)
    .filter((name) => name !== from && name !== to)
    .flatMap((name): Edit[] => {
      const file = readProfile(home, name);
      const text = namingPaths(file, from).reduce((at, path) => setValue(at, path, to), file.text);
      if (text === file.text) return [];
      fileLayer("profile", file.path, text);
      return [{ file, text }];
    });
}

/** Where a text names a profile. */
function namingPaths({ path, text }: Pick<ProfileFile, "path" | "text">, name: string): KeyPath[] {
  if (!text.includes(name)) return [];
  let table: Record<string, unknown>;
  try {
    table = parseToml(path, text).table;
  } catch (error) {
    if (error instanceof WgError) return [];
    throw error;
  }
  const list: unknown[] = Array.isArray(table["fallback"]) ? table["fallback"] : [];
  return [
    ...(table["extends"] === name ? [["extends"]] : []),
    ...list.flatMap((item, index) => (item === name ? [["fallback", index]] : [])),
  ];
}

/** The pointers that name a profile: the global one, and of every project we know of. */
function pointersAt({ home, project }: Where, name: string): string[] {
  const roots = [
    ...(project ? [project.root] : []),
    ...runningServices(home).map((service) => service.project),
    ...readSwitches(home).flatMap((entry) => entry.project ?? []),
  ];
  const files = [home.pointer, ...[...new Set(roots)].map((root) => projectAt(root).pointer)];
  return files.filter((file) => {
    const pointer = readPointer(file);
    return pointer.kind === "profile" && pointer.name === name;
  });
}

/** A service that was started with the old name would find no profile at its next look. */
function refusePinned(home: Home, name: string): void {
  for (const service of runningServices(home)) {
    const active = tried(() => activeProfile(placeOf(home, service)));
    if (active?.name !== name) continue;
    const { layer, source } = active.origin;
    if (layer !== "env" && layer !== "flag") continue;
    throw new WgError(
      "profile-pinned",
      `the service of ${service.project} was started on "${name}" by ${source}`,
      {
        hint: "stop it, rename, and start it on the new name",
      },
    );
  }
}

/** The services that run on one of these profiles, directly or by `extends`. */
function listenersOf(home: Home, names: readonly string[]): Listener[] {
  return runningServices(home).flatMap((service): Listener[] => {
    const place = placeOf(home, service);
    const { name } = tried(() => activeProfile(place)) ?? {};
    const chain =
      name === undefined ? undefined : tried(() => readChain(name, (link) => readProfile(home, link)));
    if (!chain?.files.some((file) => names.includes(file.name))) return [];
    return [{ service, follows: tried(() => loadSettings(place)) !== undefined }];
  });
}

function changeOf(
  home: Home,
  { from, to, by, now }: RenameRequest,
  edits: readonly Edit[],
  pointers: readonly string[],
): Change {
  const wasThere = fs.existsSync(profilePath(home, to));
  const follow = (name: string, texts: (edit: Edit) => string) => {
    for (const edit of edits) writeText(edit.file.path, texts(edit));
    for (const file of pointers) pointAt(file, name);
  };
  const moveDraft = (one: string, other: string) => {
    const draft = draftPath(profilePath(home, one));
    if (fs.existsSync(draft)) fs.renameSync(draft, draftPath(profilePath(home, other)));
  };
  const unmake = () => {
    addName(home, to, from);
    follow(from, ({ file }) => file.text);
    moveDraft(to, from);
    if (!wasThere) removeFile(profilePath(home, to));
  };
  const make = () => {
    try {
      addName(home, from, to);
      follow(to, ({ text }) => text);
      moveDraft(from, to);
      appendRename(home, { at: now().toISOString(), kind: "rename", from, to, by });
    } catch (error) {
      unmake();
      throw error;
    }
    removeFile(profilePath(home, from));
  };
  return {
    by: `profile rename ${from} ${to}`,
    make,
    unmake() {
      unmake();
      appendRename(home, { at: now().toISOString(), kind: "rename", from: to, to: from, by });
    },
  };
}

/** Gives a profile's file a second name. A symlink gets a second symlink, so that neither follows the other away. */
function addName(home: Home, name: string, second: string): void {
  const file = profilePath(home, name);
  const other = profilePath(home, second);
  if (fs.existsSync(other)) return;
  if (fs.lstatSync(file).isSymbolicLink()) {
    fs.symlinkSync(fs.readlinkSync(file), other);
    return;
  }
  try {
    fs.linkSync(file, other);
  } catch {
    // Not every file system has a second name for a file.
    writeText(other, readProfile(home, name).text);
  }
}

function notesOn({ home, project, env }: Where, name: string): string[] {
  const notes: string[] = [];
  for (const path of [home.config, ...(project ? [project.config] : [])]) {
    const text = tried(() => readText(path)) ?? "";
    if (namingPaths({ path, text }, name).length === 0) continue;
    notes.push(`fallback of ${placeText(parseToml(path, text).placeOf(["fallback"]))} still names ${name}`);
  }
  if (env["WG_PROFILE"] === name) notes.push(`in this shell WG_PROFILE still names ${name}`);
  return notes;
}

function tried<T>(step: () => T): T | undefined {
  try {
    return step();
  } catch (error) {
    if (error instanceof WgError) return undefined;
    throw error;
  }
}
