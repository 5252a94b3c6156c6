// How tasks are shown: their state in a word, their standing in a sentence, texts without tricks.
import type { Graph } from "../graph/database.ts";
import type { Moved } from "../graph/status.ts";
import { fewOf, outlines, type Task } from "../graph/task.ts";
import type { Io } from "./io.ts";
import { plain, print, printJson, say } from "./print.ts";

/** The status, or `blocked` for an open task that waits. */
export function stateOf(task: Pick<Task, "status" | "blockers">): string {
  return task.status === "open" && task.blockers > 0 ? "blocked" : task.status;
}

/** A task in an envelope: all of it, and whether it waits. */
export function taskJson(task: Task): Record<string, unknown> {
  return { ...task, blocked: stateOf(task) === "blocked" };
}

/** `ready`, or `waits for a, b (failed)`; the plain status of a task that is not open. */
export function standing(graph: Graph, task: Task): string {
  if (task.status !== "open") return task.status;
  if (task.blockers === 0) return "ready";
  const waitsFor = outlines(graph, task.needs)
    .filter((need) => need.status !== "done" && need.status !== "abandoned")
    .map((need) => (need.status === "failed" ? `${need.id} (failed)` : need.id));
  return `waits for ${fewOf(waitsFor)}`;
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
