// How tasks are shown: as JSON, as the end of a verb, as texts without tricks.
import type { Moved } from "../graph/status.ts";
import { fewOf, type Task } from "../graph/task.ts";
import type { Io } from "./io.ts";
import { plain, print, printJson, say } from "./print.ts";

/** A task in an envelope: all of it, and whether it waits. */
export function taskJson(task: Task): Record<string, unknown> {
  return { ...task, blocked: task.status === "open" && task.blockers > 0 };
}

/** The end of a verb that moved a task: the bare id on stdout and `sentence` with its effects on stderr, or one envelope. */
export function printMoved(io: Io, moved: Moved, sentence: string, json: boolean): void {
  const { task, freed, held } = moved;
  if (json) {
    printJson(io, { task: taskJson(task), freed, held });
    return;
  }
  const effects = [
    sentence,
    ...(freed.length > 0 ? [`ready now: ${fewOf(freed)}`] : []),
    ...(held.length > 0 ? [`waiting for it again: ${fewOf(held)}`] : []),
  ];
  print(io, task.id);
  say(io, effects.join("; "));
}

/** Text of several lines, indented by two spaces, that cannot move a terminal's cursor. */
export function block(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => `  ${line.split("\t").map(plain).join("\t")}`.trimEnd())
    .join("\n");
}

/** An ISO time to the second: `2026-11-23T13:05:01Z`. */
export function timeText(iso: string): string {
  return iso.replace(/\.\d+Z$/, "Z");
}
