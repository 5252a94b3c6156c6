// Which files of projects the user trusts: by path, and by what they said when they were trusted.
import * as fs from "node:fs";
import * as path from "node:path";
import { sha256 } from "../base/canonical.ts";
import { readText, removeFile, writeText } from "../base/file.ts";
import type { Home, Project } from "../base/home.ts";
import { objectIn } from "../base/jsonl.ts";

/** `changed`: it was trusted when it said something else. */
export type Trust = "trusted" | "changed" | "not-trusted";

/** A file back as it was is trusted as it was, so that going between two branches asks nothing; no further back than this. */
const keptMarks = 16;
const maxBytes = 16 * 1024;

/** The path a file is trusted by: the real one of its project's folder, by whatever way that was reached. */
export function trustedPath({ folder }: Project, file: string): string {
  const real = fs.existsSync(folder) ? fs.realpathSync.native(folder) : folder;
  return path.join(real, path.relative(folder, file));
}

/** Where it is kept whether the file with this `trustedPath` is trusted. */
export function recordPath(home: Home, trusted: string): string {
  return path.join(home.trusted, `${sha256(trusted).slice(0, 16)}.json`);
}

/** What a record says of a file that has this mark now; a text that is no record of this file says nothing. */
export function trustIn(record: string | undefined, trusted: string, mark: string): Trust {
  const marks = marksIn(record, trusted);
  if (marks.includes(mark)) return "trusted";
  return marks.length > 0 ? "changed" : "not-trusted";
}

/** Trusts a file as it is now, by its mark, beside what it was trusted with before. */
export function addTrust(home: Home, trusted: string, mark: string): void {
  const file = recordPath(home, trusted);
  const before = marksIn(readText(file, maxBytes), trusted).filter((each) => each !== mark);
  const marks = [...before, mark].slice(-keptMarks);
  writeText(file, `${JSON.stringify({ path: trusted, marks })}\n`);
}

/** Trusts a file no more, whatever it says; false when it was not trusted. */
export function removeTrust(home: Home, trusted: string): boolean {
  return removeFile(recordPath(home, trusted));
}

function marksIn(record: string | undefined, trusted: string): string[] {
  const { path: whose, marks } = objectIn(record ?? "") ?? {};
  if (whose !== trusted || !Array.isArray(marks)) return [];
  return marks.filter((mark) => typeof mark === "string");
}
