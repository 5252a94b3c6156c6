// A profile and what it extends, file by file, down to the last one or to the base.
import { WgError } from "../base/error.ts";
import type { Home } from "../base/home.ts";
import { parseToml } from "../config/toml.ts";
import { type ProfileFile, profileNames, readProfile } from "./files.ts";
import { baseName, isBase, isProfileName } from "./name.ts";

/** `files` begins with the profile itself; `extendsBase` when the last one lets the base through below it. */
export interface Chain {
  files: ProfileFile[];
  extendsBase: boolean;
}

/** Reads the file that `child` means by a name; the first link has no child. */
export type ReadLink = (name: string, child: ProfileFile | undefined) => ProfileFile;

/** No chain is longer: beyond that nobody can tell what a profile holds. */
const maxLinks = 8;

/**
 * Reads a profile and, one after the other, what each extends. Refuses a missing profile, a loop, a chain of more than 8,
 * and broken TOML where `extends` could stand, each with file and line.
 */
export function readChain(name: string, read: ReadLink): Chain {
  const files: ProfileFile[] = [];
  for (let next: string | undefined = name; next !== undefined; ) {
    const file = readLink(next, files, read);
    files.push(file);
    next = extendedBy(file);
    if (next === baseName) return { files, extendsBase: true };
  }
  return { files, extendsBase: false };
}

/** The names of the profiles that extend this one directly; files that cannot be read are passed over. */
export function extendedFrom(home: Home, name: string): string[] {
  return profileNames(home).filter((other) => {
    try {
      return other !== name && extendedBy(readProfile(home, other)) === name;
    } catch (error) {
      if (error instanceof WgError) return false;
      throw error;
    }
  });
}

/** What a file extends: `base`, another profile, or undefined for nothing. */
function extendedBy({ path, text }: ProfileFile): string | undefined {
  // Most profiles extend nothing; they are parsed once, where their values are read.
  if (!text.includes("extends")) return undefined;
  const { table, placeOf } = parseToml(path, text);
  const named = table["extends"];
  if (typeof named !== "string") return undefined;
  if (isBase(named)) return baseName;
  if (isProfileName(named)) return named;
  throw new WgError(
    "bad-value",
    `extends: ${JSON.stringify(named.slice(0, 60))} cannot be the name of a profile`,
    {
      at: placeOf(["extends"]),
      hint: 'name another profile, or "base" for the config files',
    },
  );
}

function readLink(name: string, before: readonly ProfileFile[], read: ReadLink): ProfileFile {
  const child = before.at(-1);
  if (child === undefined) return read(name, child);
  const trail = [...before.map((file) => file.name), name].join(" -> ");
  if (before.some((file) => file.name === name)) {
    throw badLink(child, "extends-loop", `profiles extend each other in a loop: ${trail}`, "break it here");
  }
  if (before.length >= maxLinks) {
    throw badLink(child, "extends-too-deep", `more than ${maxLinks} profiles extend each other: ${trail}`);
  }
  try {
    return read(name, child);
  } catch (error) {
    if (!(error instanceof WgError) || error.code !== "no-profile") throw error;
    throw badLink(child, "no-profile", `extends: ${error.message}`, error.hint);
  }
}

function badLink(child: ProfileFile, code: string, message: string, hint?: string): WgError {
  const at = parseToml(child.path, child.text).placeOf(["extends"]);
  return new WgError(code, message, { at, ...(hint !== undefined && { hint }) });
}
