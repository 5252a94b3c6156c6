// The lines of a task file: each a JSON object of some kind, or the whole file is refused with its place.
import { messageOf, WgError } from "../base/error.ts";
import { isObject } from "./record.ts";
import { type Incoming, readTask } from "./task-record.ts";

/** A line that is no task, as it stands. */
export interface OtherLine {
  kind: string;
  line: string;
}

/** Reads every line of a file. Refuses (`bad-line`, `twice`) with file and line; blank lines are skipped. */
export function readLines(
  source: string,
  fileText: string,
  now: Date,
): { tasks: Incoming[]; others: OtherLine[] } {
  const tasks: Incoming[] = [];
  const others: OtherLine[] = [];
  const lineOf = new Map<string, number>();
  for (const [index, raw] of fileText
    .replace(/^\ufeff/, "")
    .split("\n")
    .entries()) {
    const line = raw.trim();
    if (line === "") continue;
    const at = { path: source, line: index + 1 };
    const object = objectOf(line, at);
    const { kind, id } = object;
    if (typeof kind !== "string" || kind === "") {
      throw badLine('has no "kind"', at, 'a task says "kind": "task"');
    }
    if (kind !== "task") {
      others.push({ kind, line });
      continue;
    }
    if (typeof id !== "string" || id === "") throw badLine('is a task without "id"', at);
    const earlier = lineOf.get(id);
    if (earlier !== undefined) {
      throw new WgError(
        "twice",
        `the task ${JSON.stringify(id.slice(0, 64))} stands in line ${earlier} already`,
        {
          at,
          hint: "take one of the two lines out",
        },
      );
    }
    lineOf.set(id, index + 1);
    tasks.push(taskOf(object, id, at, now));
  }
  return { tasks, others };
}

interface At {
  path: string;
  line: number;
}

function objectOf(line: string, at: At): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw badLine(`is no JSON: ${messageOf(cause).slice(0, 120)}`, at);
  }
  if (!isObject(value)) throw badLine("is no JSON object", at, "a task file has one object on each line");
  return value;
}

function taskOf(object: Record<string, unknown>, id: string, at: At, now: Date): Incoming {
  try {
    const task = readTask(object, id, at.line, now);
    task.record.leftText();
    return task;
  } catch (error) {
    // The only way in which JSON that was read can be too much to write again.
    if (error instanceof RangeError) throw badLine("is nested too deeply", at);
    throw error;
  }
}

function badLine(
  what: string,
  at: At,
  hint = "nothing was imported; mend the line and run it again",
): WgError {
  return new WgError("bad-line", `line ${at.line} ${what}`, { at, hint });
}
