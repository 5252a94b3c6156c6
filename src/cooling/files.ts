// What cools on this machine: one small file a destination, in ~/.wg/cooling, for the services of all projects.
import * as fs from "node:fs";
import * as path from "node:path";
import { canonicalJson, sha256 } from "../base/canonical.ts";
import { errnoOf, messageOf, WgError } from "../base/error.ts";
import { readText, removeFile, writeText } from "../base/file.ts";
import type { Home, Project } from "../base/home.ts";
import { objectIn } from "../base/jsonl.ts";
import { withLock } from "../base/lock.ts";
import { isAlive, type ProcessMark } from "../base/process.ts";
import {
  type Cooling,
  coolingClasses,
  type Probe,
  type RunName,
  type Standing,
  standingOf,
} from "./cooling.ts";

/** The project is where it is kept when the home cannot be written. */
export interface CoolingPlace {
  home: Home;
  project?: Project;
}

/** All that cools, as it was read at one moment. */
export interface Coolings {
  /** How a destination stands; one that is undefined is free. */
  standing(destination: string | undefined): Standing;
  /** By destination. */
  list: readonly Cooling[];
  /** Equal marks mean that every destination stands as it did. */
  mark: string;
}

/** No such file is larger; a larger one was not written by us. */
const maxBytes = 16 * 1024;
/** A change takes a millisecond; longer than this another program holds the lock. */
const lockMs = 2000;

/** Reads all that cools here. Nothing is the usual case, and costs one look at a folder that is not there. */
export function readCoolings(place: CoolingPlace, now: Date): Coolings {
  const found = new Map<string, Cooling>();
  for (const folder of foldersOf(place).reverse()) {
    for (const cooling of coolingsIn(folder)) {
      const other = found.get(cooling.destination);
      if (other === undefined || other.until < cooling.until) found.set(cooling.destination, cooling);
    }
  }
  const list = [...found.values()].sort((a, b) => (a.destination < b.destination ? -1 : 1));
  const standings = new Map(list.map((cooling) => [cooling.destination, standingOf(cooling, now, isAlive)]));
  return {
    standing: (destination) => standings.get(destination ?? "") ?? { kind: "free" },
    list,
    mark: canonicalJson([...standings].map(([name, { kind }]) => [name, kind, found.get(name)?.until])),
  };
}

/**
 * Changes what is known of one destination, alone among all processes; undefined from `change` lets it be free. Answers
 * why that could not be kept, in the home or else in the project; never throws for that.
 */
export function changeCooling(
  place: CoolingPlace,
  destination: string,
  change: (before: Cooling | undefined) => Cooling | undefined,
): WgError | undefined {
  let problem: WgError | undefined;
  const folders = foldersOf(place);
  // Where it is known already; else the first that takes it.
  const known = folders.filter((folder) => fs.existsSync(fileOf(folder, destination)));
  for (const folder of known.length > 0 ? known : folders) {
    try {
      withLock(`${folder}.lock`, "exclusive", lockMs, () => {
        const file = fileOf(folder, destination);
        const before = coolingIn(file);
        const after = change(before);
        if (after === before) return;
        if (after !== undefined) return writeText(file, `${JSON.stringify(after)}\n`);
        removeFile(file);
        removeEmpty(folder);
      });
      if (known.length === 0) return undefined;
    } catch (error) {
      if (!(error instanceof WgError)) throw error;
      problem ??= error;
    }
  }
  return problem;
}

/**
 * Makes a run the one that tries a destination that has rested; false when another is, or it cools (again). What cannot
 * be kept keeps nobody from trying.
 */
export function takeProbe(place: CoolingPlace, destination: string, probe: Probe, now: Date): boolean {
  let isOurs = true;
  changeCooling(place, destination, (before) => {
    if (before === undefined) return undefined;
    isOurs = standingOf(before, now, isAlive).kind === "over";
    return isOurs ? { ...before, probe } : before;
  });
  return isOurs;
}

/** Says which process tries a destination, so that its end can be told from a long silence. */
export function beginProbe(place: CoolingPlace, destination: string, run: string, mark: ProcessMark): void {
  changeCooling(place, destination, (before) =>
    before?.probe?.run === run ? { ...before, probe: { ...before.probe, process: mark } } : before,
  );
}

/** Takes back that a run tries a destination, so that another may. */
export function endProbe(place: CoolingPlace, destination: string, run: string): void {
  changeCooling(place, destination, (before) => {
    if (before?.probe?.run !== run) return before;
    const { probe: _, ...rest } = before;
    return rest;
  });
}

/** True when something may cool: one look at each folder. */
export function mayCool(place: CoolingPlace): boolean {
  return foldersOf(place).some((folder) => fs.existsSync(folder));
}

function foldersOf({ home, project }: CoolingPlace): string[] {
  return [home.cooling, ...(project === undefined ? [] : [project.cooling])];
}

function fileOf(folder: string, destination: string): string {
  return path.join(folder, `${sha256(destination).slice(0, 16)}.json`);
}

function coolingsIn(folder: string): Cooling[] {
  let names: string[];
  try {
    names = fs.readdirSync(folder);
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT" || errnoOf(cause) === "ENOTDIR") return [];
    throw new WgError("bad-file", `cannot read ${folder}: ${messageOf(cause)}`, {
      at: { path: folder },
      cause,
    });
  }
  return names
    .filter((name) => /^[0-9a-f]{16}\.json$/.test(name))
    .flatMap((name) => coolingIn(path.join(folder, name)) ?? []);
}

/** What a file says; undefined for none, and for one that we did not write. */
function coolingIn(file: string): Cooling | undefined {
  let text: string | undefined;
  try {
    text = readText(file, maxBytes);
  } catch (error) {
    if (error instanceof WgError) return undefined;
    throw error;
  }
  const {
    destination,
    class: named,
    message,
    since,
    last,
    until,
    resetsAt,
    failures,
    by,
    probe,
  } = objectIn(text ?? "") ?? {};
  const found = coolingClasses.find((name) => name === named);
  if (found === undefined || typeof destination !== "string") return undefined;
  if (!isTime(since) || !isTime(last) || !isTime(until) || typeof failures !== "number") return undefined;
  const trying = probeIn(probe);
  return {
    destination,
    class: found,
    message: textIn(message),
    since,
    last,
    until,
    ...(isTime(resetsAt) && { resetsAt }),
    failures,
    by: runIn(by),
    ...(trying && { probe: trying }),
  };
}

function probeIn(value: unknown): Probe | undefined {
  const { run, project, at, process } = fieldsIn(value);
  if (typeof run !== "string" || !isTime(at)) return undefined;
  const { pid, started } = fieldsIn(process);
  const mark = typeof pid === "number" && typeof started === "string" ? { pid, started } : undefined;
  return { run, project: textIn(project), at, ...(mark && { process: mark }) };
}

function runIn(value: unknown): RunName {
  const { run, project, profile } = fieldsIn(value);
  return { run: textIn(run), project: textIn(project), profile: textIn(profile) };
}

function fieldsIn(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function textIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function isTime(value: unknown): value is string {
  return typeof value === "string" && !Number.isNaN(Date.parse(value));
}

/** So that a look at the folder tells that nothing cools. */
function removeEmpty(folder: string): void {
  try {
    fs.rmdirSync(folder);
  } catch {
    // Another one still cools.
  }
}
