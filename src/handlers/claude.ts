// The claude handler: the user's own Claude Code CLI, told everything that decides what runs.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { claudeArguments, claudeInput } from "./claude-arguments.ts";
import { claudeReader } from "./claude-events.ts";
import { checkNoShadow, claudeHooks, claudeSettings } from "./claude-settings.ts";
import { isOwnLogin, runEnvironment } from "./environment.ts";
import type { Handler, Job } from "./handler.ts";
import { agentPrograms, findProgram } from "./program.ts";
import { type Prepared, runChild } from "./run-child.ts";

/** Claude Code: `claude -p` with its stream of JSON events. */
export const claude: Handler = {
  name: "claude",
  run: (job, signal) => runChild(job, signal, prepare),
};

function prepare(job: Job): Prepared {
  const { plan, folder } = job;
  const pins = runEnvironment(job);
  const program = findProgram(agentPrograms.claude, plan.command, pins.env);
  checkNoShadow(pins.references, plan.cwd, pins.env);
  const settings = { ...claudeSettings(plan, pins), ...(job.inbox && claudeHooks(job.inbox)) };
  const settingsFile = path.join(folder, "claude-settings.json");
  fs.writeFileSync(settingsFile, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
  const temporary = temporaryFolder(pins.env);
  const isRoot = process.getuid?.() === 0;
  const env = {
    ...pins.env,
    ...settings.env,
    // Claude keeps sockets and tasks there, and a socket's path is short or does not work.
    TMPDIR: temporary,
    ...(isRoot && plan.permissions === "full" && { IS_SANDBOX: "1" }),
  };
  const hint = authHint(plan.endpoint?.keyRef, pins.dropped);
  return {
    launch: {
      program,
      args: claudeArguments(plan, settingsFile, job.preamble),
      cwd: plan.cwd,
      env,
      input: claudeInput(plan.prompt),
    },
    reader: claudeReader(plan, isOwnLogin(plan)),
    streamName: "stream.jsonl",
    secrets: pins.secrets,
    ...(hint !== undefined && { authHint: hint }),
    cleanUp: () => removeFolder(temporary),
  };
}

// Outside the run's folder: there its path would be too long for sockets, and inside the project.
function temporaryFolder(env: Record<string, string>): string {
  const parent = env["TMPDIR"] ?? os.tmpdir();
  const folder = fs.mkdtempSync(path.join(parent.length > 60 ? "/tmp" : parent, "wg-"));
  return fs.realpathSync(folder);
}

function removeFolder(folder: string): void {
  try {
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 2 });
  } catch {
    // Somebody still writes into it; the system clears its temporary folder by itself.
  }
}

function authHint(keyRef: string | undefined, dropped: readonly string[]): string | undefined {
  if (keyRef !== undefined) return `the key came from ${keyRef}`;
  const key = dropped.find((name) => name === "ANTHROPIC_API_KEY" || name === "ANTHROPIC_AUTH_TOKEN");
  if (key === undefined) return "log in once with: claude";
  return `${key} of the environment is not passed on; pin it: handlers.claude.env.${key} = { ref = "env:${key}" }`;
}
