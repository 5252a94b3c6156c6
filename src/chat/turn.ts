// One turn of a chat: what the person says goes to the plan's handler, and all that comes back is kept.
import * as fs from "node:fs";
import * as path from "node:path";
import { WgError } from "../base/error.ts";
import { writeText } from "../base/file.ts";
import type { Env } from "../base/home.ts";
import { timeId } from "../base/time-id.ts";
import type { Plan } from "../graph/plan.ts";
import type { RunResult } from "../graph/result.ts";
import type { Job, RunEvent } from "../handlers/handler.ts";
import { type Program, writeOwnWg } from "../handlers/own-wg.ts";
import { answerTo } from "./answer.ts";
import { keeperOf, promptAfter, sessionFor, unheard } from "./carry.ts";
import { type Chat, type ChatPlan, ranOn, titleOf, writeChat } from "./chat.ts";
import { type Entered, enterChat } from "./enter.ts";
import { preambleOf, turnEnvironment } from "./environment.ts";
import type { ChatFolder } from "./folder.ts";
import { messagesText, newMessages } from "./message.ts";
import { goingOn, turnPlanFile } from "./session.ts";
import { appendEntry, cutTool, type RanOn, readTranscript, type Said } from "./transcript.ts";

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

/** What came of a turn; `turn` is its number in the chat. */
export interface Turned {
  turn: number;
  on: RanOn;
  result: RunResult;
}

/** The longest thing that can be said at once, in characters. */
const maxText = 1_000_000;

/**
 * Says `text` in a chat: waits for its turn, runs the plan in force, yields what happens as it happens (all but the
 * result, which is in what it returns), and keeps it. What was said is on disk before anything runs. Aborting `signal`, or
 * leaving the loop, ends the turn and not the chat. Refuses (throws) when there is no turn to be had: `bad-text`,
 * `chat-ended`, `chat-live`, `bad-chat`; a turn that began never throws but for a disk that takes no more.
 */
export async function* runTurn(
  folder: ChatFolder,
  text: string,
  io: TurnIo,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, Turned> {
  checkText(text);
  const run = turnId(io);
  const holder = { kind: "turn", pid: process.pid, run, since: io.now().toISOString() } as const;
  const entered = await enterChat(folder, holder, io.env, signal);
  try {
    const turn = await beginTurn(folder, entered, run, text, io);
    if (turn.warning !== undefined) yield told(turn, turn.warning);
    const heard = (event: RunEvent) => take(turn, event);
    let result = yield* answerTo(turn.job, heard, signal);
    if (isSessionGone(turn, result)) {
      yield told(
        turn,
        `${turn.job.plan.resume} is no session of the agent any more; what was said is told again`,
      );
      beginAfresh(turn, text);
      result = yield* answerTo(turn.job, heard, signal);
    }
    endTurn(turn, result);
    return { turn: turn.chat.turns, on: ranOn(turn.chat), result };
  } finally {
    entered.leave();
  }
}

/** What the processes of a turn are marked with. */
export function turnId({ now, random }: Pick<TurnIo, "now" | "random">): string {
  return `t-${timeId(now(), random)}`;
}

/** A turn on its way. */
interface Turn {
  folder: ChatFolder;
  chat: Chat;
  frozen: ChatPlan;
  job: Job;
  warning?: string;
  /** What was left for the agent, as it is told. */
  messages: string | undefined;
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
async function beginTurn(
  folder: ChatFolder,
  { chat: before, plan: frozen }: Entered,
  run: string,
  text: string,
  io: TurnIo,
): Promise<Turn> {
  checkOpen(before);
  const { session, before: carried, warning } = await goingOn(folder, before, frozen, io.env);
  const number = before.turns + 1;
  const left = newMessages(folder, readTranscript(folder));
  const messages = messagesText(left);
  const plan = planOfTurn(frozen, {
    run,
    attempt: number,
    chat: before.id,
    prompt: promptAfter(carried, messages, text),
    ...(session !== undefined && { resume: session.id }),
  });
  const place = path.join(folder.turns, String(number));
  for (const made of [place, folder.bin]) fs.mkdirSync(made, { recursive: true, mode: 0o700 });
  writeText(turnPlanFile(folder, number), `${JSON.stringify(plan)}\n`);
  writeOwnWg(folder.bin, io.program);
  const chat: Chat = {
    ...before,
    title: before.title || titleOf(text),
    turns: number,
    lastTurnAt: io.now().toISOString(),
  };
  writeChat(folder, chat);
  const keep = (said: Said) => appendEntry(folder, { at: io.now().toISOString(), turn: number, ...said });
  for (const { at: _, ...message } of left) keep({ kind: "message", ...message });
  keep({ kind: "user", text });
  const preamble = preambleOf(plan);
  const job = {
    plan,
    env: turnEnvironment(plan, folder.bin, io.env),
    folder: place,
    sessions: folder.sessions,
    ...(preamble !== undefined && { preamble }),
    ...(io.onText && { onText: io.onText }),
  };
  return { folder, chat, frozen, job, ...(warning !== undefined && { warning }), messages, keep };
}

/** The whole plan of one turn, made of the chat's. */
export function planOfTurn(
  frozen: ChatPlan,
  own: Pick<Plan, "run" | "attempt" | "prompt" | "resume"> & { chat: string },
): Plan {
  return { ...frozen, task: "", role: "chat", ...own };
}

/** Refuses with `chat-ended` for a chat that takes no more turns. */
export function checkOpen({ id, status }: Chat): void {
  if (status === "open") return;
  throw new WgError("chat-ended", `chat ${id} has ended`, { hint: "open another with: wg chat new" });
}

/** A warning, kept and passed on. */
function told({ keep }: Turn, message: string): RunEvent {
  keep({ kind: "warning", message });
  return { kind: "warning", message };
}

/** Keeps what an event says, and the session it tells of at once, so that a turn that is killed can be gone on with. */
function take(turn: Turn, event: RunEvent): void {
  const said = saidIn(event);
  if (said !== undefined) turn.keep(said);
  if (event.kind !== "session") return;
  turn.chat = withSession(turn, event.sessionId, turn.job.plan.resume === undefined ? [] : undefined);
  writeChat(turn.folder, turn.chat);
}

function saidIn(event: RunEvent): Said | undefined {
  switch (event.kind) {
    case "text":
      return { kind: "text", text: event.text };
    case "tool":
      return cutTool({ kind: "tool", name: event.name, input: event.input });
    case "tool-result":
      return cutTool({ kind: "tool-result", ok: event.ok, output: event.output });
    case "warning":
      return { kind: "warning", message: event.message };
    default:
      return undefined;
  }
}

/** Whether an ACP agent has turned down the session it was to go on with: whether it has it, only it can say. */
function isSessionGone({ job }: Turn, { failure, sessionId, exitCode, signal }: RunResult): boolean {
  const { route, resume } = job.plan;
  const hasRun = exitCode !== undefined || signal !== undefined;
  return (
    route.handler === "acp" &&
    resume !== undefined &&
    sessionId === undefined &&
    failure?.class === "spawn" &&
    hasRun
  );
}

/** Makes the turn one without a session, in which all that was said before is told. */
function beginAfresh(turn: Turn, text: string): void {
  const { folder, chat, frozen, job } = turn;
  const earlier = readTranscript(folder).filter((entry) => entry.turn < chat.turns);
  const { resume: _, ...plan } = job.plan;
  turn.job = {
    ...job,
    plan: { ...plan, prompt: promptAfter(unheard(undefined, earlier), turn.messages, text) },
  };
  writeText(turnPlanFile(folder, chat.turns), `${JSON.stringify(turn.job.plan)}\n`);
  const gone = sessionFor(chat, frozen);
  turn.chat = { ...chat, sessions: chat.sessions.filter((each) => each !== gone) };
  writeChat(folder, turn.chat);
}

function endTurn(turn: Turn, result: RunResult): void {
  const { folder, chat, job, keep } = turn;
  keep({ kind: "result", run: job.plan.run, on: ranOn(chat), result });
  if (result.outcome !== "done" || result.sessionId === undefined) return;
  // What it did not know it was told.
  const all = Array.from({ length: chat.turns }, (_, index) => index + 1);
  writeChat(folder, withSession(turn, result.sessionId, all));
}

/** The chat with the session of this turn's plan; it knows these turns, or as many as it did. */
function withSession({ chat, frozen }: Turn, id: string, knows: number[] | undefined): Chat {
  const known = sessionFor(chat, frozen);
  const server = keeperOf(frozen);
  const session = {
    handler: frozen.route.handler,
    id,
    ...(server !== undefined && { server }),
    knows: knows ?? known?.knows ?? [],
  };
  return { ...chat, sessions: [...chat.sessions.filter((each) => each !== known), session] };
}
