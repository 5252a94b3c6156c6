// An answer on its way out: in one piece or as a stream, with the faults the script asks for.
import type { ServerResponse } from "node:http";
import type { Decision } from "./decide.ts";
import type { Answer, Dialect } from "./dialect.ts";
import type { Json } from "./json.ts";
import type { Fault } from "./script.ts";

/** A whole JSON body with its status. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(text);
}

/** All that sending an answer takes; `body` is the request's. */
export interface Sending {
  dialect: Dialect;
  decision: Decision;
  answer: Answer;
  body: Json;
  stream: boolean;
}

/** Sends the answer, or the fault in its place; resolves when it has ended, its client has gone, or it hangs. */
export async function sendAnswer(response: ServerResponse, sending: Sending): Promise<void> {
  const { dialect, decision, answer, body, stream } = sending;
  const { fault } = decision;
  if (!(await pause(decision.delayMs, response))) return;
  if (fault !== undefined && sendFault(response, dialect, fault)) return;
  if (stream) await sendStream(response, dialect.events(answer, body), decision, dialect);
  else sendWhole(response, JSON.stringify(dialect.whole(answer)), fault);
}

/** Sends what a fault puts in the place of an answer; false, with nothing sent, when it lets one begin. */
export function sendFault(response: ServerResponse, dialect: Dialect, fault: Fault): boolean {
  if (fault.hang === "before-headers") return true;
  if (fault.cut === "before-headers") cut(response);
  else if (fault.status !== undefined) sendStatus(response, dialect, fault, fault.status);
  else return false;
  return true;
}

async function sendStream(
  response: ServerResponse,
  frames: readonly string[],
  { fault, chunkDelayMs }: Decision,
  dialect: Dialect,
): Promise<void> {
  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
  });
  response.flushHeaders();
  if (fault?.hang === "after-headers") return;
  const shown = fault ? frames.slice(0, Math.ceil(frames.length / 2)) : frames;
  for (const frame of shown) {
    response.write(frame);
    if (chunkDelayMs > 0 && !(await pause(chunkDelayMs, response))) return;
  }
  if (fault?.error_event !== undefined) {
    response.write(dialect.errorEvent(fault.error_event, fault.message ?? `simulated ${fault.error_event}`));
  }
  if (fault?.cut !== undefined) cut(response);
  else if (fault?.hang === undefined) response.end();
}

function sendStatus(response: ServerResponse, dialect: Dialect, fault: Fault, status: number): void {
  const message = fault.message ?? `simulated status ${status}`;
  const waiting = fault.retry_after === undefined ? {} : { "retry-after": String(fault.retry_after) };
  sendJson(response, status, fault.body ?? dialect.error(status, message, fault.type), {
    ...waiting,
    ...fault.headers,
  });
}

function sendWhole(response: ServerResponse, text: string, fault: Fault | undefined): void {
  if (fault === undefined) {
    sendJson(response, 200, text);
    return;
  }
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.flushHeaders();
  if (fault.hang === "after-headers") return;
  response.write(text.slice(0, text.length / 2));
  if (fault.hang === undefined) cut(response);
}

/** Ends the connection without ending the answer, after what was written has left. */
function cut(response: ServerResponse): void {
  const { socket } = response;
  socket?.write("", () => socket.destroy());
}

/** False when the client went away meanwhile. */
function pause(ms: number, response: ServerResponse): Promise<boolean> {
  if (response.destroyed || response.closed) return Promise.resolve(false);
  if (ms === 0) return Promise.resolve(true);
  return new Promise((resolve) => {
    const end = (isHere: boolean) => {
      clearTimeout(timer);
      response.off("close", onClose);
      resolve(isHere);
    };
    const onClose = () => end(false);
    const timer = setTimeout(() => end(true), ms);
    response.on("close", onClose);
  });
}
