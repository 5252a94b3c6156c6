// The codex handler: the user's own Codex CLI, told everything that decides what runs.
import { codexArguments } from "./codex-arguments.ts";
import { codexReader } from "./codex-events.ts";
import { codexHooks } from "./codex-hooks.ts";
import { sessionsFolder } from "./codex-rollout.ts";
import { runEnvironment } from "./environment.ts";
import type { Handler, Job } from "./handler.ts";
import { agentPrograms, findProgram, nativeCodex } from "./program.ts";
import { type Prepared, runChild } from "./run-child.ts";

/** Codex CLI: `codex exec --json`. */
export const codex: Handler = {
  name: "codex",
  run: (job, signal) => runChild(job, signal, prepare),
};

function prepare(job: Job): Prepared {
  const { plan, inbox } = job;
  const { env, secrets, dropped } = runEnvironment(job);
  const program = nativeCodex(findProgram(agentPrograms.codex, plan.command, env));
  const args = [...(inbox ? codexHooks(inbox) : []), ...codexArguments(plan, job.preamble)];
  return {
    launch: { program, args, cwd: plan.cwd, env, input: plan.prompt },
    reader: codexReader(plan, sessionsFolder(env), Date.now()),
    streamName: "stream.jsonl",
    secrets,
    authHint: authHint(plan.endpoint?.keyRef, dropped),
  };
}

function authHint(keyRef: string | undefined, dropped: readonly string[]): string {
  if (keyRef !== undefined) return `the key came from ${keyRef}`;
  const key = dropped.find((name) => name === "CODEX_API_KEY" || name === "OPENAI_API_KEY");
  if (key === undefined) return "log in once with: codex login";
  return `${key} of the environment is not passed on; pin it: handlers.codex.env.CODEX_API_KEY = { ref = "env:${key}" }`;
}
