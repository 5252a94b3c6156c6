// The listening end: a Unix socket of this user's, with a limit on everything a caller may hold.
import { once } from "node:events";
import * as fs from "node:fs";
import * as net from "node:net";
import { messageOf, WgError } from "../base/error.ts";
import { answerLine, errorOf, maxMessageBytes, type RpcError, readRequest, rpcCodes } from "./message.ts";
import { type Method, type Methods, paramTypes } from "./protocol.ts";
import { makeSocketFolder, removeStaleSocket } from "./socket.ts";

/** What answers each method. It may throw: a WgError reaches the caller as one. `signal` aborts when nobody waits any more. */
export type Handlers = {
  [M in Method]: (
    params: Methods[M]["params"],
    signal: AbortSignal,
  ) => Methods[M]["answer"] | Promise<Methods[M]["answer"]>;
};

export interface ServerLimits {
  connections: number;
  messageBytes: number;
  /** For one call, in milliseconds. */
  callMs: number;
  /** For a connection on which nothing moves, in milliseconds; longer than `callMs`. */
  idleMs: number;
}

export interface Server {
  /** Listens no more, lets calls in progress answer for at most `graceMs`, then cuts them. */
  close(graceMs: number): Promise<void>;
}

const usualLimits: ServerLimits = {
  connections: 128,
  messageBytes: maxMessageBytes,
  callMs: 30_000,
  idleMs: 35_000,
};

/**
 * Listens at `socketPath` (0600 in a 0700 folder) and answers by `handlers`. A socket found there is taken for stale
 * and removed: the caller holds the lock that makes it the only one. `onBug` hears of whatever a handler threw that is no
 * refusal. Refuses with `bad-socket` or `cannot-listen`.
 */
export async function serve(
  socketPath: string,
  handlers: Handlers,
  onBug: (thrown: unknown) => void = () => {},
  limits: Partial<ServerLimits> = {},
): Promise<Server> {
  const all = { ...usualLimits, ...limits };
  const closing = new AbortController();
  const connections = new Map<net.Socket, Promise<void>>();
  makeSocketFolder(socketPath);
  removeStaleSocket(socketPath);
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    const served = serveConnection(socket, handlers, onBug, all, closing.signal).finally(() => {
      connections.delete(socket);
      socket.destroy();
    });
    connections.set(socket, served);
  });
  server.maxConnections = all.connections;
  try {
    server.listen(socketPath);
    await once(server, "listening");
    fs.chmodSync(socketPath, 0o600);
  } catch (cause) {
    server.close();
    throw new WgError("cannot-listen", `cannot listen at ${socketPath}: ${messageOf(cause)}`, { cause });
  }
  return {
    async close(graceMs) {
      server.close();
      closing.abort(new WgError("service-gone", "the service is stopping"));
      const timer = setTimeout(() => {
        for (const socket of connections.keys()) socket.destroy();
      }, graceMs);
      await Promise.all(connections.values());
      clearTimeout(timer);
    },
  };
}

/** Answers one connection's calls one after the other, so that its reader sets the pace. Never rejects. */
async function serveConnection(
  socket: net.Socket,
  handlers: Handlers,
  onBug: (thrown: unknown) => void,
  limits: ServerLimits,
  closing: AbortSignal,
): Promise<void> {
  const gone = new AbortController();
  socket.on("error", () => socket.destroy());
  socket.on("close", () => gone.abort(new WgError("caller-gone", "the caller hung up")));
  socket.setTimeout(limits.idleMs, () => socket.destroy());
  // Between calls a closing server waits for nobody.
  let answering = false;
  const onClosing = () => {
    if (!answering) socket.destroy();
  };
  closing.addEventListener("abort", onClosing, { once: true });
  try {
    for await (const line of messages(socket, limits.messageBytes)) {
      answering = true;
      const reply =
        line === undefined ? tooLong(limits) : await answer(line, handlers, onBug, limits, gone.signal);
      if (reply !== undefined && !socket.write(reply)) await once(socket, "drain", { signal: gone.signal });
      answering = false;
      if (line === undefined || closing.aborted) break;
    }
    await new Promise<void>((resolve) => socket.end(resolve));
  } catch {
    // The connection broke: there is nobody left to tell.
  } finally {
    closing.removeEventListener("abort", onClosing);
    gone.abort();
  }
}

/** Whole lines only: what stands after the last LF was cut and is never acted on. `undefined` is a line above the limit, and the last. */
async function* messages(socket: net.Socket, maxBytes: number): AsyncGenerator<string | undefined> {
  let held: Buffer[] = [];
  let bytes = 0;
  // Kept open on an early end, for the answer that says why.
  const chunks: AsyncIterable<Buffer> = socket.iterator({ destroyOnReturn: false });
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      if (bytes + end - from > maxBytes) return yield undefined;
      const line = Buffer.concat([...held, chunk.subarray(from, end)]).toString("utf8");
      held = [];
      bytes = 0;
      from = end + 1;
      if (line.trim() !== "") yield line;
    }
    held.push(chunk.subarray(from));
    bytes += chunk.length - from;
    if (bytes > maxBytes) return yield undefined;
  }
}

/** The line to send back; undefined for a notification. */
async function answer(
  line: string,
  handlers: Handlers,
  onBug: (thrown: unknown) => void,
  limits: ServerLimits,
  gone: AbortSignal,
): Promise<string | undefined> {
  const request = readRequest(line);
  if ("code" in request) return answerLine(null, { error: request });
  const wrong = whatIsWrong(request.method, request.params);
  if (wrong !== undefined) return answerLine(request.id, { error: wrong });
  // The method exists and its parameters have its types: that was the check just above.
  const handler = handlers[request.method as Method] as (params: unknown, signal: AbortSignal) => unknown;
  const notification = request.id === undefined;
  try {
    const result = await within(limits.callMs, gone, (signal) => handler(request.params, signal));
    return notification ? undefined : answerLine(request.id, { result });
  } catch (thrown) {
    if (!(thrown instanceof WgError)) onBug(thrown);
    return notification ? undefined : answerLine(request.id, { error: errorOf(thrown) });
  }
}

function whatIsWrong(method: string, params: Record<string, unknown>): RpcError | undefined {
  if (!Object.hasOwn(paramTypes, method))
    return { code: rpcCodes.method, message: `there is no method ${JSON.stringify(method.slice(0, 60))}` };
  for (const [name, type] of Object.entries(paramTypes[method as Method])) {
    if (typeof params[name] !== type)
      return { code: rpcCodes.params, message: `${method} needs ${name}, a ${type}` };
  }
  return undefined;
}

/** The step's value, or a refusal when it takes longer than `limitMs` or the caller goes away. */
async function within(
  limitMs: number,
  gone: AbortSignal,
  step: (signal: AbortSignal) => unknown,
): Promise<unknown> {
  const stop = new AbortController();
  const timer = setTimeout(
    () => stop.abort(new WgError("service-slow", `no answer within ${limitMs} ms`)),
    limitMs,
  );
  const onGone = () => stop.abort(gone.reason);
  gone.addEventListener("abort", onGone, { once: true });
  try {
    const stopped = new Promise<never>((_, reject) => {
      stop.signal.addEventListener("abort", () => reject(stop.signal.reason), { once: true });
    });
    return await Promise.race([step(stop.signal), stopped]);
  } finally {
    clearTimeout(timer);
    gone.removeEventListener("abort", onGone);
  }
}

function tooLong(limits: ServerLimits): string {
  return answerLine(null, {
    error: { code: rpcCodes.request, message: `a message may have ${limits.messageBytes} bytes` },
  });
}
