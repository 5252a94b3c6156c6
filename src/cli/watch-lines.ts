// `wg watch` without a terminal: a line for each change, in words or as JSON.
import { setTimeout as sleep } from "node:timers/promises";
import type { Graph } from "../graph/database.ts";
import { type Change, changesBetween, glanceAt } from "../overview/changes.ts";
import type { Overview } from "../overview/overview.ts";
import type { Io } from "./io.ts";
import { plain, print } from "./print.ts";
import { pollMs, type WatchSource } from "./watch-source.ts";

/** Says how things stand, then every change until the signal. */
export async function watchLines(io: Io, graph: Graph, source: WatchSource, json: boolean): Promise<void> {
  let found = await source.look();
  let before = glanceAt(graph, found);
  const { states = [] } = found.project ?? {};
  const now = { kind: "now" as const, ...before.profile, service: before.service, states };
  const words = states.map(({ state, count }) => `${count} ${state}`).join(", ");
  const head = `${profileText(before.profile)}; service ${before.service}; ${words || "no tasks"}`;
  print(io, json ? JSON.stringify({ at: found.at, ...now }) : line(found.at, head));
  while (!io.signal.aborted) {
    await sleep(pollMs, undefined, { signal: io.signal }).catch(() => {});
    if (io.signal.aborted || !source.isDue(isBusy(found))) continue;
    found = await source.look();
    const after = glanceAt(graph, found);
    for (const change of changesBetween(before, after)) {
      print(io, json ? JSON.stringify({ at: found.at, ...change }) : line(found.at, changeText(change)));
    }
    before = after;
  }
}

/** True while something is in flight. */
export function isBusy({ project }: Overview): boolean {
  return (project?.running.length ?? 0) > 0;
}

function line(at: string, text: string): string {
  return `${new Date(at).toTimeString().slice(0, 8)}  ${plain(text)}`;
}

function changeText(change: Change): string {
  switch (change.kind) {
    case "task":
      if (change.from === undefined) return `task ${change.task}: ${change.to}, new`;
      return `task ${change.task}: ${change.from} -> ${change.to ?? "removed"}`;
    case "run": {
      const { run, task, role, route, profile, revision, outcome, failure, message } = change;
      const end =
        outcome === undefined ? change.status : failure === undefined ? outcome : `${outcome} (${failure})`;
      const why = message === undefined ? "" : `: ${message.split("\n")[0]}`;
      const who = role === "worker" ? "run" : role;
      return `${who} ${run} of ${task}: ${end}${why}; ${route} on ${profile}@${revision}`;
    }
    case "profile":
      return profileText(change);
    case "service":
      return `service ${change.state}`;
  }
}

function profileText({
  profile,
  revision,
  problem,
}: {
  profile?: string;
  revision?: string;
  problem?: string;
}): string {
  const which = `profile ${profile ?? "?"}${revision === undefined ? "" : `@${revision}`}`;
  return problem === undefined ? which : `${which}: ${problem}`;
}
