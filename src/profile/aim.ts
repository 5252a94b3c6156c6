// What a switch is to do: which pointer it writes, what that says now and what it shall say.
import { WgError } from "../base/error.ts";
import { readText } from "../base/file.ts";
import type { Home, Project } from "../base/home.ts";
import { activeProfile, type Pointers, readPointers } from "./active.ts";
import { profileNames } from "./files.ts";
import { lastStanding, previousName, readSwitches, type SwitchKind, switchesOf } from "./history.ts";
import { baseName, isBase, matchName, noProfile } from "./name.ts";
import { noPointer, type Pointer, pointerWord, readPointer } from "./pointer.ts";
import { matchAt, namesAt } from "./project-profiles.ts";
import type { Where } from "./where.ts";

/** A word typed for a profile; what was active before; no profile; what was active before the last switch, by a person or by a service. */
export type Target =
  | { kind: "named"; word: string }
  | { kind: "previous" }
  | { kind: "clear" }
  | { kind: "undo" }
  | { kind: "revert"; why: string };

/** `before` and `after` are what the pointer in `file` says; `from` and `to` the words for them in the history. */
export interface Aim {
  kind: SwitchKind;
  file: string;
  before: Pointer;
  after: Pointer;
  from: string;
  to: string;
  /** The pointer's text as it was, to put back; undefined where there was none that could be read. */
  oldText: string | undefined;
}

/**
 * Works out what a target means for a pointer: that of `project`, or the global one. Refuses an unknown name, and
 * `no-previous` and `nothing-to-undo` (exit 4) where the history does not know.
 */
export function aimOf(home: Home, target: Target, project: Project | undefined): Aim {
  const file = project?.pointer ?? home.pointer;
  const before = readPointer(file);
  const whose = project === undefined ? "everywhere" : "project";
  const from = pointerWord(before, whose);
  const after = pointerAfter(home, target, project, from);
  return {
    kind: kindOf(target),
    file,
    before,
    after,
    from,
    to: pointerWord(after, whose),
    oldText: before.kind === "broken" ? undefined : readText(file),
  };
}

function kindOf({ kind }: Target): SwitchKind {
  if (kind === "revert") return "reverted";
  return kind === "undo" ? "undo" : "use";
}

/** The pointers of a place as they will be: that of the aim replaced. */
export function pointersWith(where: Where, file: string, pointer: Pointer): Pointers {
  const read = readPointers(where);
  return {
    global: where.home.pointer === file ? pointer : read.global,
    project: where.project?.pointer === file ? pointer : read.project,
  };
}

/** True when a place runs on what the aimed-at pointer says, or on nothing at all, before the switch or after it. */
export function follows(where: Where, { file, before, after }: Aim): boolean {
  return [before, after].some((pointer) => {
    try {
      const { origin } = activeProfile(where, pointersWith(where, file, pointer));
      return origin.source === file || origin.layer === "default";
    } catch (error) {
      // A broken pointer decides there. If it is ours, the other of the two states shows it.
      if (error instanceof WgError) return false;
      throw error;
    }
  });
}

function pointerAfter(home: Home, target: Target, project: Project | undefined, from: string): Pointer {
  switch (target.kind) {
    case "named":
      if (isBase(target.word)) return pointerOf(home, baseName, project);
      return { kind: "profile", name: nameMeant(home, target.word, project) };
    case "clear":
      return { kind: "absent" };
    case "previous":
      return pointerOf(home, previousWord(home, project, from), project);
    case "undo":
    case "revert":
      return pointerOf(home, undoneWord(home, project, from), project);
  }
}

/** What is active everywhere is one of the user's own; a project may also be on one that comes with it. */
function nameMeant(home: Home, word: string, project: Project | undefined): string {
  return project === undefined ? matchName(word, profileNames(home)) : matchAt({ home, project }, word);
}

function previousWord(home: Home, project: Project | undefined, from: string): string {
  const word = previousName(switchesOf(readSwitches(home), project?.root), from);
  if (word !== undefined) return word;
  throw new WgError("no-previous", "no profile was active before this one", {
    hint: "wg profile list shows which there are",
  });
}

function undoneWord(home: Home, project: Project | undefined, from: string): string {
  const last = lastStanding(switchesOf(readSwitches(home), project?.root));
  if (last === undefined) {
    throw new WgError("nothing-to-undo", "there is no switch to undo", { exit: 4 });
  }
  if (last.to === from) return last.from;
  throw new WgError(
    "cannot-undo",
    `the last known switch went to ${last.to}, but ${from} is what the pointer says`,
    {
      hint: `say where to go: wg profile use ${last.from}`,
    },
  );
}

function pointerOf(home: Home, word: string, project: Project | undefined): Pointer {
  if (word === noPointer) return { kind: "absent" };
  if (word === baseName) return project === undefined ? { kind: "absent" } : { kind: "base" };
  const names = project === undefined ? profileNames(home) : namesAt({ home, project });
  if (names.includes(word)) return { kind: "profile", name: word };
  throw noProfile(word, names);
}
