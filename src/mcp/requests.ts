// What the server does for each request: the scope looked up, the tool called, a refusal made an answer.
import { WgError } from "../base/error.ts";
import type { Env, Project } from "../base/home.ts";
import { insideOf } from "../base/inside.ts";
import type { Graph } from "../graph/database.ts";
import { messagesText, takeMessages } from "../graph/message.ts";
import { isOffered, outOfScope, type Scope, scopeOf } from "./scope.ts";
import { graphText, taskText } from "./text.ts";
import { type Effect, readArguments, type Tool, type ToolContext } from "./tool.ts";
import { tools } from "./tools.ts";

/** The project's graph, opened for one step; and whose environment the server is in. */
export interface ServerContext {
  withGraph<T>(step: (graph: Graph, project: Project) => T): T;
  env: Env;
  now(): Date;
}

/** What a client is told of a tool. */
export interface Offered {
  [name: string]: unknown;
  name: string;
  description: string;
  inputSchema: { type: "object"; properties: Record<string, object>; required?: string[] };
  annotations: Record<string, boolean>;
}

/** What a call answers; `isError` where it was refused. */
export interface Answer {
  [name: string]: unknown;
  content: { type: "text"; text: string }[];
  isError?: true;
}

/** The tools of the scope as a client sees them. Where there is no project, those of a person: a call says what is missing. */
export function offeredTools(context: ServerContext): Offered[] {
  const scope = scopeHere(context);
  return tools.filter(({ reach }) => isOffered(reach, scope)).map((tool) => offered(tool, scope));
}

/** Calls a tool. A refusal is an answer, so that the model reads it; a bug is thrown. */
export function call(context: ServerContext, name: string, given: unknown): Answer {
  try {
    const text = context.withGraph((graph, project) => {
      const inScope = { graph, project, scope: scopeOf(graph, context.env), now: context.now() };
      return withMessages(answer(name, given, inScope), inScope);
    });
    return { content: [{ type: "text", text }] };
  } catch (error) {
    if (!(error instanceof WgError)) throw error;
    const text = [error.message, ...(error.hint === undefined ? [] : [`hint: ${error.hint}`])].join("\n");
    return { content: [{ type: "text", text }], isError: true };
  }
}

/** The text behind `wg://graph` and `wg://task/<id>`. Refuses (`no-resource`, `no-task`). */
export function readResource(context: ServerContext, uri: string): string {
  return context.withGraph((graph) => {
    if (uri === "wg://graph") return graphText(graph, scopeOf(graph, context.env));
    const id = /^wg:\/\/task\/([^/]+)$/.exec(uri)?.[1];
    if (id === undefined) throw new WgError("no-resource", "there are wg://graph and wg://task/<id>");
    return taskText(graph, id);
  });
}

/** What a client tells its model about the server. */
export function instructions(context: ServerContext): string {
  const scope = scopeHere(context);
  switch (scope.kind) {
    case "run":
      return `You work on task ${scope.run.task}. Log what matters, name the files you made with artifact, end with done or fail. Work that is not part of your task: add.`;
    case "reader":
      return "wg shows tasks here and changes none: this run has no token, or is over.";
    case "person":
      return "wg keeps tasks in a graph and gives those that are ready to agents. Split work into tasks and say what each needs.";
  }
}

function answer(name: string, given: unknown, context: ToolContext): string {
  const tool = tools.find((each) => each.name === name);
  if (tool === undefined) {
    const names = tools.filter(({ reach }) => isOffered(reach, context.scope)).map((each) => each.name);
    throw new WgError("no-tool", `there is no tool ${JSON.stringify(name.slice(0, 40))}`, {
      hint: `there are ${names.join(", ")}`,
    });
  }
  if (!isOffered(tool.reach, context.scope)) throw outOfScope(name, context.scope);
  if (tool.reach !== "own" || context.scope.kind !== "run")
    return tool.answer(readArguments(tool, given), context);
  const own = context.scope.run.task;
  const args = readArguments(tool, { id: own, ...(given ?? {}) });
  if (args["id"] !== own) {
    throw new WgError("inside-a-run", `${name} is for your own task, "${own}"`, {
      hint: "leave id out; what others should know belongs into a follow-up or your closing words",
    });
  }
  return tool.answer(args, context);
}

/** What was said to the run's task and it was not shown yet goes with the answer. */
function withMessages(text: string, { graph, scope, now }: ToolContext): string {
  if (scope.kind !== "run") return text;
  const messages = takeMessages(graph, scope.run.task, scope.run.id, "command", now);
  return messages.length === 0 ? text : `${text}\n\nnew for you:\n${messagesText(messages)}`;
}

function offered({ name, description, reach, effect, fields, required }: Tool, scope: Scope): Offered {
  // A run has one task, so it need not name it.
  const isOwn = reach === "own" && scope.kind === "run";
  const properties = Object.fromEntries(Object.entries(fields).filter(([field]) => !isOwn || field !== "id"));
  const needed = required.filter((field) => field in properties);
  return {
    name,
    description,
    inputSchema: { type: "object", properties, ...(needed.length > 0 && { required: needed }) },
    annotations: annotations[effect],
  };
}

/** By these a client decides whether its person is asked first. Codex without a terminal turns down what it would ask about. */
const annotations: Record<Effect, Record<string, boolean>> = {
  reads: { readOnlyHint: true },
  adds: { destructiveHint: false, openWorldHint: false },
  changes: { openWorldHint: false },
};

function scopeHere({ withGraph, env }: ServerContext): Scope {
  try {
    return withGraph((graph) => scopeOf(graph, env));
  } catch (error) {
    if (!(error instanceof WgError)) throw error;
    return insideOf(env)?.kind === "run" ? { kind: "reader" } : { kind: "person" };
  }
}
