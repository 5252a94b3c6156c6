// What agents have been: each content that was ever used or replaced, under its hash, and who had it when.
import * as fs from "node:fs";
import * as path from "node:path";
import { sha256 } from "../base/canonical.ts";
import { errnoOf, WgError } from "../base/error.ts";
import { appendLine, readText, writeText } from "../base/file.ts";
import { objectIn } from "../base/jsonl.ts";
import { type Difference, differences } from "./difference.ts";
import { keepersOf } from "./folders.ts";
import {
  contentText,
  type Identity,
  type IdentityContent,
  type Keeper,
  type Place,
  shortHash,
} from "./identity.ts";

/** How a version became known: written by wg, or found in use after somebody changed a file by hand. */
export type KeptBy = "init" | "create" | "edit" | "use";

/** A version of an agent; `parent` is the hash of the one before it. */
export interface Version {
  /** ISO 8601 UTC: when it was first kept. */
  at: string;
  hash: string;
  parent?: string;
  by: KeptBy;
  /** What it says otherwise than its parent; none where one of the two is no longer kept. */
  changes: Difference[];
}

/** The history of one folder has so many bytes at most: some 100,000 versions. */
const maxHistoryBytes = 16 * 1024 * 1024;

/**
 * Keeps what an agent is now: its content under its hash, and that it had this content from now on, unless that is known
 * already. Beside its file: in the home or the project; in the project also where the home cannot be written. Answers why
 * it could not be kept; nothing that runs depends on it.
 */
export function keepVersion(place: Place, identity: Identity, by: KeptBy, now: Date): WgError | undefined {
  const { name, hash, from } = identity;
  const line = JSON.stringify({ at: now.toISOString(), name, from, hash, by });
  try {
    const latest = linesOf(place, name, from).at(-1);
    if (latest?.hash === hash && isKept(place, hash)) return undefined;
  } catch (error) {
    if (error instanceof WgError) return error;
    throw error;
  }
  let problem: WgError | undefined;
  for (const folder of foldersFor(place, from)) {
    try {
      // The content first: a line never names what is not there.
      writeText(contentFile(folder, hash), contentText(identity));
      appendLine(historyFile(folder), line);
      return undefined;
    } catch (error) {
      if (!(error instanceof WgError)) throw error;
      problem ??= error;
    }
  }
  return problem;
}

/** The versions of an agent, the oldest first; none for a name that never was one here. Also of one that was removed. */
export function lineageOf(place: Place, name: string, from: Keeper): Version[] {
  const versions: Version[] = [];
  for (const { at, hash, by } of linesOf(place, name, from)) {
    const parent = versions.at(-1)?.hash;
    // Two processes may have kept the same at once.
    if (parent === hash) continue;
    const [old, fresh] = [parent && findContent(place, parent), findContent(place, hash)];
    const changes = old && fresh ? differences(old, fresh) : [];
    versions.push({ at, hash, by, ...(parent !== undefined && { parent }), changes });
  }
  return versions;
}

/** A content that was kept; undefined where none is kept under this hash, or its file no longer holds it. */
export function findContent(place: Place, hash: string): IdentityContent | undefined {
  for (const folder of keptFolders(place)) {
    const text = readText(contentFile(folder, hash)) ?? "";
    // The hash says that it is the very text that was written from a content.
    if (sha256(text) === hash) return JSON.parse(text) as IdentityContent;
  }
  return undefined;
}

/** What is kept of a hash that is typed in full or by its beginning. */
export interface KeptContent {
  hash: string;
  content: IdentityContent;
  /** The agents that had it. */
  names: string[];
}

/** The kept content whose hash begins so. Refuses `no-identity` where there is none, `ambiguous-identity` where several. */
export function requireContent(place: Place, prefix: string): KeptContent {
  const hashes = new Set(
    keptFolders(place)
      .flatMap(hashesIn)
      .filter((hash) => hash.startsWith(prefix)),
  );
  const [first, second] = [...hashes].sort();
  if (first === undefined) {
    throw new WgError("no-identity", `no identity ${JSON.stringify(prefix.slice(0, 64))} is kept here`, {
      hint: "wg agent lineage <name> and wg runs name them; one is kept from its first use on",
    });
  }
  if (second !== undefined) {
    throw new WgError("ambiguous-identity", `several identities begin with "${prefix}"`, {
      hint: `${shortHash(first)} and ${shortHash(second)} among them; give more of it`,
    });
  }
  const content = findContent(place, first);
  if (content === undefined) {
    throw new WgError("no-identity", `what is kept as ${shortHash(first)} was changed since`, {
      hint: "remove the file; it is written again when an agent with that content is next used",
    });
  }
  const lines = keptFolders(place).flatMap(allLines);
  const names = new Set(lines.filter(({ hash }) => hash === first).map(({ name }) => name));
  return { hash: first, content, names: [...names].sort() };
}

/** The names that have a history here, also of agents that were removed. */
export function keptNames(place: Place): { name: string; from: Keeper }[] {
  const found = new Map<string, { name: string; from: Keeper }>();
  for (const { name, from } of keptFolders(place).flatMap(allLines))
    found.set(`${from} ${name}`, { name, from });
  return [...found.values()];
}

interface Line {
  at: string;
  name: string;
  from: Keeper;
  hash: string;
  by: KeptBy;
}

function linesOf(place: Place, name: string, from: Keeper): Line[] {
  const lines = keptFolders(place).flatMap(allLines);
  const own = lines.filter((line) => line.name === name && line.from === from);
  return own.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** The lines that say what a line must; one that was cut off by a full disk says nothing. */
function allLines(folder: string): Line[] {
  const text = readText(historyFile(folder), maxHistoryBytes) ?? "";
  return text.split("\n").flatMap((line) => lineIn(line) ?? []);
}

function lineIn(text: string): Line | undefined {
  const { at, name, from, hash, by } = objectIn(text) ?? {};
  const known = (["init", "create", "edit", "use"] as const).find((each) => each === by);
  if (
    typeof at !== "string" ||
    Number.isNaN(Date.parse(at)) ||
    typeof name !== "string" ||
    typeof hash !== "string"
  )
    return undefined;
  if ((from !== "home" && from !== "project") || known === undefined || !isHash(hash)) return undefined;
  return { at, name, from, hash, by: known };
}

/** Where a version is kept: beside the file of its agent, else in the project. */
function foldersFor(place: Place, from: Keeper): string[] {
  const { home, project } = place;
  if (from === "project" && project !== undefined) return [project.identities];
  return [home.identities, ...(project === undefined ? [] : [project.identities])];
}

function keptFolders(place: Place): string[] {
  return keepersOf(place).map((from) =>
    from === "project" && place.project !== undefined ? place.project.identities : place.home.identities,
  );
}

function isKept(place: Place, hash: string): boolean {
  return keptFolders(place).some((folder) => fs.existsSync(contentFile(folder, hash)));
}

function hashesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder).flatMap((name) => /^([0-9a-f]{64})\.json$/.exec(name)?.[1] ?? []);
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "EACCES"].includes(errnoOf(error) ?? "")) return [];
    throw error;
  }
}

function contentFile(folder: string, hash: string): string {
  return path.join(folder, `${hash}.json`);
}

function historyFile(folder: string): string {
  return path.join(folder, "history.jsonl");
}

function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
