// The tools: ten of them, because every tool costs room in a client's context, whether or not it is used.
import * as path from "node:path";
import { WgError } from "../base/error.ts";
import { addArtifact, artifactPath } from "../graph/artifact.ts";
import { addFollowUp } from "../graph/follow-up.ts";
import { addLog } from "../graph/log.ts";
import { reportRun } from "../graph/report.ts";
import { standing } from "../graph/standing.ts";
import { completeTask, failTask, type Moved, retryTask } from "../graph/status.ts";
import type { Reported } from "../graph/tables.ts";
import { addTask, editTask, fewOf, listTasks, type NewTask, type TaskFilter } from "../graph/task.ts";
import { graphText, taskLine, taskText } from "./text.ts";
import { type Tool, type ToolContext, tool } from "./tool.ts";

const text = { type: "string" } as const;
const whole = { type: "integer" } as const;
const texts = { type: "array", items: text } as const;

const states = ["ready", "blocked", "in-progress", "done", "failed", "abandoned"] as const;
const defaultLimit = 30;
const maxLimit = 200;

const list = tool({
  name: "list",
  description: "Tasks, one a line: id, state, title",
  reach: "read",
  effect: "reads",
  fields: { state: { ...text, enum: states }, tag: text, limit: whole },
  required: [],
  answer: ({ state, tag, limit = defaultLimit }, { graph }) => {
    const most = Math.min(Math.max(limit, 1), maxLimit);
    const filter = { ...(state !== undefined && inState(state)), ...(tag !== undefined && { tags: [tag] }) };
    const tasks = listTasks(graph, { ...filter, limit: most + 1 });
    if (tasks.length === 0) return "no tasks";
    const lines = tasks.slice(0, most).map(taskLine);
    return [...lines, ...(tasks.length > most ? ["there are more; set state, tag or limit"] : [])].join("\n");
  },
});

const show = tool({
  name: "show",
  description: "A task: description, needs, runs, files, log",
  reach: "read",
  effect: "reads",
  fields: { id: text },
  required: ["id"],
  answer: ({ id }, { graph }) => taskText(graph, id),
});

const status = tool({
  name: "status",
  description: "The graph: counts, what is ready, running, failed",
  reach: "read",
  effect: "reads",
  fields: {},
  required: [],
  answer: (_, { graph, scope }) => graphText(graph, scope),
});

const add = tool({
  name: "add",
  description: "Add a task; an agent works on it when all it needs is done",
  reach: "add",
  effect: "adds",
  fields: {
    title: text,
    description: { ...text, description: "all its agent should know" },
    needs: { ...texts, description: "ids to wait for" },
    tags: texts,
    priority: whole,
    model: { ...text, description: "route like claude:opus; default: the profile's" },
    id: text,
  },
  required: ["title"],
  answer: (given: NewTask, { graph, scope, now }) => {
    const task =
      scope.kind === "run" ? addFollowUp(graph, scope.run, given, now) : addTask(graph, given, now);
    return `added ${task.id}; ${standing(graph, task)}`;
  },
});

const edit = tool({
  name: "edit",
  description: "Change a task, or what it waits for",
  reach: "person",
  effect: "changes",
  fields: {
    id: text,
    title: text,
    description: text,
    needs: { ...texts, description: "ids to wait for too" },
    drop_needs: texts,
    priority: whole,
    model: text,
  },
  required: ["id"],
  answer: ({ id, needs, drop_needs, ...rest }, { graph }) => {
    const change = {
      ...rest,
      ...(needs !== undefined && { addNeeds: needs }),
      ...(drop_needs !== undefined && { dropNeeds: drop_needs }),
    };
    if (Object.keys(change).length === 0)
      throw new WgError("bad-arguments", "edit: nothing to change was given");
    const task = editTask(graph, id, change);
    return `changed ${task.id}; ${standing(graph, task)}`;
  },
});

const log = tool({
  name: "log",
  description: "Note progress, a decision or a problem on a task",
  reach: "own",
  effect: "adds",
  fields: { id: text, message: text },
  required: ["id", "message"],
  answer: ({ id, message }, { graph, scope, now }) => {
    const run = scope.kind === "run" ? { run: scope.run.id } : {};
    addLog(graph, id, { by: "agent", ...run, message }, now);
    return "noted";
  },
});

const artifact = tool({
  name: "artifact",
  description: "Name a file that a task made, for the tasks after it",
  reach: "own",
  effect: "adds",
  fields: { id: text, path: text },
  required: ["id", "path"],
  answer: ({ id, path: file }, { graph, project, scope, now }) => {
    const cwd = scope.kind === "run" ? scope.run.plan.cwd : project.root;
    const recorded = artifactPath(project.root, path.resolve(cwd, file), cwd);
    addArtifact(graph, id, recorded, scope.kind === "run" ? scope.run.id : undefined, now);
    return `recorded ${recorded}`;
  },
});

const done = tool({
  name: "done",
  description: "Say that a task is done",
  reach: "own",
  effect: "adds",
  fields: { id: text, summary: { ...text, description: "for the tasks that need it" } },
  required: ["id"],
  answer: ({ id, summary }, context) => {
    if (context.scope.kind === "run") return report(context, "done", summary ?? "");
    return movedText(completeTask(context.graph, id, summary, context.now), "is done");
  },
});

const fail = tool({
  name: "fail",
  description: "Say that a task cannot be done",
  reach: "own",
  effect: "adds",
  fields: { id: text, reason: text },
  required: ["id", "reason"],
  answer: ({ id, reason }, context) => {
    if (context.scope.kind === "run") return report(context, "failed", reason);
    return movedText(failTask(context.graph, id, reason, context.now), "failed");
  },
});

const retry = tool({
  name: "retry",
  description: "Open a failed, abandoned or done task again",
  reach: "person",
  effect: "changes",
  fields: { id: text },
  required: ["id"],
  answer: ({ id }, { graph, now }) => {
    const { task } = retryTask(graph, id, { samePlan: false }, now);
    return `opened ${id} again; ${standing(graph, task)}`;
  },
});

/** In the order a client shows them. None takes a shell command: a service would run it unconfined. */
export const tools: readonly Tool[] = [list, show, status, add, edit, log, artifact, done, fail, retry];

function inState(state: string): TaskFilter {
  if (state === "ready" || state === "blocked") return { open: state };
  return { statuses: [state as Exclude<(typeof states)[number], "ready" | "blocked">] };
}

/** The task moves when the run ends. */
function report({ graph, scope, now }: ToolContext, said: Reported, message: string): string {
  if (scope.kind !== "run" || !reportRun(graph, scope.run.id, said, message, now)) {
    throw new WgError("run-over", "this run is over");
  }
  return said === "done"
    ? "noted; your task is done when this run ends well"
    : "noted; your task fails when this run ends";
}

function movedText({ task, freed, held }: Moved, what: string): string {
  return [
    `${task.id} ${what}`,
    ...(freed.length > 0 ? [`ready now: ${fewOf(freed)}`] : []),
    ...(held.length > 0 ? [`waiting for it again: ${fewOf(held)}`] : []),
  ].join("; ");
}
