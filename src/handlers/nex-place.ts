// Which files an agent's tools may touch: names become real paths, and those outside are refused.
import * as fs from "node:fs";
import * as path from "node:path";
import { errnoOf, WgError } from "../base/error.ts";

/** Where the tools work. `isConfined`: nothing outside `root` is read or written. */
export interface Bounds {
  /** The working directory, absolute. */
  root: string;
  isConfined: boolean;
}

/**
 * The real path behind a name that a model gave, symlinks followed also where the last parts do not exist yet.
 * Refuses with `not-permitted` what lies outside the bounds, or for writing inside a `.wg` folder.
 */
export function placeOf(bounds: Bounds, name: string, use: "read" | "write"): string {
  if (name.includes("\0")) throw new WgError("bad-argument", "a path cannot hold a NUL");
  const root = realTarget(path.resolve(bounds.root));
  const place = realTarget(path.resolve(root, name));
  const inside = path.relative(root, place);
  if (bounds.isConfined && isAbove(inside)) {
    throw new WgError("not-permitted", `${name} is outside the working directory`, {
      hint: "use a path inside it",
    });
  }
  // A worktree of wg's stands in a .wg itself: what counts is the way from there.
  const way = isAbove(inside) ? place : inside;
  if (use === "write" && way.split(path.sep).some((part) => part.toLowerCase() === ".wg")) {
    throw new WgError("not-permitted", `${name} is inside .wg, which belongs to wg`);
  }
  return place;
}

/** How a place is called towards the model: relative to the working directory where it is inside. */
export function nameOf(bounds: Bounds, place: string): string {
  const name = path.relative(realTarget(path.resolve(bounds.root)), place);
  if (name === "") return ".";
  return isAbove(name) ? place : name;
}

function isAbove(relative: string): boolean {
  return relative === ".." || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
}

/** As realpath, but the last parts need not exist, and a dangling symlink counts as its target. */
function realTarget(file: string, hops = 0): string {
  if (hops > 40) throw new WgError("bad-argument", "a loop of symlinks");
  try {
    return fs.realpathSync(file);
  } catch (error) {
    if (errnoOf(error) === "ELOOP") throw new WgError("bad-argument", "a loop of symlinks");
    if (errnoOf(error) !== "ENOENT") throw error;
  }
  const folder = realTarget(path.dirname(file), hops);
  const inFolder = path.join(folder, path.basename(file));
  const link = readLink(inFolder);
  return link === undefined ? inFolder : realTarget(path.resolve(folder, link), hops + 1);
}

function readLink(file: string): string | undefined {
  const isLink = fs.lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  return isLink ? fs.readlinkSync(file) : undefined;
}
