// `wg profile diff`: the keys in which two profiles differ.
import type { Settings } from "../config/settings.ts";
import { type Difference, differences } from "../profile/difference.ts";
import { loadSettings, lookAtNamed } from "../profile/load.ts";
import { baseName, isBase } from "../profile/name.ts";
import { matchAt } from "../profile/project-profiles.ts";
import type { Where } from "../profile/where.ts";
import type { Io } from "./io.ts";
import { paint, plain, print, printJson, say } from "./print.ts";
import { type JsonOption, profilePlace } from "./profile-place.ts";

export function diffProfiles(io: Io, a: string, b: string | undefined, { json }: JsonOption): void {
  const { where } = profilePlace(io);
  const [old, next] =
    b === undefined ? [inForce(where), named(where, a)] : [named(where, a), named(where, b)];
  const found = differences(old.settings, next.settings);
  if (json) {
    printJson(io, { old: old.name, new: next.name, differences: found });
    return;
  }
  say(
    io,
    found.length === 0 ? `no key differs: ${old.name}, ${next.name}` : `from ${old.name} to ${next.name}`,
  );
  for (const each of found) printDifference(io, each);
}

interface Side {
  name: string;
  settings: Settings;
}

function inForce(where: Where): Side {
  const { settings } = loadSettings(where);
  return { name: settings.active.name ?? baseName, settings };
}

function named(where: Where, word: string): Side {
  if (isBase(word)) return { name: baseName, settings: lookAtNamed(where, undefined) };
  const name = matchAt(where, word);
  return { name, settings: lookAtNamed(where, name) };
}

function printDifference(io: Io, { key, old, new: next }: Difference): void {
  if (old !== undefined) print(io, paint(io, "stdout", "red", `- ${key} = ${valueText(old)}`));
  if (next !== undefined) print(io, paint(io, "stdout", "green", `+ ${key} = ${valueText(next)}`));
}

function valueText(value: unknown): string {
  return plain(JSON.stringify(value));
}
