// A canary: a share of the tasks on another profile than the active one. One file beside the pointer that it goes with.
import type { Budget } from "../base/budget.ts";
import { WgError } from "../base/error.ts";
import { readText, removeFile, writeText } from "../base/file.ts";
import type { Home, Project } from "../base/home.ts";
import type { ActiveProfile, Origin } from "../config/settings.ts";
import { type Guardrail, guardrailText, parseGuardrail } from "./guardrail.ts";
import { baseName, isProfileName } from "./name.ts";
import { pointerWord, readPointer } from "./pointer.ts";
import type { Where } from "./where.ts";

/** One side: a profile, `base` for none, at the revision that was kept when the canary began. */
export interface CanaryArm {
  profile: string;
  revision: string;
  /** `project`: it comes with the project. */
  from: "home" | "project";
}

/** Who is on which side, for how long, and what ends it. Times are ISO 8601 UTC. */
export interface Canary {
  since: string;
  /** When its share or its guardrails were last set: the mark of what services have adopted. */
  at: string;
  /** Of the tasks, between 0 and 1. */
  share: number;
  main: CanaryArm;
  canary: CanaryArm & { budget?: Budget };
  /** An arm takes keys from the config files. */
  readsBase: boolean;
  guardrails: Guardrail[];
  /** Until both arms have so many runs, guardrails say nothing. */
  minRuns: number;
}

/** A canary is a few lines; more is none. */
const maxBytes = 16 * 1024;

/** The file of the canary that goes with the pointer of `project`, or with the global one. */
export function canaryFile(home: Home, project: Project | undefined): string {
  return project?.canary ?? home.canary;
}

/** The file of the canary that would count here; undefined where a flag or a variable decides what is active. */
export function canaryFileFor({ home, project }: Where, { layer }: Origin): string | undefined {
  if (layer === "env" || layer === "flag") return undefined;
  return canaryFile(home, layer === "project" ? project : undefined);
}

/**
 * The canary in a file that goes with a pointer which says `active`; undefined where there is none, or the pointer was
 * moved since, which has ended it. Refuses (`bad-canary`) a file that holds something else.
 */
export function readCanary(file: string, active: string): Canary | undefined {
  const text = readText(file, maxBytes);
  const canary = text === undefined ? undefined : parseCanary(file, text);
  return canary?.main.profile === active ? canary : undefined;
}

/** The canary that goes with the pointer of `project`, or with the global one. Refuses as `readCanary`. */
export function canaryOf(home: Home, project: Project | undefined): Canary | undefined {
  return readCanary(canaryFile(home, project), pointedAt(home, project));
}

/** What a pointer says, in the word that a canary has for it. */
export function pointedAt(home: Home, project: Project | undefined): string {
  const pointer = readPointer(project?.pointer ?? home.pointer);
  return pointerWord(pointer, project === undefined ? "everywhere" : "project");
}

/** The canary that counts at a place where this is active. Refuses as `readCanary`. */
export function canaryAt(
  where: Where,
  { name, origin }: Pick<ActiveProfile, "name" | "origin">,
): Canary | undefined {
  const file = canaryFileFor(where, origin);
  return file === undefined ? undefined : readCanary(file, name ?? baseName);
}

/** Writes a canary, whole: the commit point of its beginning, and of each change of it. */
export function writeCanary(file: string, canary: Canary): void {
  const text = { schemaVersion: 1, ...canary, guardrails: canary.guardrails.map(guardrailText) };
  writeText(file, `${JSON.stringify(text, null, 2)}\n`);
}

/** The commit point of its end. */
export function removeCanary(file: string): void {
  removeFile(file);
}

/** The canary that a file's text is. Refuses (`bad-canary`) any other text. */
export function parseCanary(file: string, text: string): Canary {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badCanary(file, "is no JSON");
  }
  const table = tableOf(value);
  if (table["schemaVersion"] !== 1) throw badCanary(file, "is not of a version that this wg knows");
  const { since, at, share, minRuns, readsBase, guardrails } = table;
  const main = armOf(table["main"]);
  const canary = armOf(table["canary"]);
  const isGood =
    isTime(since) &&
    isTime(at) &&
    typeof share === "number" &&
    share > 0 &&
    share < 1 &&
    typeof readsBase === "boolean" &&
    Number.isInteger(minRuns) &&
    Array.isArray(guardrails);
  if (!isGood || main === undefined || canary === undefined) throw badCanary(file, "is no canary");
  const budget = budgetOf(tableOf(table["canary"])["budget"]);
  return {
    since,
    at,
    share,
    main,
    canary: { ...canary, ...(budget && { budget }) },
    readsBase,
    guardrails: guardrails.map((rule) => parseGuardrail(String(rule))),
    minRuns: Number(minRuns),
  };
}

function armOf(value: unknown): CanaryArm | undefined {
  const { profile, revision, from } = tableOf(value);
  if (typeof profile !== "string" || !(profile === baseName || isProfileName(profile))) return undefined;
  if (typeof revision !== "string" || !/^[0-9a-f]{12}$/.test(revision)) return undefined;
  if (from !== "home" && from !== "project") return undefined;
  return { profile, revision, from };
}

function budgetOf(value: unknown): Budget | undefined {
  if (value === undefined) return undefined;
  const { task, day } = tableOf(value);
  return { ...(typeof task === "number" && { task }), ...(typeof day === "number" && { day }) };
}

function tableOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function isTime(value: unknown): value is string {
  return typeof value === "string" && !Number.isNaN(Date.parse(value));
}

function badCanary(file: string, what: string): WgError {
  return new WgError("bad-canary", `${file} ${what}`, {
    at: { path: file },
    hint: "nothing was changed; wg profile abort takes it away",
  });
}
