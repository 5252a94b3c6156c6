// The acp handler: any agent that speaks the Agent Client Protocol on its stdin and stdout.
import { PassThrough } from "node:stream";
import { type AcpLink, acpReader } from "./acp-session.ts";
import { withoutPiece } from "./acp-updates.ts";
import { runEnvironment } from "./environment.ts";
import type { Handler, Job } from "./handler.ts";
import { findAgent } from "./program.ts";
import { pieceRedactor, redactor } from "./redact.ts";
import { type Prepared, runChild } from "./run-child.ts";

/** The agent that the route's command starts. */
export const acp: Handler = {
  name: "acp",
  run: (job, signal) => runChild(job, signal, prepare),
};

/** What the agent has not read yet may grow to this. */
const maxUnreadBytes = 16 * 1024 * 1024;

function prepare(job: Job): Prepared {
  const { plan } = job;
  const { env, secrets, dropped } = runEnvironment(job);
  const { program, args } = findAgent(plan.route, env);
  const input = new PassThrough();
  const link: AcpLink = {
    send: (line) => {
      if (!input.writableEnded) input.write(line);
      return input.writableLength + input.readableLength < maxUnreadBytes;
    },
    end: () => input.end(),
    nowMs: () => performance.now(),
    redact: redactor(secrets),
    ...(job.inbox && { take: () => job.inbox?.take() }),
    ...(job.onText && { onText: redactedPieces(secrets, job.onText.bind(job)) }),
  };
  const reader = acpReader(plan, link, job.preamble);
  return {
    launch: { program, args, cwd: plan.cwd, env, input },
    reader,
    askToStop: reader.askToStop,
    streamName: "stream.jsonl",
    secrets,
    ...(secrets.length > 0 && { kept: withoutPiece }),
    authHint: authHint(program, dropped),
  };
}

function redactedPieces(secrets: readonly string[], onText: (piece: string) => void) {
  const redact = pieceRedactor(secrets);
  return (piece?: string) => {
    const clean = redact(piece);
    if (clean !== "") onText(clean);
  };
}

function authHint(program: string, dropped: readonly string[]): string {
  const key = dropped.find((name) => /_(API_KEY|AUTH_TOKEN|OAUTH_TOKEN)$/.test(name));
  if (key === undefined) return `log in once with the agent itself: ${program}`;
  return `${key} of the environment is not passed on; pin it: handlers.acp.env.${key} = { ref = "env:${key}" }`;
}
