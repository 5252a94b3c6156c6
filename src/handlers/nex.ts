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
import { compact } from "./nex-compact.ts";
import { type Conversation, mended } from "./nex-conversation.ts";
import { RequestFailure } from "./nex-failure.ts";
import { converse } from "./nex-loop.ts";
import { systemPrompt } from "./nex-prompt.ts";
import { type Session, say } from "./nex-session.ts";
import { newStore, noStore, openStore, type Store } from "./nex-store.ts";
import { pieceWithoutThoughts } from "./nex-thoughts.ts";
import { toolsFor } from "./nex-tools.ts";
import { startWindow, windowPin } from "./nex-window.ts";
import { pieceRedactor, redactor } from "./redact.ts";
import { emptyReport, resultEvent, startFailure, stopReason } from "./run-child.ts";

/** The in-process agent. */
export const nex: Handler = { name: "nex", run };

const maxLogBytes = 50 * 1024 * 1024;

async function* run(job: Job, signal: AbortSignal): AsyncGenerator<RunEvent> {
  const report = { ...emptyReport, servedModels: [] };
  if (signal.aborted) return yield resultEvent(report, stopReason(signal));
  let session: Session;
  try {
    session = startSession(job, report);
  } catch (error) {
    return yield resultEvent(report, { outcome: "failed", failure: problemOf(error) });
  }
  // Whoever turns away from the events ends what is under way, without a word to the signal it gave.
  const turnedAway = new AbortController();
  try {
    yield { kind: "started", version };
    if (session.store.id !== undefined) yield { kind: "session", sessionId: session.store.id };
    const ending = AbortSignal.any([signal, turnedAway.signal]);
    const problem = (yield* settleModel(job, session, ending)) ?? (yield* work(job, session, ending));
    yield resultEvent(
      report,
      problem === undefined ? { outcome: "done" } : { outcome: "failed", failure: problem },
    );
  } catch (error) {
    const problem = error instanceof WgError ? error.message : `wg's agent broke: ${messageOf(error)}`;
    const failed = { outcome: "failed", failure: failure("agent", problem) } as const;
    yield resultEvent(report, signal.aborted ? stopReason(signal) : failed);
  } finally {
    turnedAway.abort();
    session.log.close();
  }
}

/** What a person says instead of a message to have the conversation summed up. */
const compactWord = "/compact";

async function* work(
  { plan }: Job,
  session: Session,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, Failure | undefined> {
  if (session.isChat && plan.prompt.trim() === compactWord) {
    const made = (yield* compact(session, "asked", signal)) ?? "there is nothing to sum up";
    session.report.summary = made;
    yield { kind: "text", text: made };
    return undefined;
  }
  say(session, { role: "user", content: plan.prompt });
  // Where the last turn gave no answer, both messages become one.
  session.conversation = mended(session.conversation);
  return yield* converse(session, signal);
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
  const { secrets } = environment;
  const redact = redactor(secrets);
  const { store, conversation } = remembered(job, redact);
  if (store.id !== undefined) report.sessionId = store.id;
  const { onText, inbox } = job;
  const note = `{"wg":"the rest is not kept: more than ${maxLogBytes} bytes"}`;
  return {
    server: { url, ...(key !== undefined && { key }) },
    model: plan.route.model,
    system: systemPrompt(plan, tools, job.preamble),
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
    isChat: plan.role === "chat",
    conversation,
    store,
    window: startWindow(environment.literals[windowPin]),
    report,
    log: openCapped(path.join(folder, "stream.jsonl"), maxLogBytes, note),
    ...(inbox && { inbox }),
    ...(onText && { live: () => liveText(secrets, onText) }),
  };
}

/** The conversation that the plan goes on with, else a new one; kept where the job says, if it says so. */
function remembered(
  { plan: { resume }, sessions }: Job,
  redact: (text: string) => string,
): { store: Store; conversation: Conversation } {
  if (resume === undefined) {
    const store = sessions === undefined ? noStore : newStore(sessions, redact);
    return { store, conversation: { messages: [] } };
  }
  if (sessions === undefined) {
    throw new WgError("no-conversation", "nex cannot go on with an earlier session; run the task afresh");
  }
  return openStore(sessions, resume, redact);
}

/** Tells one answer as it comes, without thoughts and secrets. */
function liveText(secrets: readonly string[], tell: (piece: string) => void): (piece?: string) => void {
  const withoutThoughts = pieceWithoutThoughts();
  const redact = pieceRedactor(secrets);
  return (piece) => {
    const said = redact(withoutThoughts(piece)) + (piece === undefined ? redact() : "");
    if (said !== "") tell(said);
  };
}

/** Why a session could not be started. */
function problemOf(error: unknown): Failure {
  const isLost = error instanceof WgError && error.code === "no-conversation";
  return isLost ? failure("bad-request", error.message) : startFailure(error);
}

/** The environment of commands: the agent asks the model for them, so they need no key. */
function withoutKey({ plan }: Job, { env, endpointKey }: RunEnvironment): Record<string, string> {
  const keyName = /^env:(.*)$/s.exec(plan.endpoint?.keyRef ?? "")?.[1];
  const kept = Object.entries(env).filter(
    ([name, value]) => name !== endpointKeyName && name !== keyName && value !== endpointKey,
  );
  return Object.fromEntries(kept);
}
