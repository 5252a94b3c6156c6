// What of the command line is open to the agent of a run or a chat: looked at in one place, before any verb acts.
import type { Command } from "commander";
import { WgError } from "../base/error.ts";
import type { Inside } from "../base/inside.ts";
import { findRun } from "../graph/run.ts";
import type { Io } from "./io.ts";
import { withGraph } from "./project-graph.ts";

/** Makes a command refuse what the run or chat it is called from may not do. */
export function holdWithin(command: Command, inside: Inside, io: Io): void {
  command.hook("preAction", (_, action) => {
    const words = wordsOf(action);
    const refusal = inside.kind === "chat" ? refusalInChat(words) : refusalInRun(words);
    if (refusal !== undefined) throw refusal;
    if (inside.kind === "run" && concernsOwnTask(words, action.args)) {
      checkOwn(inside.run, words, action.args[0] ?? "", io);
    }
  });
}

/** Verbs that only look, whoever calls. A verb that is not here is closed to runs until somebody decides about it. */
const looks: ReadonlySet<string> = new Set([
  ...["list", "show", "ready", "runs", "runs show", "why", "logs", "export", "completion", "simulate"],
  ...["quickstart", "mcp", "skill show", "service status", "service logs", "preset list", "preset show"],
  ...["profile list", "profile current", "profile show", "profile diff", "profile history", "profile check"],
  ...["profile lint", "profile export", "config show", "config get", "chat list", "chat show", "usage"],
  ...["status", "watch", "blocked", "why-blocked", "failover list"],
  ...["agency list", "agent list", "agent show", "agent lineage"],
  ...["eval show", "eval list"],
]);

/** Verbs of a run besides those: to report, to tell others, to leave work for others. */
const ofRuns: ReadonlySet<string> = new Set(["log", "artifact", "done", "fail", "msg", "add"]);

/** What a chat's agent leaves to its person: what anything runs on and may cost, who agents are told to be, and keys. */
const ofPersons: ReadonlySet<string> = new Set([
  "profile",
  "config",
  "setup",
  "preset",
  "skill",
  "approve",
  "failover",
  "agency",
  "agent",
]);
const ofPersonsToo: ReadonlySet<string> = new Set(["chat switch"]);

/** Why a run may not use this verb; undefined where it may. Pure. */
export function refusalInRun(words: string): WgError | undefined {
  if (looks.has(words) || ofRuns.has(words)) return undefined;
  return new WgError("inside-a-run", `wg ${words} is not for an agent at work on a task`, {
    hint: "what only shows still answers; what should be changed belongs into your closing words or wg log",
  });
}

/** Why a chat's agent may not use this verb; undefined where it may. Pure. */
export function refusalInChat(words: string): WgError | undefined {
  const isPersons = ofPersons.has(words.split(" ")[0] ?? "") || ofPersonsToo.has(words);
  if (!isPersons || looks.has(words)) return undefined;
  return new WgError("inside-a-chat", `wg ${words} is not for the agent of a chat`, {
    hint: `ask the person you talk with to run it in a terminal: wg ${words}`,
  });
}

// `wg log` and `wg artifact` with nothing but a task only show.
function concernsOwnTask(words: string, args: readonly string[]): boolean {
  if (words === "log" || words === "artifact") return args.length > 1;
  return words === "done" || words === "fail" || words === "add";
}

function checkOwn(runId: string, words: string, task: string, io: Io): void {
  const run = withGraph(io, (graph) => findRun(graph, runId));
  if (run === undefined || run.status === "ended") {
    throw new WgError("run-over", `${runId} is not in flight, so wg ${words} does nothing`);
  }
  if (run.role !== "worker") {
    throw new WgError("inside-a-run", `wg ${words} is for who works on a task, not for its ${run.role}`, {
      hint: "what there is to say belongs into your answer",
    });
  }
  if (words === "add" || run.task === task) return;
  throw new WgError("inside-a-run", `wg ${words} is for your own task, "${run.task}"`, {
    hint: `wg msg ${task} "text" tells whoever works on it; wg add leaves work for others`,
  });
}

/** `profile use`: the words after `wg`. */
function wordsOf(command: Command): string {
  const words: string[] = [];
  for (let at: Command | null = command; at !== null && at.name() !== "wg"; at = at.parent) {
    words.unshift(at.name());
  }
  return words.join(" ");
}
