// `wg failover list` and `clear`: what cools on this machine, and letting go of it.
import * as fs from "node:fs";
import { WgError } from "../base/error.ts";
import type { Cooling } from "../cooling/cooling.ts";
import { destinationOf } from "../cooling/destination.ts";
import { type Coolings, changeCooling, readCoolings } from "../cooling/files.ts";
import { latestAttempt } from "../graph/attempt.ts";
import { change, closeGraph, openGraph } from "../graph/database.ts";
import { listHolds, releaseTask } from "../graph/hold.ts";
import { findRun } from "../graph/run.ts";
import type { Where } from "../profile/where.ts";
import type { Io } from "./io.ts";
import { print, printJson, say, table } from "./print.ts";
import { spanText } from "./run-text.ts";
import { whereOf } from "./where.ts";

/** Prints what cools, one row a destination. */
export function listCoolings(io: Io, { json }: { json?: true }): void {
  const coolings = readCoolings(whereOf(io), io.now());
  if (json) {
    printJson(io, { cooling: coolings.list.map((each) => ({ ...each, state: stateOf(each, coolings) })) });
    return;
  }
  if (coolings.list.length === 0) {
    say(io, "nothing cools");
    return;
  }
  const ago = (iso: string) => `${spanText(io.now().getTime() - Date.parse(iso))} ago`;
  const rows = coolings.list.map((each) => [
    ...[each.destination, untilText(each, coolings), ago(each.since), String(each.failures)],
    ...[each.by.profile, `${each.class}: ${each.message}`],
  ]);
  print(io, table(["DESTINATION", "UNTIL", "SINCE", "FAILURES", "PROFILE", "WHY"], rows));
}

/** Lets go of what cools, and here also of the tasks that are held for it. */
export function clearCoolings(io: Io, word: string | undefined, { json }: { json?: true }): void {
  const where = whereOf(io);
  const { list } = readCoolings(where, io.now());
  const chosen = list.filter(
    ({ destination, by }) => word === undefined || destination.startsWith(word) || by.profile === word,
  );
  if (word !== undefined && chosen.length === 0) {
    throw new WgError("not-cooling", `nothing that cools begins with "${word}"`, {
      hint: "wg failover list shows what does",
      exit: 4,
    });
  }
  const cleared = chosen.map(({ destination }) => destination);
  for (const destination of cleared) {
    const problem = changeCooling(where, destination, () => undefined);
    if (problem !== undefined) throw problem;
  }
  const released = releaseHeld(where, cleared);
  if (json) {
    printJson(io, { cleared, released });
    return;
  }
  for (const destination of cleared) print(io, destination);
  const tasks = released.length === 0 ? "" : `; ready again: ${released.join(", ")}`;
  const [only] = cleared;
  const what = cleared.length === 1 ? `let go of ${only}` : `let go of ${cleared.length} destinations`;
  say(io, only === undefined ? "nothing cools" : `${what}; the next run tries it${tasks}`);
}

/** `cooling`, `over` when it has rested, `probed` while one run tries it. */
function stateOf({ destination }: Cooling, coolings: Coolings): string {
  const standing = coolings.standing(destination);
  if (standing.kind !== "cooling") return "over";
  return standing.until === undefined ? "probed" : "cooling";
}

function untilText(cooling: Cooling, coolings: Coolings): string {
  switch (stateOf(cooling, coolings)) {
    case "over":
      return "over, the next run tries it";
    case "probed":
      return `over, ${cooling.probe?.run} tries it`;
    default:
      return cooling.until.replace(/\.\d+Z$/, "Z");
  }
}

/** The tasks of this project that were held for one of these destinations. */
function releaseHeld({ project, env }: Where, cleared: readonly string[]): string[] {
  if (project === undefined || cleared.length === 0 || !fs.existsSync(project.database)) return [];
  const graph = openGraph(project);
  try {
    const held = listHolds(graph).filter(({ kind }) => kind === "retry");
    const due = held.filter(({ task }) => {
      const last = latestAttempt(graph, task, { live: false });
      const plan = last && findRun(graph, last.id)?.plan;
      return plan !== undefined && cleared.includes(destinationOf(plan, env) ?? "");
    });
    return change(graph, () => {
      for (const { task } of due) releaseTask(graph, task);
      return due.map(({ task }) => task);
    });
  } finally {
    closeGraph(graph);
  }
}
