// What a turn finds in its environment, on top of what wg was started with; and what a chat's agent is told first.
import * as path from "node:path";
import type { Env } from "../base/home.ts";
import { routeText } from "../base/route.ts";
import type { Plan } from "../graph/plan.ts";
import { runMarker } from "../handlers/sweep.ts";

/**
 * `env` as a turn's own: the chat, its project, and `bin` first on PATH, so that `wg` is the wg that runs it. Variables
 * of a run that wg may have been called from are left out: the chat is no part of that.
 */
export function turnEnvironment(plan: Plan, bin: string, env: Env): Env {
  const { WG_RUN: _, WG_TASK: __, WG_PROJECT: ___, ...inherited } = env;
  return {
    ...inherited,
    WG_CHAT: plan.chat,
    WG_MODEL: routeText(plan.route),
    ...(plan.project !== "" && { WG_PROJECT: plan.project }),
    [runMarker]: plan.run,
    PATH: [bin, env["PATH"] || "/usr/local/bin:/usr/bin:/bin"].join(path.delimiter),
  };
}

/** What the agent of a chat is told first: who it is, and in a project what that is; undefined where there is neither. */
export function preambleOf({ project, identity }: Pick<Plan, "project" | "identity">): string | undefined {
  const parts = [...(project === "" ? [] : [projectText(project)]), ...(identity ? [identity.text] : [])];
  return parts.length === 0 ? undefined : parts.join("\n\n");
}

function projectText(project: string): string {
  return [
    `You are the chat agent of the project in ${project}. A person talks to you here; other agents work on tasks.`,
    "Tasks are kept in a graph, where a task waits for those it needs. The command `wg` is on your PATH:",
    '- `wg add "title" --after <id> -d "what to do"` adds a task; a service gives it to a worker when it is ready',
    "- `wg list` and `wg ready` list tasks; `wg show <id>` and `wg log <id>` say everything about one",
    "- `wg edit <id>`, `wg retry <id>` and `wg abandon <id>` change one; `wg runs` says what ran and on which model",
    '- `wg plan "goal"` breaks a goal into tasks and shows them first',
    "Work that takes long, or that can go on beside this conversation, belongs into a task. `wg <command> --help` says more.",
  ].join("\n");
}
