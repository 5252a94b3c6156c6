// `wg runs show`: everything that was recorded of one run.
import type { BudgetLimit, Failover, Plan } from "../graph/plan.ts";
import { type PlannedRun, requireRun } from "../graph/run.ts";
import { findTask, type Task } from "../graph/task.ts";
import { durationText } from "../handlers/limits.ts";
import { runFolder } from "../worker/folder.ts";
import type { Io } from "./io.ts";
import { plain, print, printJson } from "./print.ts";
import { withGraph } from "./project-graph.ts";
import {
  commitsText,
  costText,
  durationMs,
  identityText,
  kindText,
  runJson,
  spanText,
  stateText,
  tokensText,
} from "./run-text.ts";

/** Prints the run of this id, or of the only one that begins so. */
export function showRun(io: Io, prefix: string, options: { json?: true }): void {
  withGraph(io, (graph, project) => {
    const run = requireRun(graph, prefix);
    const folder = runFolder(project, run.id).root;
    if (options.json) return printJson(io, { run: runJson(run, io.now()), folder });
    print(io, text(run, findTask(graph, run.task), folder, io.now()));
  });
}

function text(run: PlannedRun, task: Task | undefined, folder: string, now: Date): string {
  const lines = [...storyOf(run, task, now), ...planOf(run.plan), ["files", folder]];
  const width = Math.max(...lines.map(([name = ""]) => name.length));
  return lines
    .filter(([, value]) => value !== "")
    .map(([name = "", value = ""]) => `${name.padEnd(width)}  ${indented(value, width + 2)}`)
    .join("\n");
}

/** What happened, as name and value; an empty value is not shown. */
function storyOf(run: PlannedRun, task: Task | undefined, now: Date): string[][] {
  const { result } = run;
  const failure = result?.failure;
  return [
    ["run", run.id],
    ["task", task === undefined ? run.task : `${run.task} (${task.status}): ${task.title}`],
    ["role", `${kindText(run)}, attempt ${run.attempt}`],
    [run.role === "worker" ? "repeats" : "judges", run.subject ?? ""],
    ["identity", run.plan.identity === undefined ? "" : identityText(run.plan.identity)],
    ["state", stateText(run)],
    ["failure", failure === undefined ? "" : failureText(failure)],
    ["reported", run.reported === undefined ? "" : `${run.reported.status}: ${run.reported.message}`],
    ["profile", `${run.profile}, revision ${run.revision}`],
    ["canary", run.arm === undefined ? "" : armWords[run.arm]],
    ["failover", run.failover === undefined ? "" : failoverText(run.failover, run.profile)],
    ["probe", run.plan.probe ? "the one run that tries whether this answers again" : ""],
    ["route", run.route],
    ["requested", run.plan.route.model],
    ["resolved", run.resolvedModel ?? ""],
    ["served", servedHow(run)],
    ["tokens", tokensText(run.usage)],
    ["cost", costText(result?.cost)],
    ["turns", result === undefined || result.turns === 0 ? "" : String(result.turns)],
    ["denied", result === undefined || result.denials === 0 ? "" : `${result.denials} tool calls`],
    ["session", run.sessionId ?? ""],
    ["exit", result?.signal ?? (result?.exitCode === undefined ? "" : String(result.exitCode))],
    ["claimed", `${run.claimedAt} by ${run.service}`],
    ["started", run.startedAt ?? ""],
    ["ended", run.endedAt === undefined ? "" : `${run.endedAt}, after ${spanText(durationMs(run, now))}`],
    ["commits", commitsText(run)],
    ["process", run.process === undefined || result !== undefined ? "" : String(run.process.pid)],
    ["summary", result?.summary ?? ""],
  ];
}

const armWords = { main: "on the side that stays", canary: "on the side that is tried" } as const;

function planOf(plan: Plan): string[][] {
  const { endpoint, limits } = plan;
  const key = endpoint?.keyRef === undefined ? "no key" : `key ${endpoint.keyRef}`;
  return [
    [
      "endpoint",
      endpoint === undefined ? "" : `${endpoint.name} (${endpoint.provider}) ${endpoint.url}, ${key}`,
    ],
    ["command", plan.command ?? ""],
    ["exec", plan.exec ?? ""],
    ["verify", plan.verify ?? ""],
    ["resumed", plan.resume ?? ""],
    ["permissions", plan.permissions],
    [
      "limits",
      `${durationText(limits.timeoutMs)} in all, ${durationText(limits.hangAfterMs)} of silence, ${limits.maxTurns} turns`,
    ],
    ["budget", plan.budget === undefined ? "" : plan.budget.limits.map(limitText).join(", ")],
    ["pinned", Object.keys(plan.env).join(", ")],
    ["folder", plan.cwd],
    [
      "origins",
      Object.entries(plan.origins)
        .map(([name, origin]) => `${name}: ${origin}`)
        .join("\n"),
    ],
  ];
}

function limitText({ of, usd, profile }: BudgetLimit): string {
  const on = profile === undefined ? "" : ` on ${profile}`;
  return of === "approval" ? `$${usd} approved` : `$${usd} a ${of}${on}`;
}

/** With the date: a run is looked at long after. */
function failoverText({ from, why, until }: Failover, profile: string): string {
  const when = until === undefined ? "being tried by another run" : `cooling until ${until}`;
  return `${from} was active, ${when} (${why}), running on ${profile}`;
}

function failureText(failure: NonNullable<NonNullable<PlannedRun["result"]>["failure"]>): string {
  const more = [
    failure.status === undefined ? "" : `status ${failure.status}`,
    failure.resetsAt === undefined ? "" : `resets at ${failure.resetsAt}`,
  ].filter((part) => part !== "");
  return `${failure.class}: ${failure.message}${more.length > 0 ? ` (${more.join(", ")})` : ""}`;
}

function servedHow(run: PlannedRun): string {
  if (run.plan.route.model === "") return "";
  if (run.servedModels.length > 0) return `${run.servedModels.join(", ")} (the server's own word)`;
  return run.result === undefined ? "not told yet" : "not told by the server";
}

/** Later lines start below the first; control characters are shown escaped. */
function indented(value: string, by: number): string {
  return value
    .trimEnd()
    .split("\n")
    .map(plain)
    .join(`\n${" ".repeat(by)}`);
}
