// What agents are told of tasks: in few words, since every one of them costs room in a context.
import { artifacts } from "../graph/artifact.ts";
import type { Graph } from "../graph/database.ts";
import { taskLog } from "../graph/log.ts";
import { neededBy } from "../graph/needs.ts";
import { readyTasks } from "../graph/ready.ts";
import { listRuns, liveRuns, type Run } from "../graph/run.ts";
import { countStates, holdText, type State, stateOf } from "../graph/standing.ts";
import { fewOf, listTasks, type Outline, outlines, requireTask } from "../graph/task.ts";
import type { Scope } from "./scope.ts";

const maxDescription = 8000;
const maxEntry = 500;
const maxEntries = 10;
const maxRuns = 5;
const maxNamed = 5;

/** `id  state  title`. */
export function taskLine(task: Outline): string {
  return `${task.id}  ${stateText(stateOf(task))}  ${task.title}`;
}

/** A task, its neighbours, its last runs and the end of its log. Refuses (`no-task`). */
export function taskText(graph: Graph, id: string): string {
  const task = requireTask(graph, id);
  const log = taskLog(graph, id);
  const runs = listRuns(graph, { task: id, limit: maxRuns }).reverse();
  return [
    taskLine(task),
    ...fact("needs", outlines(graph, task.needs).map(neighbour).join(", ")),
    ...fact("needed by", outlines(graph, neededBy(graph, id)).map(neighbour).join(", ")),
    ...fact("held back", task.hold && holdText(task.hold)),
    ...fact("runs on", task.model ?? (task.tier && `tier ${task.tier}`)),
    ...fact("command", task.exec),
    ...fact("verified by", task.verify),
    ...fact("priority", task.priority === 0 ? "" : String(task.priority)),
    ...fact("tags", task.tags.join(", ")),
    ...fact("reason", task.reason),
    ...fact("summary", task.summary),
    ...fact(
      "files",
      artifacts(graph, id)
        .map((file) => file.path)
        .join(", "),
    ),
    ...fact("description", cut(task.description.trim(), maxDescription)),
    ...block("runs", runs.map(runLine)),
    ...block(
      log.length > maxEntries ? `log (last ${maxEntries} of ${log.length})` : "log",
      log
        .slice(-maxEntries)
        .map(({ at, by, message }) => `${at.slice(0, 19)}Z ${by}: ${cut(message, maxEntry)}`),
    ),
  ].join("\n");
}

/** The graph in a few lines: how many tasks stand where, what is next, what runs, what failed. */
export function graphText(graph: Graph, scope: Scope): string {
  const counts = countStates(graph);
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const ready = readyTasks(graph, maxNamed + 1).map(({ id }) => id);
  const failed = listTasks(graph, { statuses: ["failed"] }).slice(-maxNamed);
  return [
    ...(scope.kind === "run" ? [`you: task ${scope.run.task}, run ${scope.run.id}`] : []),
    total === 0
      ? "no tasks"
      : `${total} tasks: ${counts.map(({ state, count }) => `${count} ${stateText(state)}`).join(", ")}`,
    ...fact("ready next", fewOf(ready)),
    ...block(
      "running",
      liveRuns(graph)
        .slice(0, 10)
        .map((run) => `${run.task}  ${run.route}, profile ${run.profile}`),
    ),
    ...block(
      "failed",
      failed.map((task) => `${task.id}  ${cut(task.reason ?? "", maxEntry)}`),
    ),
  ].join("\n");
}

// What waits is called blocked, so what does not is called ready.
function stateText(state: State): string {
  return state === "open" ? "ready" : state;
}

function neighbour(task: Outline): string {
  return `${task.id} (${stateText(stateOf(task))})`;
}

function runLine(run: Run): string {
  const { result, role, subject, profile, route } = run;
  const who = role !== "worker" ? `${role} ` : subject === undefined ? "" : "rerun ";
  const why = result?.failure === undefined ? "" : `: ${cut(result.failure.message, maxEntry)}`;
  return `${run.id}  ${who}${result?.outcome ?? run.status} on ${route}, profile ${profile}${why}`;
}

function fact(name: string, value: string | undefined): string[] {
  return value ? [`${name}: ${value}`] : [];
}

function block(name: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${name}:`, ...lines.map((line) => `  ${line}`)];
}

function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit)} [cut off here]`;
}
