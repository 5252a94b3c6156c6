// `wg profile export`: a profile's text on stdout, for another machine or person.

import { matchOwn } from "../profile/project-profiles.ts";
import { exportFlat, exportProfile } from "../setup/export.ts";
import type { Io } from "./io.ts";
import { plain, printJson, say } from "./print.ts";
import { profilePlace } from "./profile-place.ts";

interface ExportOptions {
  flatten?: true;
  json?: true;
}

export function exportOne(io: Io, word: string, { flatten, json }: ExportOptions): void {
  const { where } = profilePlace(io);
  const name = matchOwn(where, word);
  const exported = flatten ? exportFlat(where, name) : exportProfile(where, name);
  if (json) {
    const { text: toml, ...rest } = exported;
    printJson(io, { ...rest, toml });
    return;
  }
  // As it is, byte for byte: it becomes a file.
  io.stdout.write(exported.text);
  const variables = exported.references
    .filter((each) => each.startsWith("env:"))
    .map((each) => each.slice(4));
  if (variables.length > 0) say(io, `where it goes, export ${variables.map(plain).join(", ")}`);
  for (const note of exported.notes) say(io, plain(note));
}
