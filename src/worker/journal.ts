// A run's normalised events on disk, one JSON object a line, whatever the disk does.
import * as fs from "node:fs";
import { messageOf } from "../base/error.ts";
import type { RunEvent } from "../handlers/handler.ts";

/** An event as it stands in `events.jsonl`; `at` is ISO 8601 UTC. */
export type LoggedEvent = { at: string } & RunEvent;

/** Past this many bytes only the result is still written. */
const maxJournalBytes = 50 * 1024 * 1024;

export interface Journal {
  /** Never throws: what cannot be written is counted. */
  write(event: RunEvent, at: Date): void;
  /** What went wrong, for people: the first error and how many events were lost. Undefined when nothing did. */
  problem(): string | undefined;
  close(): void;
}

/** Opens `file` for appending (0600). A run that is told twice, by a worker and its successor, keeps both tellings. */
export function openJournal(file: string, maxBytes = maxJournalBytes): Journal {
  let handle: number | undefined;
  let size = 0;
  let full = false;
  let torn = false;
  let lost = 0;
  let firstError: string | undefined;

  const append = (event: RunEvent, at: Date) => {
    const line: LoggedEvent = { at: at.toISOString(), ...event };
    const bytes = Buffer.from(`${torn ? "\n" : ""}${JSON.stringify(line)}\n`);
    try {
      handle ??= fs.openSync(file, "a", 0o600);
      const written = fs.writeSync(handle, bytes);
      size += written;
      // A full disk takes half a line; the next one starts afresh, so that a reader loses only this one.
      torn = written < bytes.length;
      if (torn) throw new Error("no room for a whole line");
    } catch (error) {
      lost += 1;
      firstError ??= messageOf(error);
    }
  };

  return {
    write(event, at) {
      if (event.kind === "result" || size < maxBytes) return append(event, at);
      if (full) return;
      full = true;
      const megabytes = Math.round(maxBytes / 1024 / 1024);
      append(
        { kind: "warning", message: `events past ${megabytes} MB are not kept, only the result is` },
        at,
      );
    },
    problem: () =>
      firstError === undefined
        ? undefined
        : `${lost} of the run's events could not be written: ${firstError}`,
    close() {
      if (handle !== undefined) fs.closeSync(handle);
      handle = undefined;
    },
  };
}
