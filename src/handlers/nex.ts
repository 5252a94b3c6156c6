// The nex handler: an agent of our own in this very process, against any server of chat completions.
import * as path from "node:path";
import { requestUrl } from "../base/endpoint.ts";
import { messageOf, WgError } from "../base/error.ts";
import { isAuto } from "../base/route.ts";
import { version } from "../base/version.ts";
import type { Failure } from "../graph/result.ts";
import { openCapped } from "./capped-file.ts";
import { endpointKeyName, type RunEnvironment, runEnvironment } from "./environment.ts";
import { failure } from "./failure.ts";
import type { Handler, Job, RunEvent } from "./handler.ts";
import { firstListed } from "./nex-auto.ts";
import { RequestFailure } from "./nex-failure.ts";
import { converse, type Session } from "./nex-loop.ts";
import { systemPrompt } from "./nex-prompt.ts";
import { toolsFor } from "./nex-tools.ts";
import { redactor } from "./redact.ts";
import { emptyReport, resultEvent, startFailure, stopReason } from "./run-child.ts";

/** The in-process agent. */
export const nex: Handler = { name: "nex", run };

const maxLogBytes = 50 * 1024 * 1024;

async function* run(job: Job, signal: AbortSignal): AsyncGenerator<RunEvent> {
  const report = { ...emptyReport, servedModels: [] };
  if (signal.aborted) return yield resultEvent(report, stopReason(signal));
  if (job.plan.resume !== undefined) {
    const problem = failure("bad-request", "nex cannot go on with an earlier session; run the task afresh");
    return yield resultEvent(report, { outcome: "failed", failure: problem });
  }
  let session: Session;
  try {
    session = startSession(job, report);
  } catch (error) {
    return yield resultEvent(report, { outcome: "failed", failure: startFailure(error) });
  }
  // Whoever turns away from the events ends what is under way, without a word to the signal it gave.
  const turnedAway = new AbortController();
  try {
    yield { kind: "started", version };
    const ending = AbortSignal.any([signal, turnedAway.signal]);
    const problem = (yield* settleModel(job, session, ending)) ?? (yield* converse(session, ending));
    yield resultEvent(
      report,
      problem === undefined ? { outcome: "done" } : { outcome: "failed", failure: problem },
    );
  } catch (error) {
    const bug = failure("agent", `wg's agent broke: ${messageOf(error)}`);
    yield resultEvent(report, signal.aborted ? stopReason(signal) : { outcome: "failed", failure: bug });
  } finally {
    turnedAway.abort();
    session.log.close();
  }
}

/** Finds the model of `local:auto` and tells it; answers why there is none. */
async function* settleModel(
  { plan }: Job,
  session: Session,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, Failure | undefined> {
  if (!isAuto(plan.route)) return undefined;
  try {
    const model = yield* firstListed(session.server, signal);
    session.model = model;
    session.report.resolvedModel = model;
    yield { kind: "model", resolved: model };
    return undefined;
  } catch (error) {
    if (error instanceof RequestFailure) return error.failure;
    throw error;
  }
}

function startSession(job: Job, report: Session["report"]): Session {
  const { plan, folder } = job;
  if (plan.endpoint === undefined) {
    throw new WgError("no-endpoint", `local:${plan.route.model} has no endpoint to be asked at`, {
      hint: 'name one of provider "oai-compat" in the profile',
    });
  }
  const url = requestUrl(plan.endpoint);
  if (!/^https?:/.test(url) || !URL.canParse(url)) {
    throw new WgError("bad-endpoint", `endpoint ${plan.endpoint.name} has no url that can be asked`);
  }
  const environment = runEnvironment(job);
  const { endpointKey: key } = environment;
  const tools = toolsFor(plan.permissions);
  const redact = redactor(environment.secrets);
  const note = `{"wg":"the rest is not kept: more than ${maxLogBytes} bytes"}`;
  return {
    server: { url, ...(key !== undefined && { key }) },
    model: plan.route.model,
    tools,
    context: {
      bounds: { root: plan.cwd, isConfined: plan.permissions !== "full" },
      run: plan.run,
      folder,
      env: withoutKey(job, environment),
      maxCommandMs: plan.limits.hangAfterMs * 0.8,
      redact,
    },
    maxTurns: plan.limits.maxTurns,
    messages: [
      { role: "system", content: systemPrompt(plan, tools) },
      { role: "user", content: plan.prompt },
    ],
    report,
    log: openCapped(path.join(folder, "stream.jsonl"), maxLogBytes, note),
  };
}

/** The environment of commands: the agent asks the model for them, so they need no key. */
function withoutKey({ plan }: Job, { env, endpointKey }: RunEnvironment): Record<string, string> {
  const keyName = /^env:(.*)$/s.exec(plan.endpoint?.keyRef ?? "")?.[1];
  const kept = Object.entries(env).filter(
    ([name, value]) => name !== endpointKeyName && name !== keyName && value !== endpointKey,
  );
  return Object.fromEntries(kept);
}
