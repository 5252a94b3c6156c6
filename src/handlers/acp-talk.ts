// JSON-RPC with an agent, from our side: what was asked and not answered yet, what is said, and when nothing more is.
import type { Failure } from "../graph/result.ts";
import { acpFailure } from "./acp-failure.ts";
import { failure } from "./failure.ts";
import { type Fields, fieldsOf, numberOf } from "./fields.ts";
import type { RunEvent } from "./handler.ts";

/** The way to the agent's stdin. `send` is false when the agent has left too much unread. */
export interface AcpWire {
  send(line: string): boolean;
  end(): void;
  nowMs(): number;
}

/** What an answer is taken by; what it tells are events. */
type Then = (result: Fields) => RunEvent[];

/** One conversation with an agent. */
export interface AcpTalk {
  ask(method: string, params: Fields, then: Then): RunEvent[];
  notify(method: string, params: Fields): void;
  /** Answers what the agent has asked: `{ result }` or `{ error }`. */
  reply(id: string | number, answer: Fields): void;
  /** Takes a message without a method: an answer. `onError` is called before the talk ends with one that is an error. */
  takeAnswer(message: Fields, onError: () => RunEvent[]): RunEvent[];
  /** Says no more, and why it did not get there: an agent ends when its input does. */
  close(problem: Failure | undefined): RunEvent[];
  /** Once nothing more is said. */
  readonly closed: { atMs: number; failure?: Failure } | undefined;
}

/** Begins to talk over a wire. */
export function startTalk(wire: AcpWire): AcpTalk {
  const pending = new Map<number, { method: string; then: Then }>();
  let lastId = 0;
  let closed: AcpTalk["closed"];

  const close = (problem: Failure | undefined): RunEvent[] => {
    closed ??= { atMs: wire.nowMs(), ...(problem && { failure: problem }) };
    wire.end();
    return [];
  };
  const send = (message: Fields) => {
    if (closed) return;
    if (wire.send(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`)) return;
    close(failure("agent", "the agent does not read what it is told"));
  };
  return {
    ask(method, params, then) {
      lastId += 1;
      pending.set(lastId, { method, then });
      send({ id: lastId, method, params });
      return [];
    },
    notify: (method, params) => send({ method, params }),
    reply: (id, answer) => send({ id, ...answer }),
    takeAnswer(message, onError) {
      const id = numberOf(message["id"]);
      const asked = id === undefined ? undefined : pending.get(id);
      if (id === undefined || asked === undefined || closed) return [];
      pending.delete(id);
      if (message["error"] === undefined) return asked.then(fieldsOf(message["result"]));
      const told = onError();
      close(acpFailure(fieldsOf(message["error"]), asked.method));
      return told;
    },
    close,
    get closed() {
      return closed;
    },
  };
}
