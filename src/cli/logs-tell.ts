// How `wg logs` tells a run: in words, as JSON, or as the agent's own program put it.
import * as path from "node:path";
import type { Project } from "../base/home.ts";
import { objectIn } from "../base/jsonl.ts";
import type { Run } from "../graph/run.ts";
import { runFolder } from "../worker/folder.ts";
import type { LoggedEvent } from "../worker/journal.ts";
import { eventText } from "./event-text.ts";
import type { Io } from "./io.ts";
import { paint, print, printJson, say } from "./print.ts";
import { type Tail, tailOf } from "./tail.ts";

/** Characters a summary has at most. */
const maxSummary = 8000;

/** Told of one run after the other: `begin`, `more` any number of times, `end`. */
export interface Teller {
  begin(run: Run): void;
  /** What is new since the last call. */
  more(): void;
  end(run: Run): void;
}

export function tellerFor(
  io: Io,
  project: Project,
  options: { follow?: true; raw?: true; json?: true },
): Teller {
  if (options.raw) return rawTeller(io, project);
  if (!options.json) return wordTeller(io, project);
  return options.follow ? jsonLineTeller(io, project) : jsonTeller(io, project);
}

function wordTeller(io: Io, project: Project): Teller {
  let tail: Tail | undefined;
  let hasResult = false;
  let said = "";
  let served: string | undefined;
  const tell = (event: LoggedEvent) => {
    if (event.kind === "model" && event.served !== undefined) {
      if (event.served === served) return;
      served = event.served;
    }
    if (event.kind === "text") said = `${said}${event.text}\n`.slice(-maxSummary - 1);
    hasResult ||= event.kind === "result";
    print(io, inWords(io, event.kind === "result" ? withoutRepeat(event, said) : event));
  };
  return {
    begin(run) {
      tail = tailOf(runFolder(project, run.id).events);
      hasResult = false;
      said = "";
      served = undefined;
      const { id, attempt, route, profile, revision } = run;
      say(io, `${id}, attempt ${attempt}: ${route}, profile ${profile} (${revision})`);
    },
    more() {
      for (const event of eventsIn(tail)) tell(event);
    },
    end(run) {
      // A worker that died told no result; whoever found it gone recorded one.
      if (!hasResult && run.result !== undefined && run.endedAt !== undefined) {
        tell({ at: run.endedAt, kind: "result", result: run.result });
      }
    },
  };
}

/** A summary is mostly what was just said; then it is not printed twice. */
function withoutRepeat(event: Extract<LoggedEvent, { kind: "result" }>, said: string): LoggedEvent {
  const { summary } = event.result;
  return said.trimEnd().endsWith(summary.trim())
    ? { ...event, result: { ...event.result, summary: "" } }
    : event;
}

/** What handlers keep of their program's stdout: a stream of JSON, or a command's output. */
const rawNames = ["stream.jsonl", "output.log"];

function rawTeller(io: Io, project: Project): Teller {
  let tails: Tail[] = [];
  return {
    begin({ id }) {
      const { root } = runFolder(project, id);
      tails = rawNames.map((name) => tailOf(path.join(root, name)));
    },
    more() {
      for (const tail of tails) for (const line of tail.lines()) print(io, line);
    },
    end() {},
  };
}

/** One object for each event, with its run. */
function jsonLineTeller(io: Io, project: Project): Teller {
  let tail: Tail | undefined;
  let run = "";
  return {
    begin({ id }) {
      run = id;
      tail = tailOf(runFolder(project, id).events);
    },
    more() {
      for (const event of eventsIn(tail)) print(io, JSON.stringify({ run, ...event }));
    },
    end() {},
  };
}

function jsonTeller(io: Io, project: Project): Teller {
  return {
    begin() {},
    more() {},
    end({ id, task }) {
      const events = [...eventsIn(tailOf(runFolder(project, id).events))];
      printJson(io, { run: id, task, events });
    },
  };
}

function* eventsIn(tail: Tail | undefined): Generator<LoggedEvent> {
  for (const line of tail?.lines() ?? []) {
    // A line that a full disk cut short is no object.
    const event = objectIn(line);
    if (event !== undefined) yield event as unknown as LoggedEvent;
  }
}

function inWords(io: Io, event: LoggedEvent): string {
  const { tone, label, lines } = eventText(event);
  const time = new Date(event.at).toTimeString().slice(0, 8);
  const head = `${paint(io, "stdout", "dim", time)}  ${label.padEnd(7)}  `;
  const margin = " ".repeat(8 + 2 + 7 + 2);
  const painted = tone === undefined ? lines : lines.map((line) => paint(io, "stdout", tone, line));
  return `${head}${painted.join(`\n${margin}`)}`;
}
