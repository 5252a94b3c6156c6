// Writes a settings file after a change: checked as a whole first, then taken by every service that reads it.
import { WgError } from "../base/error.ts";
import { readText, removeFile, writeText } from "../base/file.ts";
import type { Home, Project } from "../base/home.ts";
import type { Change, ChangedFile } from "../config/change.ts";
import type { Settings } from "../config/settings.ts";
import { activeProfile } from "../profile/active.ts";
import { commitChange, whileSwitching } from "../profile/commit.ts";
import { trustConfig, trustOfConfig } from "../profile/config-trust.ts";
import { type Draft, loadAs, loadNamed } from "../profile/load.ts";
import { couldNotFollow, type Listener, placeOf, type Reply } from "../profile/nudge.ts";
import { runningServices, serves } from "../profile/services.ts";
import type { Where } from "../profile/where.ts";

/** Which of the two files, and where it is. */
export type ConfigFile = Pick<ChangedFile, "path"> & { kind: "global" | "project" };

export interface Written extends Change {
  path: string;
  changed: boolean;
  /** What is in force at the caller's place now; absent where something else keeps it from loading. */
  settings?: Settings;
  /** Why it could not be loaded, before the change and after it. */
  problem?: WgError;
  replies: Reply[];
}

/**
 * Makes a change to a settings file in one step. Refuses, with nothing changed, a text that breaks what could be loaded
 * until now: the base, what is in force here, or what a running service that reads the file is on. A project's file that
 * nobody but the user answered for until now is trusted with the change as well.
 */
export function writeConfig(
  where: Where,
  file: ConfigFile,
  by: string,
  edit: (file: ChangedFile) => Change,
  signal: AbortSignal,
): Promise<Written> {
  return whileSwitching(where.home, signal, () => writeNow(where, file, by, edit, signal));
}

async function writeNow(
  where: Where,
  { kind, path }: ConfigFile,
  by: string,
  edit: (file: ChangedFile) => Change,
  signal: AbortSignal,
): Promise<Written> {
  const old = readText(path);
  const change = edit({ kind, path, text: old ?? "" });
  const own = kind === "project" && where.project?.config === path ? where.project : undefined;
  const isTrusted = own !== undefined && isOwn(where.home, own, old);
  const draft: Draft = { path, text: change.text, isTrusted };
  refuseBreaking((pending) => loadNamed(where, undefined, pending), draft);
  const settings = refuseBreaking(loaderAt(where), draft);
  const listeners = listenersOf(where, draft, kind);
  const changed = change.text !== old;
  const rewriting = {
    by,
    make() {
      // Before the text, so that no service finds it without: what the file was trusted with, it still is.
      if (own !== undefined && isTrusted) trustConfig(where.home, own, change.text);
      writeText(path, change.text);
    },
    unmake: () => (old === undefined ? removeFile(path) : writeText(path, old)),
  };
  const replies = changed ? await commitChange(where.home, rewriting, listeners, signal) : [];
  const outcome = settings instanceof WgError ? { problem: settings } : { settings };
  return { ...change, path, changed, replies, ...outcome };
}

/** True when the user answers for a project's file as it is; one that cannot be read was not looked at by anybody. */
function isOwn(home: Home, project: Project, text = ""): boolean {
  const trust = resultOf(() => trustOfConfig(home, project, text));
  return trust === "trusted";
}

/** Loads settings as though the draft stood in its file already; without one, as they are. */
type Loader = (draft?: Draft) => Settings;

function loaderAt(place: Where): Loader {
  return (draft) => loadAs(place, activeProfile(place), draft).settings;
}

/** What settings come to with the draft, or why they cannot be loaded, where that was so before. Refuses what the draft breaks. */
function refuseBreaking(load: Loader, draft: Draft): Settings | WgError {
  const after = resultOf(load, draft);
  if (after instanceof WgError && !(resultOf(load) instanceof WgError)) throw withoutDraftPlace(after, draft);
  return after;
}

/** The same refusal without a line of the draft, which stands in no file. */
function withoutDraftPlace(error: WgError, { path }: Draft): WgError {
  if (error.at?.path !== path) return error;
  const { code, message, hint, exit } = error;
  return new WgError(code, message, { exit, cause: error, ...(hint !== undefined && { hint }) });
}

function resultOf<T>(load: (draft?: Draft) => T, draft?: Draft): T | WgError {
  try {
    return load(draft);
  } catch (error) {
    if (error instanceof WgError) return error;
    throw error;
  }
}

/** The services that read the file: all of them, or that of the project. One that cannot load it anyway need not follow. */
function listenersOf({ home, project }: Where, draft: Draft, kind: ConfigFile["kind"]): Listener[] {
  return runningServices(home)
    .filter((service) => kind === "global" || (project !== undefined && serves(service, project)))
    .map((service) => ({ service, follows: canFollow(home, service, draft) }));
}

function canFollow(home: Home, service: Listener["service"], draft: Draft): boolean {
  try {
    return !(refuseBreaking(loaderAt(placeOf(home, service)), draft) instanceof WgError);
  } catch (error) {
    throw error instanceof WgError ? couldNotFollow(service, error) : error;
  }
}
