// `wg profile init-starters`: the profiles wg brings along, written again.
import { homeOf } from "../base/home.ts";
import { writeStarters } from "../profile/starters.ts";
import type { Io } from "./io.ts";
import { print, printJson, say } from "./print.ts";

export function initStarters(io: Io, { force, json }: { force?: true; json?: true }): void {
  const { written, kept } = writeStarters(homeOf(io.env), force === true);
  if (json) {
    printJson(io, { written, kept });
    return;
  }
  for (const name of written) print(io, name);
  if (written.length > 0) say(io, `written: ${written.join(", ")}`);
  if (kept.length > 0) say(io, `kept as they are: ${kept.join(", ")}; --force replaces them`);
}
