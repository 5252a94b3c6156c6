// One call to a service: connect, ask, take the answer, close.
import * as net from "node:net";
import { errnoOf, WgError } from "../base/error.ts";
import { objectIn } from "../base/jsonl.ts";
import { maxMessageBytes, refusalOf } from "./message.ts";
import type { Method, Methods } from "./protocol.ts";

/**
 * Asks the service at `socketPath`. Throws what its handler refused with, as a WgError of the same code, hint and
 * place. Refuses with `no-service` when nobody listens there, `service-slow` when no answer came within `timeoutMs`,
 * `service-gone` when the connection ended without one, and with the signal's reason when that aborts.
 */
export function call<M extends Method>(
  socketPath: string,
  method: M,
  params: Methods[M]["params"],
  options: { timeoutMs: number; signal?: AbortSignal },
): Promise<Methods[M]["answer"]> {
  return new Promise((resolve, reject) => {
    const { timeoutMs, signal } = options;
    if (signal?.aborted) return reject(signal.reason);
    const socket = net.connect(socketPath);
    const timer = setTimeout(() => fail(slow(method, timeoutMs)), timeoutMs);
    const onAbort = () => fail(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    const parts: Buffer[] = [];
    let held = 0;

    function end(): void {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      socket.destroy();
    }
    function fail(error: unknown): void {
      end();
      reject(error);
    }
    socket.on("connect", () => {
      socket.write(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method, params })}\n`);
    });
    socket.on("data", (chunk: Buffer) => {
      const lineEnd = chunk.indexOf(10);
      parts.push(lineEnd < 0 ? chunk : chunk.subarray(0, lineEnd));
      held += chunk.length;
      if (lineEnd < 0 && held > maxMessageBytes) return fail(gone(method, "its answer is too long"));
      if (lineEnd < 0) return;
      const answer = objectIn(Buffer.concat(parts).toString("utf8"));
      if (answer === undefined) return fail(gone(method, "its answer is no JSON"));
      if ("error" in answer) return fail(refusalOf(answer["error"]));
      end();
      // The other side is this program: protocol.ts is what both were compiled against.
      resolve(answer["result"] as Methods[M]["answer"]);
    });
    socket.on("error", (cause) => fail(connectionError(method, cause)));
    socket.on("close", () => fail(gone(method, "it closed the connection")));
  });
}

function connectionError(method: Method, cause: Error): WgError {
  const absent = ["ENOENT", "ECONNREFUSED", "ENOTDIR"].includes(errnoOf(cause) ?? "");
  if (!absent) return gone(method, cause.message);
  return new WgError("no-service", "no service runs here", {
    hint: "start one with: wg service start",
    cause,
  });
}

function slow(method: Method, timeoutMs: number): WgError {
  return new WgError("service-slow", `the service did not answer ${method} within ${timeoutMs} ms`, {
    hint: "wg service status shows what it does; wg service logs says more",
  });
}

function gone(method: Method, why: string): WgError {
  return new WgError("service-gone", `the service did not answer ${method}: ${why}`, {
    hint: "it may be stopping or overloaded; try again",
  });
}
