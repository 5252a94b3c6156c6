// The newest events of the runs in flight, each a line, for the lower part of `wg watch`.
import * as fs from "node:fs";
import type { Project } from "../base/home.ts";
import { objectIn } from "../base/jsonl.ts";
import type { RunView } from "../overview/overview.ts";
import { runFolder } from "../worker/folder.ts";
import type { LoggedEvent } from "../worker/journal.ts";
import { eventText } from "./event-text.ts";
import { type Tail, tailOf } from "./tail.ts";

/** Lines that are kept; no screen has more. */
const maxLines = 200;
/** Of what a run has said before it was watched, so much is read. */
const maxPastBytes = 16 * 1024;

/** Events that say nothing to who watches. */
const silent: ReadonlySet<LoggedEvent["kind"]> = new Set(["usage", "session"]);

export interface WatchedEvents {
  /** From now on these runs are listened to; what others have said stays. */
  listenTo(running: readonly RunView[]): void;
  /** Reads on. */
  more(): void;
  /** The newest last. */
  lines(): readonly string[];
}

/** Nothing yet. */
export function watchedEvents(project: Project): WatchedEvents {
  const tails = new Map<string, { task: string; tail: Tail }>();
  const kept: string[] = [];

  function read(): void {
    const fresh: { at: string; line: string }[] = [];
    for (const { task, tail } of tails.values()) {
      for (const line of tail.lines()) {
        // The first line of a tail may be the rest of one.
        const event = objectIn(line) as LoggedEvent | undefined;
        if (event?.kind !== undefined && !silent.has(event.kind))
          fresh.push({ at: event.at, line: eventLine(task, event) });
      }
    }
    // Several runs may have spoken since the last time.
    fresh.sort((a, b) => (a.at < b.at ? -1 : 1));
    kept.push(...fresh.map(({ line }) => line));
    kept.splice(0, kept.length - maxLines);
  }

  return {
    listenTo(running) {
      const live = new Set(running.map(({ id }) => id));
      read();
      for (const id of tails.keys()) if (!live.has(id)) tails.delete(id);
      for (const { id, task } of running) {
        if (tails.has(id)) continue;
        const { events } = runFolder(project, id);
        const size = fs.statSync(events, { throwIfNoEntry: false })?.size ?? 0;
        tails.set(id, { task, tail: tailOf(events, Math.max(0, size - maxPastBytes)) });
      }
    },
    more: read,
    lines: () => kept,
  };
}

function eventLine(task: string, event: LoggedEvent): string {
  const { label, lines } = eventText(event);
  const [first = "", ...rest] = lines;
  const time = new Date(event.at).toTimeString().slice(0, 8);
  return `${time}  ${task}  ${label}  ${first}${rest.length > 0 ? ` (and ${rest.length} more lines)` : ""}`;
}
