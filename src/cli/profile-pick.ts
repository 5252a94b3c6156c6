// `wg profile` at a terminal: the names to choose from, the last used first; Enter switches.
import { WgError } from "../base/error.ts";
import { type LastCheck, lastChecks } from "../check/last-check.ts";
import type { Settings } from "../config/settings.ts";
import { activeProfile } from "../profile/active.ts";
import { readSwitches } from "../profile/history.ts";
import { loadNamed } from "../profile/load.ts";
import { baseName } from "../profile/name.ts";
import { nextRoute } from "../profile/outcome.ts";
import { meansTheirs, usableNamesAt } from "../profile/project-profiles.ts";
import type { Where } from "../profile/where.ts";
import type { Io } from "./io.ts";
import {
  type About,
  type Choice,
  keysIn,
  type PickState,
  pickLines,
  pressed,
  startPick,
} from "./pick-state.ts";
import { say } from "./print.ts";
import { writablePlace } from "./profile-place.ts";
import { use } from "./profile-use.ts";
import { whereOf } from "./where.ts";

/** Lets a person pick, and switches to what was picked; given up, nothing happens and the exit status is 4. */
export async function pickProfile(io: Io): Promise<void> {
  const picked = await pick(io, startPick(choicesAt(writablePlace(io), io.now())));
  if (picked === undefined) {
    say(io, "nothing was picked");
    io.status = 4;
    return;
  }
  const isTheirs = meansTheirs(whereOf(io), picked);
  await use(io, picked, { check: true, ...(isTheirs && { project: true }) });
}

/** Names by when they were last switched to, then by name; base, which is no profile, where its turn is, else last. */
export function inOrderOfUse(names: readonly string[], used: readonly string[]): string[] {
  const latest = new Set(used.toReversed());
  const known = new Set([...names, baseName]);
  return [
    ...[...latest].filter((name) => known.has(name)),
    ...[...known].filter((name) => !latest.has(name)),
  ];
}

function choicesAt(where: Where, now: Date): Choice[] {
  const active = tried(() => activeProfile(where).name ?? baseName);
  const used = tried(() => readSwitches(where.home).map(({ to }) => to)) ?? [];
  const checks = lastChecks(where.home);
  return inOrderOfUse(usableNamesAt(where), used).map((name) => ({
    name,
    active: name === active,
    about: once(
      () =>
        tried(() => aboutOf(where, name, checks.get(name), now)) ?? { route: "cannot be used", checked: "" },
    ),
  }));
}

function aboutOf(where: Where, name: string, last: LastCheck | undefined, now: Date): About {
  const settings = loadNamed(where, name === baseName ? undefined : name);
  return { route: nextRoute(settings), checked: last === undefined ? "" : checkedText(last, settings, now) };
}

const words = { yes: "works", no: "would not work", unknown: "not all is known" } as const;

function checkedText({ at, revision, verdict }: LastCheck, now: Settings, time: Date): string {
  const since = revision === now.revision ? "" : ", before it was changed";
  return `${words[verdict]} (checked ${ageText(time.getTime() - Date.parse(at))}${since})`;
}

/** `just now`, `5m ago`, `3h ago`, `12d ago`. */
function ageText(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes}m ago`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)}h ago` : `${Math.floor(minutes / 60 / 24)}d ago`;
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function pick(io: Io, start: PickState): Promise<string | undefined> {
  const { stdin, stderr, stdout } = io;
  const rows = Math.max(1, Math.min(15, (stdout.rows ?? 24) - 3));
  let drawn = 0;
  const clear = () => {
    if (drawn > 0) stderr.write(`\r\u001b[${drawn}A\u001b[J`);
    drawn = 0;
  };
  const draw = (state: PickState) => {
    clear();
    const lines = pickLines(state, stdout.columns ?? 80, rows);
    stderr.write(`${lines.join("\r\n")}\r\n`);
    drawn = lines.length;
  };
  return new Promise((resolve) => {
    let state = start;
    const end = (name: string | undefined) => {
      stdin.off("data", read);
      stdin.off("end", give);
      io.signal.removeEventListener("abort", give);
      stdin.setRawMode?.(false);
      stdin.pause();
      clear();
      resolve(name);
    };
    const give = () => end(undefined);
    const read = (chunk: Buffer) => {
      for (const key of keysIn(chunk.toString("utf8"))) {
        const picked = pressed(state, key);
        if (picked.kind !== "picking") return end(picked.kind === "picked" ? picked.name : undefined);
        state = picked.state;
      }
      draw(state);
    };
    stdin.setRawMode?.(true);
    stdin.on("data", read);
    stdin.once("end", give);
    io.signal.addEventListener("abort", give, { once: true });
    draw(state);
    stdin.resume();
  });
}

function tried<T>(step: () => T): T | undefined {
  try {
    return step();
  } catch (error) {
    if (error instanceof WgError) return undefined;
    throw error;
  }
}
