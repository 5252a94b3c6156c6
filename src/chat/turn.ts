// One turn of a chat: what the person says goes to the plan's handler, and all that comes back is kept.
import * as fs from "node:fs";
import * as path from "node:path";
import { WgError } from "../base/error.ts";
import type { Env } from "../base/home.ts";
import { timeId } from "../base/time-id.ts";
import type { Plan } from "../graph/plan.ts";
import type { RunResult } from "../graph/result.ts";
import { cut } from "../handlers/fields.ts";
import type { Job, RunEvent, StopReason } from "../handlers/handler.ts";
import { stopDue } from "../handlers/limits.ts";
import { mismatchOf, type SeenModel } from "../handlers/mismatch.ts";
import { type Program, writeOwnWg } from "../handlers/own-wg.ts";
import { handlerFor } from "../handlers/registry.ts";
import { carryOver, sessionFor } from "./carry.ts";
import { type Chat, type ChatPlan, pinOf, readChat, readPlan, writeChat } from "./chat.ts";
import { preambleOf, turnEnvironment } from "./environment.ts";
import type { ChatFolder } from "./folder.ts";
import { appendEntry, mendTranscript, readTranscript, type Said } from "./transcript.ts";
import { takeTurn } from "./turn-lock.ts";

/** What a turn gets from the process it is in. */
export interface TurnIo {
  env: Env;
  now(): Date;
  /** Gives [0, 1). */
  random(): number;
  program: Program;
  /** Told each piece of the answer as it comes, by a handler that can. Must not throw. */
  onText?(piece: string): void;
}

/** The longest thing that can be said at once, in characters. */
const maxText = 1_000_000;
const maxToolText = 500;
const maxTitle = 60;
const beatMs = 1000;

/**
 * Says `text` in a chat: waits for its turn, runs the plan in force, yields what happens as it happens (all but the
 * result, which is what it returns), and keeps it. What was said is on disk before anything runs. Aborting `signal`, or
 * leaving the loop, ends the turn and not the chat. Refuses (throws) when there is no turn to be had: `bad-text`,
 * `chat-ended`, `chat-live`, `bad-chat`; a turn that began never throws but for a disk that takes no more.
 */
export async function* runTurn(
  folder: ChatFolder,
  text: string,
  io: TurnIo,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, RunResult> {
  checkText(text);
  const run = `t-${timeId(io.now(), io.random)}`;
  const since = io.now().toISOString();
  const lock = await takeTurn(folder, { kind: "turn", pid: process.pid, run, since }, signal);
  try {
    const turn = beginTurn(folder, run, text, io);
    const result = yield* carryOut(turn, signal);
    endTurn(turn, result);
    return result;
  } finally {
    lock.release();
  }
}

/** A turn on its way. */
interface Turn {
  folder: ChatFolder;
  io: TurnIo;
  chat: Chat;
  frozen: ChatPlan;
  job: Job;
  keep(said: Said): void;
}

function checkText(text: string): void {
  if (text.trim() === "") throw new WgError("bad-text", "nothing was said", { hint: "give a text" });
  if (text.length <= maxText) return;
  throw new WgError("bad-text", `that is ${text.length} characters, the limit is ${maxText}`, {
    hint: "put it into a file and name the file",
  });
}

/** Keeps what is said, then makes the plan of the turn. */
function beginTurn(folder: ChatFolder, run: string, text: string, io: TurnIo): Turn {
  const before = readChat(folder);
  if (before.status === "ended") throw chatEnded(before);
  const frozen = readPlan(folder, before);
  mendTranscript(folder);
  const entries = readTranscript(folder);
  const number = before.turns + 1;
  const chat: Chat = {
    ...before,
    title: before.title || cut(text.trim().replace(/\s+/g, " "), maxTitle),
    turns: number,
    lastTurnAt: io.now().toISOString(),
  };
  const place = path.join(folder.turns, String(number));
  fs.mkdirSync(place, { recursive: true, mode: 0o700 });
  fs.mkdirSync(folder.bin, { recursive: true, mode: 0o700 });
  writeOwnWg(folder.bin, io.program);
  writeChat(folder, chat);
  const keep = (said: Said) => appendEntry(folder, { at: io.now().toISOString(), turn: number, ...said });
  keep({ kind: "user", text });
  const { prompt, resume } = carryOver(sessionFor(chat, frozen), entries, text);
  const plan: Plan = {
    ...frozen,
    run,
    task: "",
    role: "chat",
    attempt: number,
    chat: chat.id,
    prompt,
    ...(resume !== undefined && { resume }),
  };
  const preamble = preambleOf(plan.project);
  const job = {
    plan,
    env: turnEnvironment(plan, folder.bin, io.env),
    folder: place,
    sessions: folder.sessions,
    ...(preamble !== undefined && { preamble }),
    ...(io.onText && { onText: io.onText }),
  };
  return { folder, io, chat, frozen, job, keep };
}

/** That a chat takes no more turns. */
export function chatEnded({ id }: Chat): WgError {
  return new WgError("chat-ended", `chat ${id} has ended`, { hint: "open another with: wg chat new" });
}

async function* carryOut(turn: Turn, signal: AbortSignal): AsyncGenerator<RunEvent, RunResult> {
  const { job, keep } = turn;
  const { plan } = job;
  const stop = new AbortController();
  const clock = watch(plan, stop, signal);
  const told = job.onText;
  const onText = (piece: string) => {
    clock.heard();
    told?.(piece);
  };
  try {
    const handler = await handlerFor(plan.route.handler);
    const seen: SeenModel = {};
    for await (const event of handler.run({ ...job, ...(told && { onText }) }, stop.signal)) {
      if (event.kind === "result") return judged(plan, event.result);
      clock.heard();
      const said = saidIn(event);
      if (said !== undefined) keep(said);
      yield event;
      if (event.kind === "session") rememberSession(turn, event.sessionId);
      const message = event.kind === "model" ? newMismatch(plan, seen, event) : undefined;
      if (message === undefined) continue;
      if (plan.onModelMismatch === "fail") {
        stop.abort({ outcome: "failed", failure: { class: "model-mismatch", message } });
        continue;
      }
      keep({ kind: "warning", message });
      yield { kind: "warning", message };
    }
    throw new Error(`the ${plan.route.handler} handler ended without a result`);
  } finally {
    clock.end();
  }
}

/** Stops a turn that is interrupted, too long or too silent. */
function watch(plan: Plan, stop: AbortController, signal: AbortSignal): { heard(): void; end(): void } {
  const startedMs = performance.now();
  let silentSinceMs = startedMs;
  const onAbort = () => stop.abort(interrupted);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  const timer = setInterval(() => {
    const due = stopDue(plan.limits, { nowMs: performance.now(), startedMs, silentSinceMs });
    if (due !== undefined) stop.abort(due);
  }, beatMs);
  return {
    heard: () => {
      silentSinceMs = performance.now();
    },
    end: () => {
      clearInterval(timer);
      signal.removeEventListener("abort", onAbort);
    },
  };
}

const interrupted: StopReason = {
  outcome: "cancelled",
  failure: { class: "killed", message: "interrupted" },
};

/** How a model that is seen for the first time differs from the planned one. */
function newMismatch(plan: Plan, seen: SeenModel, event: SeenModel): string | undefined {
  if (event.resolved !== undefined) seen.resolved = event.resolved;
  return mismatchOf(plan, { ...seen, ...event });
}

/** A handler's word against the models it was served. */
function judged(plan: Plan, result: RunResult): RunResult {
  if (result.outcome !== "done" || plan.onModelMismatch !== "fail") return result;
  const resolved = result.resolvedModel === undefined ? {} : { resolved: result.resolvedModel };
  const seen: SeenModel[] = [resolved, ...result.servedModels.map((served) => ({ ...resolved, served }))];
  const message = seen.map((each) => mismatchOf(plan, each)).find((text) => text !== undefined);
  if (message === undefined) return result;
  return { ...result, outcome: "failed", failure: { class: "model-mismatch", message } };
}

function saidIn(event: RunEvent): Said | undefined {
  switch (event.kind) {
    case "text":
      return { kind: "text", text: event.text };
    case "tool":
      return { kind: "tool", name: event.name, input: cut(event.input, maxToolText) };
    case "tool-result":
      return { kind: "tool-result", ok: event.ok, output: cut(event.output, maxToolText) };
    case "warning":
      return { kind: "warning", message: event.message };
    default:
      return undefined;
  }
}

/** At once, so that a turn that is killed can be gone on with; until it is done, what was said in it is told again. */
function rememberSession(turn: Turn, sessionId: string): void {
  turn.chat = withSession(turn, sessionId, sessionFor(turn.chat, turn.frozen)?.knows ?? 0);
  writeChat(turn.folder, turn.chat);
}

function endTurn(turn: Turn, result: RunResult): void {
  const { folder, chat, job, keep } = turn;
  const { profile, revision, route, server } = pinOf(chat);
  keep({
    kind: "result",
    run: job.plan.run,
    on: { profile, revision, route, ...(server !== undefined && { server }) },
    result,
  });
  if (result.outcome !== "done" || result.sessionId === undefined) return;
  writeChat(folder, withSession(turn, result.sessionId, chat.turns));
}

function withSession({ chat, frozen }: Turn, id: string, knows: number): Chat {
  const { route, endpoint } = frozen;
  const others = chat.sessions.filter((session) => session !== sessionFor(chat, frozen));
  const session = {
    handler: route.handler,
    id,
    ...(endpoint && { server: endpoint.url }),
    knows,
  };
  return { ...chat, sessions: [...others, session] };
}
