// What a git that was killed has left in a repository, put right: its locks, and a checkout between two commits.
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Project } from "../base/home.ts";
import { markedPids } from "../base/marked.ts";
import { type Checkout, entriesOf, gitAnswer, gitText } from "./git.ts";
import { gitAtWork } from "./git-at-work.ts";
import { abandonedNotes, forget, type Move, type Note, noteMarker } from "./noted.ts";
import { commonFolder, tipOf } from "./repository.ts";

/** A git that outlived its worker has this long to end; it may be writing a large checkout. */
const patienceMs = 60_000;

/**
 * Puts right what gits that were killed have left; answers what that was, in words. One that still works is waited for, and
 * while a git of anybody else's is at work, nothing is touched: the next one to come sees to it. To be called under `whileMerging`.
 */
export async function mend(project: Project, top: Checkout): Promise<string[]> {
  const told: string[] = [];
  for (const note of abandonedNotes(project)) {
    const sentences = (await hasEnded(note)) ? await mendStep(note, top) : undefined;
    if (sentences === undefined) continue;
    told.push(...sentences);
    forget(project, note);
  }
  return told;
}

/** What was put right after one step; undefined where that has to wait. */
async function mendStep({ folder, move, ...step }: Note, top: Checkout): Promise<string[] | undefined> {
  // Without its folder, or a repository in it, there is nothing left of it.
  if (!fs.existsSync(folder)) return [];
  const at: Checkout = { folder, env: top.env };
  const own = (await gitAnswer(at, ["rev-parse", "--absolute-git-dir"]))?.trim();
  if (own === undefined) return [];
  const locks = await locksOf(step, own, at);
  const isCut = move !== undefined && (await tipOf(at, move.target)) === move.from;
  if ((locks.length > 0 || isCut) && gitAtWork(folder)) return undefined;
  for (const lock of locks) fs.rmSync(lock, { force: true });
  const names = locks.map((lock) => path.basename(lock)).join(", ");
  return [
    ...(locks.length > 0 ? [`removed what a killed git had left locked: ${names}`] : []),
    ...(isCut && (await isCheckedOut(move.target, at)) ? await takeBack(move, at) : []),
  ];
}

async function hasEnded({ id }: Note): Promise<boolean> {
  const untilMs = performance.now() + patienceMs;
  while (markedPids(noteMarker, id).length > 0) {
    if (performance.now() > untilMs) return false;
    await sleep(50);
  }
  return true;
}

/** The locks that this step may have left: those that are there, and no older than it. */
async function locksOf(
  { branch, notedMs }: Pick<Note, "branch" | "notedMs">,
  own: string,
  at: Checkout,
): Promise<string[]> {
  const common = await commonFolder(at);
  const locks = [
    ...["index.lock", "HEAD.lock", "ORIG_HEAD.lock"].map((name) => path.join(own, name)),
    // git itself stumbles over a `packed-refs.new` for ever, which it writes under the lock of that name.
    ...["packed-refs.lock", "packed-refs.new", "config.lock"].map((name) => path.join(common, name)),
    path.join(common, "refs", "heads", `${branch}.lock`),
  ];
  return locks.filter((lock) => {
    const { mtimeMs } = fs.statSync(lock, { throwIfNoEntry: false }) ?? {};
    return mtimeMs !== undefined && mtimeMs >= notedMs;
  });
}

async function isCheckedOut(target: string, at: Checkout): Promise<boolean> {
  const head = await gitAnswer(at, ["symbolic-ref", "--quiet", "HEAD"]);
  return head?.trim() === `refs/heads/${target}`;
}

/** A file that differs between two commits; an empty id stands for none. */
interface Changed {
  name: string;
  old: string;
  new: string;
}

/**
 * Brings the files of a move that was cut back to where it began. Before it, git had made sure that none of them was changed
 * or in the way; what is neither the old nor the new text nor the beginning of the new one was written since, and stays.
 */
async function takeBack({ from, to }: Move, at: Checkout): Promise<string[]> {
  const changed = await changedBetween(from, to, at);
  const present = await presentIds(changed, at);
  const isOurs = async (file: Changed) => {
    const id = present.get(file.name) ?? "";
    return id !== file.old && (id === "" || id === file.new || (await isBegun(file, to, at)));
  };
  const ours: Changed[] = [];
  for (const file of changed) if (await isOurs(file)) ours.push(file);
  for (const { name, old } of ours) if (old === "") removeAt(at.folder, name);
  const names = (files: readonly Changed[]) => files.map(({ name }) => `${name}\0`).join("");
  const paths = ["--pathspec-from-file=-", "--pathspec-file-nul"];
  const literal = "--literal-pathspecs";
  await gitText(at, [literal, "reset", "--quiet", ...paths, from], { input: names(changed) });
  const back = ours.filter(({ old }) => old !== "");
  if (back.length > 0) {
    await gitText(at, [literal, "checkout", "--quiet", ...paths, from], { input: names(back) });
  }
  return ours.length === 0 ? [] : [`took back ${ours.length} files of a merge that was cut`];
}

async function changedBetween(from: string, to: string, at: Checkout): Promise<Changed[]> {
  const words = ["diff-tree", "-r", "-z", "--no-renames", "--no-abbrev", "--raw", from, to];
  const raw = entriesOf(await gitText(at, words));
  const changed: Changed[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const [before = "", after, old = "", fresh = ""] = (raw[index] ?? "").replace(/^:/, "").split(" ");
    if (before === "160000" || after === "160000") continue;
    const idOf = (id: string) => (/^0+$/.test(id) ? "" : id);
    changed.push({ name: raw[index + 1] ?? "", old: idOf(old), new: idOf(fresh) });
  }
  return changed;
}

/** What each file that is there would be in a commit. */
async function presentIds(changed: readonly Changed[], at: Checkout): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const regular: string[] = [];
  for (const { name } of changed) {
    const whole = path.join(at.folder, name);
    const stat = fs.lstatSync(whole, { throwIfNoEntry: false });
    if (stat?.isFile()) regular.push(name);
    if (!stat?.isSymbolicLink()) continue;
    found.set(name, await gitText(at, ["hash-object", "--stdin"], { input: fs.readlinkSync(whole) }));
  }
  if (regular.length === 0) return found;
  // Quoted as git reads it, since a name may hold a line end.
  const quoted = regular.map((name) => `"${name.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`);
  const ids = await gitText(at, ["hash-object", "--stdin-paths"], { input: `${quoted.join("\n")}\n` });
  for (const [index, id] of ids.split("\n").entries()) found.set(regular[index] ?? "", id);
  return found;
}

/** True for a file that git had begun to write. Cut within a letter, it ends with what stands for none. */
async function isBegun({ name, new: fresh }: Changed, to: string, at: Checkout): Promise<boolean> {
  const whole = path.join(at.folder, name);
  if (fresh === "" || !fs.lstatSync(whole).isFile()) return false;
  const begun = fs.readFileSync(whole, "utf8").replace(/\uFFFD+$/, "");
  return (await gitText(at, ["cat-file", "--filters", `${to}:${name}`])).startsWith(begun);
}

/** Removes a file, and the folders that are empty without it. */
function removeAt(top: string, name: string): void {
  fs.rmSync(path.join(top, name), { force: true });
  for (let folder = path.dirname(name); folder !== "."; folder = path.dirname(folder)) {
    try {
      fs.rmdirSync(path.join(top, folder));
    } catch {
      return;
    }
  }
}
