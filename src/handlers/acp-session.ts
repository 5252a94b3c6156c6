// One turn with an ACP agent: initialize, open a session, choose mode and model, prompt, and answer what it asks.
import { objectIn } from "../base/jsonl.ts";
import { version } from "../base/version.ts";
import type { Plan } from "../graph/plan.ts";
import type { Failure } from "../graph/result.ts";
import { type Choices, choicesIn, modeFor, modelFor } from "./acp-choice.ts";
import { stopFailure } from "./acp-failure.ts";
import { verdictOn } from "./acp-permission.ts";
import { type AcpTalk, type AcpWire, startTalk } from "./acp-talk.ts";
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

/** The way to the agent, and what goes with it. */
export interface AcpLink extends AcpWire {
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

interface Session {
  plan: AcpPlan;
  link: AcpLink;
  preamble: string | undefined;
  startedMs: number;
  talk: AcpTalk;
  sessionId?: string;
  /** The model in force, in the words of the plan where it is the planned one. */
  model?: string;
  turn: AcpTurn;
  isPrompting: boolean;
  isCancelled: boolean;
}

/** Talks to an agent on a plan; the first word is said when this is called. `preamble` is said first in a new session. */
export function acpReader(plan: AcpPlan, link: AcpLink, preamble?: string): AcpReader {
  const session: Session = {
    plan,
    link,
    preamble,
    startedMs: link.nowMs(),
    talk: startTalk(link),
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
  session.talk.ask("initialize", params, (told) => {
    const spoken = numberOf(told["protocolVersion"]);
    if (spoken === protocolVersion) return openSession(session, fieldsOf(told["agentCapabilities"]));
    return session.talk.close(
      failure("spawn", `the agent speaks version ${spoken} of ACP, and wg version ${protocolVersion}`),
    );
  });
}

function openSession(session: Session, capabilities: Fields): RunEvent[] {
  const { talk, plan } = session;
  const { cwd, resume } = plan;
  const params = { cwd, mcpServers: [] };
  if (resume === undefined) {
    return talk.ask("session/new", params, (told) => opened(session, textOf(told["sessionId"]), told));
  }
  const canResume = fieldsOf(capabilities["sessionCapabilities"])["resume"];
  const method = canResume ? "session/resume" : capabilities["loadSession"] === true && "session/load";
  if (!method) return talk.close(failure("spawn", "the agent cannot go on with an earlier session"));
  // What it tells before it answers is the conversation so far, once more.
  return talk.ask(method, { ...params, sessionId: resume }, (told) => opened(session, resume, told));
}

function opened(session: Session, sessionId: string | undefined, told: Fields): RunEvent[] {
  if (sessionId === undefined) {
    return session.talk.close(failure("spawn", "the agent opened a session without an id"));
  }
  session.sessionId = sessionId;
  return [{ kind: "session", sessionId }, ...setMode(session, told)];
}

/** Puts the agent into a mode that the plan's permissions can be kept in. */
function setMode(session: Session, told: Fields): RunEvent[] {
  const { talk, plan, sessionId } = session;
  const choices = choicesIn(told, "mode");
  const mode = modeFor(choices?.options ?? [], plan.permissions);
  if (mode === undefined || choices === undefined) return withoutMode(session, told);
  if (mode === choices.current) return setModel(session, told);
  const params = { sessionId, ...choices.parameters(mode) };
  return talk.ask(choices.method, params, () => setModel(session, told));
}

function withoutMode(session: Session, told: Fields): RunEvent[] {
  const { permissions, resume } = session.plan;
  const what = "the agent has no mode in which it asks before it acts";
  if (permissions === "read-only") {
    return session.talk.close(failure("spawn", `${what}, so read-only cannot be kept`));
  }
  // Once a session: a chat has many turns.
  const isNews = permissions !== "full" && resume === undefined;
  const warning: RunEvent = { kind: "warning", message: `${what}: what it may do is its own choice` };
  return [...(isNews ? [warning] : []), ...setModel(session, told)];
}

function setModel(session: Session, told: Fields): RunEvent[] {
  const { talk, plan, sessionId } = session;
  const wanted = plan.route.model;
  const choices = choicesIn(told, "model");
  if (wanted === "") return [...tellModel(session, choices?.current), ...begin(session)];
  if (choices === undefined) {
    const problem = `the agent does not let its model be chosen, so it cannot be told to run ${wanted}`;
    return talk.close(failure("spawn", problem));
  }
  const model = modelFor(choices.options, wanted);
  if (model === undefined) return talk.close(failure("bad-request", noModelText(wanted, choices)));
  if (model === choices.current) return [...tellModel(session, wanted), ...begin(session)];
  const params = { sessionId, ...choices.parameters(model) };
  return talk.ask(choices.method, params, (answer) => {
    const after = choicesIn(answer, "model")?.current ?? model;
    return [...tellModel(session, after === model ? wanted : after), ...begin(session)];
  });
}

function noModelText(wanted: string, { options }: Choices): string {
  const names = options.slice(0, 10).map(({ value }) => value);
  const more = options.length > names.length ? ", ..." : "";
  return `the agent has no model ${JSON.stringify(wanted)}\nhint: it has ${names.join(", ")}${more}`;
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
  const { talk, turn, sessionId } = session;
  const blocks = texts.map((text) => ({ type: "text", text }));
  return talk.ask("session/prompt", { sessionId, prompt: blocks }, (told) => {
    session.isPrompting = false;
    return [...endTurn(turn, told), ...afterTurn(session, told)];
  });
}

/** An agent that is done hears first what was said to it meanwhile. */
function afterTurn(session: Session, told: Fields): RunEvent[] {
  const { link, talk, turn, isCancelled } = session;
  const problem = stopFailure(textOf(told["stopReason"]), turn.stuckAt);
  const word = problem === undefined && !isCancelled ? link.take?.() : undefined;
  return word === undefined ? talk.close(problem) : prompt(session, [word]);
}

function readMessage(session: Session, message: Fields): RunEvent[] {
  const method = textOf(message["method"]);
  const { id } = message;
  const params = fieldsOf(message["params"]);
  if (method === undefined) {
    return session.talk.takeAnswer(message, () => {
      session.isPrompting = false;
      return flushText(session.turn);
    });
  }
  if (typeof id === "string" || typeof id === "number") return readRequest(session, id, method, params);
  if (method !== "session/update" || !session.isPrompting) return [];
  const update = fieldsOf(params["update"]);
  if (update["sessionUpdate"] === "config_option_update") return readOptions(session, update);
  return readUpdate(session.turn, update);
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
  const { talk, plan, turn } = session;
  if (method !== "session/request_permission") {
    talk.reply(id, { error: { code: -32601, message: `wg has no ${method}` } });
    return [];
  }
  const call = toldTool(turn, fieldsOf(params["toolCall"]));
  const verdict = verdictOn(call, listOf(params["options"]).map(fieldsOf), plan);
  const isOver = session.isCancelled || session.talk.closed !== undefined;
  const choice = isOver ? undefined : verdict.optionId;
  const outcome = choice === undefined ? { outcome: "cancelled" } : { outcome: "selected", optionId: choice };
  talk.reply(id, { result: { outcome } });
  const told = [...flushText(turn), ...call.events];
  if (verdict.denied === undefined || isOver) return told;
  turn.denials += 1;
  turn.stuckAt = verdict.denied;
  return [...told, { kind: "warning", message: verdict.denied }];
}

function cancel(session: Session): boolean {
  if (!session.isPrompting || session.isCancelled) return false;
  session.isCancelled = true;
  session.talk.notify("session/cancel", { sessionId: session.sessionId });
  return true;
}

function patience({
  link,
  plan,
  talk: { closed },
  isPrompting,
  startedMs,
}: Session): ReturnType<Reader["patience"]> {
  const leftMs = (sinceMs: number, ms: number) => Math.max(0, sinceMs + ms - link.nowMs());
  if (closed) return { ms: leftMs(closed.atMs, closingMs) };
  if (isPrompting) return undefined;
  const limitMs = Math.min(openingMs, plan.limits.hangAfterMs);
  const problem = `the agent was not ready within ${Math.round(limitMs / 1000)} s; does the command start one that speaks ACP?`;
  return { ms: leftMs(startedMs, limitMs), failure: failure("spawn", problem) };
}

function endFailure(session: Session, { exitCode, signal }: Ended, stderr: string): Failure | undefined {
  const { sessionId, link } = session;
  const { closed } = session.talk;
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
