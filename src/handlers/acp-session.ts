// One turn with an ACP agent: initialize, open a session, choose mode and model, prompt, and answer what it asks.
import { objectIn } from "../base/jsonl.ts";
import { version } from "../base/version.ts";
import type { Plan } from "../graph/plan.ts";
import type { Failure } from "../graph/result.ts";
import { choicesIn, modeFor, modelFor } from "./acp-choice.ts";
import { acpFailure, stopFailure } from "./acp-failure.ts";
import { verdictOn } from "./acp-permission.ts";
import {
  type AcpTurn,
  endTurn,
  flushText,
  readUpdate,
  startTurn,
  toldTool,
  turnReport,
} from "./acp-updates.ts";
import type { Ended } from "./child.ts";
import { failure } from "./failure.ts";
import { type Fields, fieldsOf, listOf, numberOf, textOf } from "./fields.ts";
import type { RunEvent } from "./handler.ts";
import type { Reader } from "./run-child.ts";

/** The version of the protocol that this is written for. */
const protocolVersion = 1;
/** An agent may have to be downloaded first (`npx`), but what says nothing for this long is none. */
const openingMs = 120_000;
/** How long an agent may take to end when its work is done and its input closed. */
const closingMs = 3000;

/** The way to the agent, and what goes with it. `send` is false when the agent has left too much unread. */
export interface AcpLink {
  send(line: string): boolean;
  end(): void;
  nowMs(): number;
  redact(text: string): string;
  onText?(piece?: string): void;
  /** What people have said since. */
  take?(): string | undefined;
}

export interface AcpReader extends Reader {
  /** Cancels the prompt; false when there is none under way. */
  askToStop(): boolean;
}

type AcpPlan = Pick<Plan, "cwd" | "route" | "permissions" | "limits" | "prompt" | "resume">;

type Then = (result: Fields) => RunEvent[];

interface Session {
  plan: AcpPlan;
  link: AcpLink;
  preamble: string | undefined;
  startedMs: number;
  lastId: number;
  /** What was asked and not answered yet. */
  pending: Map<number, { method: string; then: Then }>;
  sessionId?: string;
  /** The model in force, in the words of the plan where it is the planned one. */
  model?: string;
  turn: AcpTurn;
  isPrompting: boolean;
  isCancelled: boolean;
  /** Once nothing more is to be said: when, and why it did not get there. */
  closed?: { atMs: number; failure?: Failure };
}

/** Talks to an agent on a plan; the first word is said when this is called. `preamble` is said first in a new session. */
export function acpReader(plan: AcpPlan, link: AcpLink, preamble?: string): AcpReader {
  const session: Session = {
    plan,
    link,
    preamble,
    startedMs: link.nowMs(),
    lastId: 0,
    pending: new Map(),
    turn: startTurn(link),
    isPrompting: false,
    isCancelled: false,
  };
  initialize(session);
  return {
    read: (line) => {
      const message = objectIn(line);
      return message === undefined ? [] : readMessage(session, message);
    },
    hopeless: () => undefined,
    patience: () => patience(session),
    failure: (ended, stderr) => endFailure(session, ended, stderr),
    report: async () => turnReport(session.turn, { ...session, isResumed: plan.resume !== undefined }),
    askToStop: () => cancel(session),
  };
}

function initialize(session: Session): void {
  const params = {
    protocolVersion,
    // An agent works on files and starts commands by itself, as it does without wg: docs/decisions/0023.
    clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false },
    clientInfo: { name: "wg", title: "wg", version },
  };
  ask(session, "initialize", params, (told) => {
    const spoken = numberOf(told["protocolVersion"]);
    if (spoken === protocolVersion) return openSession(session, fieldsOf(told["agentCapabilities"]));
    return close(
      session,
      failure("spawn", `the agent speaks version ${spoken} of ACP, and wg version ${protocolVersion}`),
    );
  });
}

function openSession(session: Session, capabilities: Fields): RunEvent[] {
  const { cwd, resume } = session.plan;
  const params = { cwd, mcpServers: [] };
  if (resume === undefined) {
    ask(session, "session/new", params, (told) => opened(session, textOf(told["sessionId"]), told));
    return [];
  }
  const canResume = fieldsOf(capabilities["sessionCapabilities"])["resume"];
  const method = canResume ? "session/resume" : capabilities["loadSession"] === true && "session/load";
  if (!method) {
    return close(session, failure("spawn", "the agent cannot go on with an earlier session"));
  }
  // What it tells before it answers is the conversation so far, once more.
  ask(session, method, { ...params, sessionId: resume }, (told) => opened(session, resume, told));
  return [];
}

function opened(session: Session, sessionId: string | undefined, told: Fields): RunEvent[] {
  if (sessionId === undefined)
    return close(session, failure("spawn", "the agent opened a session without an id"));
  session.sessionId = sessionId;
  return [{ kind: "session", sessionId }, ...setMode(session, told)];
}

/** Puts the agent into a mode that the plan's permissions can be kept in. */
function setMode(session: Session, told: Fields): RunEvent[] {
  const { permissions, resume } = session.plan;
  const choices = choicesIn(told, "mode");
  const mode = modeFor(choices?.options ?? [], permissions);
  if (mode === undefined || choices === undefined) {
    if (permissions === "read-only") {
      return close(
        session,
        failure(
          "spawn",
          "the agent has no mode in which it asks before it acts, so read-only cannot be kept",
        ),
      );
    }
    const warning = "the agent has no mode in which it asks before it acts: what it may do is its own choice";
    // Once a session: a chat has many turns.
    const isNews = permissions !== "full" && resume === undefined;
    return [...(isNews ? [{ kind: "warning" as const, message: warning }] : []), ...setModel(session, told)];
  }
  if (mode === choices.current) return setModel(session, told);
  const params = { sessionId: session.sessionId, ...choices.parameters(mode) };
  ask(session, choices.method, params, () => setModel(session, told));
  return [];
}

function setModel(session: Session, told: Fields): RunEvent[] {
  const { model: wanted } = session.plan.route;
  const choices = choicesIn(told, "model");
  if (wanted === "") return [...tellModel(session, choices?.current), ...begin(session)];
  if (choices === undefined) {
    const problem = `the agent does not let its model be chosen, so it cannot be told to run ${wanted}`;
    return close(session, failure("spawn", problem));
  }
  const model = modelFor(choices.options, wanted);
  if (model === undefined) {
    const names = choices.options.slice(0, 10).map(({ value }) => value);
    const more = choices.options.length > names.length ? ", ..." : "";
    const problem = `the agent has no model ${JSON.stringify(wanted)}\nhint: it has ${names.join(", ")}${more}`;
    return close(session, failure("bad-request", problem));
  }
  if (model === choices.current) return [...tellModel(session, wanted), ...begin(session)];
  const params = { sessionId: session.sessionId, ...choices.parameters(model) };
  ask(session, choices.method, params, (answer) => {
    const after = choicesIn(answer, "model")?.current ?? model;
    return [...tellModel(session, after === model ? wanted : after), ...begin(session)];
  });
  return [];
}

function tellModel(session: Session, resolved: string | undefined): RunEvent[] {
  if (resolved === undefined || resolved === session.model) return [];
  session.model = resolved;
  return [{ kind: "model", resolved }];
}

function begin(session: Session): RunEvent[] {
  const { plan, preamble } = session;
  // The protocol has no place for it but the first prompt, and a session that is gone on with has heard it.
  const isFirst = preamble !== undefined && plan.resume === undefined;
  return prompt(session, isFirst ? [preamble, plan.prompt] : [plan.prompt]);
}

function prompt(session: Session, texts: readonly string[]): RunEvent[] {
  session.isPrompting = true;
  const blocks = texts.map((text) => ({ type: "text", text }));
  ask(session, "session/prompt", { sessionId: session.sessionId, prompt: blocks }, (told) => {
    session.isPrompting = false;
    return [...endTurn(session.turn, told), ...afterTurn(session, told)];
  });
  return [];
}

/** An agent that is done hears first what was said to it meanwhile. */
function afterTurn(session: Session, told: Fields): RunEvent[] {
  const { link, turn, isCancelled } = session;
  const problem = stopFailure(textOf(told["stopReason"]), turn.stuckAt);
  const word = problem === undefined && !isCancelled ? link.take?.() : undefined;
  return word === undefined ? close(session, problem) : prompt(session, [word]);
}

function readMessage(session: Session, message: Fields): RunEvent[] {
  const method = textOf(message["method"]);
  const { id } = message;
  const params = fieldsOf(message["params"]);
  if (method === undefined) return readAnswer(session, message);
  if (typeof id === "string" || typeof id === "number") return readRequest(session, id, method, params);
  if (method !== "session/update" || !session.isPrompting) return [];
  const update = fieldsOf(params["update"]);
  if (update["sessionUpdate"] === "config_option_update") return readOptions(session, update);
  return readUpdate(session.turn, update);
}

function readAnswer(session: Session, message: Fields): RunEvent[] {
  const id = numberOf(message["id"]);
  const asked = id === undefined ? undefined : session.pending.get(id);
  if (id === undefined || asked === undefined || session.closed) return [];
  session.pending.delete(id);
  if (message["error"] === undefined) return asked.then(fieldsOf(message["result"]));
  const problem = acpFailure(fieldsOf(message["error"]), asked.method);
  session.isPrompting = false;
  return [...flushText(session.turn), ...close(session, problem)];
}

/** An agent may change its model while it works, and then says so. */
function readOptions(session: Session, update: Fields): RunEvent[] {
  const choices = choicesIn(update, "model");
  if (choices === undefined) return [];
  const { model: wanted } = session.plan.route;
  const planned = wanted === "" ? undefined : modelFor(choices.options, wanted);
  return tellModel(session, planned === choices.current ? wanted : choices.current);
}

function readRequest(session: Session, id: string | number, method: string, params: Fields): RunEvent[] {
  if (method !== "session/request_permission") {
    send(session, { id, error: { code: -32601, message: `wg has no ${method}` } });
    return [];
  }
  const { plan, turn } = session;
  const call = toldTool(turn, fieldsOf(params["toolCall"]));
  const verdict = verdictOn(call, listOf(params["options"]).map(fieldsOf), plan);
  const isOver = session.isCancelled || session.closed !== undefined;
  const choice = isOver ? undefined : verdict.optionId;
  const outcome = choice === undefined ? { outcome: "cancelled" } : { outcome: "selected", optionId: choice };
  send(session, { id, result: { outcome } });
  const told = [...flushText(turn), ...call.events];
  if (verdict.denied === undefined || isOver) return told;
  turn.denials += 1;
  turn.stuckAt = verdict.denied;
  return [...told, { kind: "warning", message: verdict.denied }];
}

function cancel(session: Session): boolean {
  if (!session.isPrompting || session.isCancelled) return false;
  session.isCancelled = true;
  send(session, { method: "session/cancel", params: { sessionId: session.sessionId } });
  return true;
}

function ask(session: Session, method: string, params: Fields, then: Then): void {
  session.lastId += 1;
  session.pending.set(session.lastId, { method, then });
  send(session, { id: session.lastId, method, params });
}

function send(session: Session, message: Fields): void {
  if (session.closed) return;
  if (session.link.send(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`)) return;
  close(session, failure("agent", "the agent does not read what it is told"));
}

/** Says no more: an agent ends when its input does. */
function close(session: Session, problem: Failure | undefined): RunEvent[] {
  session.closed ??= { atMs: session.link.nowMs(), ...(problem && { failure: problem }) };
  session.link.end();
  return [];
}

function patience({ link, plan, closed, isPrompting, startedMs }: Session): ReturnType<Reader["patience"]> {
  const leftMs = (sinceMs: number, ms: number) => Math.max(0, sinceMs + ms - link.nowMs());
  if (closed) return { ms: leftMs(closed.atMs, closingMs) };
  if (isPrompting) return undefined;
  const limitMs = Math.min(openingMs, plan.limits.hangAfterMs);
  const problem = `the agent was not ready within ${Math.round(limitMs / 1000)} s; does the command start one that speaks ACP?`;
  return { ms: leftMs(startedMs, limitMs), failure: failure("spawn", problem) };
}

function endFailure(session: Session, { exitCode, signal }: Ended, stderr: string): Failure | undefined {
  const { closed, sessionId, link } = session;
  const words = stderr.slice(-600).trim();
  const tail = words === "" ? "" : `\n${words}`;
  if (closed?.failure) return closed.failure;
  if (closed === undefined) {
    if (signal !== undefined) return failure("killed", `the agent was ended by ${signal}`);
    const what = sessionId === undefined ? "did not open a session" : "ended in the middle of its turn";
    return failure(
      sessionId === undefined ? "spawn" : "agent",
      `the agent ${what} (exit code ${exitCode})${tail}`,
    );
  }
  // How it ends when it has to be made to says nothing about its work.
  const wasMade = link.nowMs() >= closed.atMs + closingMs;
  if (exitCode === 0 || wasMade || signal !== undefined) return undefined;
  return failure("agent", `the agent said it was done, but ended with exit code ${exitCode}${tail}`);
}
