// A person's own session with an agent CLI: the same destination as a run on a plan, and nothing else of a run.
import type { HandlerName } from "../base/route.ts";
import type { Plan } from "../graph/plan.ts";
import { type ClaudeSettings, claudeDestination } from "./claude-settings.ts";
import { providerArguments, set } from "./codex-arguments.ts";
import { endpointKeyName, type RunEnvironment } from "./environment.ts";

/** The CLIs a person can have a session with. */
export type SessionHandler = Extract<HandlerName, "claude" | "codex">;

/** What a session takes over. The route has the model `""` where the CLI is to choose for itself. */
export type SessionPlan = Pick<Plan, "run" | "route" | "endpoint" | "env" | "limits">;

/** Arguments that go before the person's own, so that theirs win; `settings` is to be written to `settingsFile`. */
interface Session {
  args: string[];
  settings?: ClaudeSettings;
}

/** What to start a CLI with. Neither the arguments nor the settings hold a secret. */
export function sessionOf(
  handler: SessionHandler,
  plan: SessionPlan,
  environment: RunEnvironment,
  settingsFile: string,
): Session {
  const { model } = plan.route;
  if (handler === "codex") return { args: codexSession(plan, environment) };
  return {
    args: [...(model === "" ? [] : ["--model", model]), "--settings", settingsFile],
    settings: claudeDestination(plan, environment),
  };
}

// By `-c` alone: before a verb of Codex's own (`codex exec`), only that reaches the verb, and the person's `-m` beats it.
function codexSession(plan: SessionPlan, { env }: RunEnvironment): string[] {
  const { model } = plan.route;
  return [
    ...(model === "" ? [] : set("model", model)),
    ...providerArguments(plan),
    // Keeps names with KEY in them from the commands that Codex runs.
    ...(env[endpointKeyName] === undefined
      ? []
      : set("shell_environment_policy.ignore_default_excludes", false)),
  ];
}
