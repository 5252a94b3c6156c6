// `wg profile history`: the switches that were made.
import { readSwitches, type Switch } from "../profile/history.ts";
import type { Io } from "./io.ts";
import { print, printJson, say, table } from "./print.ts";
import { profilePlace } from "./profile-place.ts";

const words = { use: "use", undo: "undo", "put-back": "put back" } as const;

export function printHistory(io: Io, { limit, json }: { limit: number; json?: true }): void {
  const switches = readSwitches(profilePlace(io).where.home).reverse().slice(0, limit);
  if (json) printJson(io, { switches });
  else if (switches.length === 0) say(io, "nothing was ever switched");
  else print(io, table(["AT", "", "FROM", "TO", "REVISION", "BY", "WHERE"], switches.map(cells)));
}

function cells({ at, kind, from, to, revision, by, project }: Switch): string[] {
  return [at, words[kind], from, to, revision, `${by.user}[${by.pid}]`, project ?? "everywhere"];
}
