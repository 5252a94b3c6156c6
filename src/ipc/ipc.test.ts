// The socket under good callers, bad ones and none.
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WgError } from "../base/error.ts";
import { projectAt } from "../base/home.ts";
import { call } from "./client.ts";
import type { Applied } from "./protocol.ts";
import { type Handlers, type Server, type ServerLimits, serve } from "./server.ts";
import { socketPathOf } from "./socket.ts";

const applied: Applied = {
  profile: "codex",
  revision: "0123456789ab",
  appliedAt: "2026-11-23T00:00:00.000Z",
};
const handlers: Handlers = {
  ping: () => ({ pid: 42 }),
  reload: () => ({ applied, changed: true, inFlight: [] }),
  nudge: () => ({}),
  status: () => {
    throw new WgError("bad-route", "route has no model", {
      hint: "write codex:<model>",
      at: { path: "/p/x.toml", line: 4 },
    });
  },
  stop: () => ({ inFlight: 0 }),
};
const ping = '{"jsonrpc":"2.0","id":7,"method":"ping"}\n';

let folder: string;
let socketPath: string;
let server: Server | undefined;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "wg-ipc-"));
  socketPath = path.join(folder, "service", "socket");
});

afterEach(async () => {
  await server?.close(50);
  server = undefined;
  fs.rmSync(folder, { recursive: true });
});

async function start(more: Partial<Handlers> = {}, limits: Partial<ServerLimits> = {}): Promise<unknown[]> {
  const bugs: unknown[] = [];
  server = await serve(socketPath, { ...handlers, ...more }, (bug) => bugs.push(bug), limits);
  return bugs;
}

/** Writes raw text and gives back all that came until the server closed. */
function raw(text: string | Buffer, endWriting = true): Promise<string> {
  return new Promise((resolve) => {
    let seen = "";
    const socket = net.connect({ path: socketPath, allowHalfOpen: true });
    socket.on("data", (chunk) => {
      seen += String(chunk);
    });
    socket.on("error", () => {});
    socket.on("end", () => socket.end());
    socket.on("close", () => resolve(seen));
    socket.write(text);
    if (endWriting) socket.end();
  });
}

const errorsIn = (text: string): number[] =>
  [...text.matchAll(/"code":(-\d+)/g)].map(([, code]) => Number(code));

describe("a call", () => {
  it("gets the answer of its method", async () => {
    await start();
    expect(await call(socketPath, "ping", {}, { timeoutMs: 5000 })).toEqual({ pid: 42 });
    expect(await call(socketPath, "reload", { by: "test" }, { timeoutMs: 5000 })).toMatchObject({
      changed: true,
    });
  });

  it("gets a refusal as the very WgError the handler threw", async () => {
    const bugs = await start();
    const refusal = await call(socketPath, "status", {}, { timeoutMs: 5000 }).catch(
      (error: unknown) => error,
    );
    expect(refusal).toBeInstanceOf(WgError);
    expect(refusal).toMatchObject({
      code: "bad-route",
      message: "route has no model",
      hint: "write codex:<model>",
      at: { path: "/p/x.toml", line: 4 },
      exit: 1,
    });
    expect(bugs).toEqual([]);
  });

  it("hears of a bug in the service as service-failed, and the service hears of it too", async () => {
    const bug = new TypeError("x is not a function");
    const bugs = await start({
      ping: () => {
        throw bug;
      },
    });
    await expect(call(socketPath, "ping", {}, { timeoutMs: 5000 })).rejects.toMatchObject({
      code: "service-failed",
    });
    expect(bugs).toEqual([bug]);
  });

  it("to nobody is refused with no-service, also when a dead service left its socket", async () => {
    await expect(call(socketPath, "ping", {}, { timeoutMs: 5000 })).rejects.toMatchObject({
      code: "no-service",
    });
    leaveStaleSocket();
    await expect(call(socketPath, "ping", {}, { timeoutMs: 5000 })).rejects.toMatchObject({
      code: "no-service",
    });
  });

  it("that gets no answer in time is refused with service-slow, by either end", async () => {
    await start({ ping: () => new Promise(() => {}) }, { callMs: 50 });
    await expect(call(socketPath, "ping", {}, { timeoutMs: 5000 })).rejects.toMatchObject({
      code: "service-slow",
    });
    await server?.close(0);
    await start({ ping: () => new Promise(() => {}) });
    await expect(call(socketPath, "ping", {}, { timeoutMs: 20 })).rejects.toMatchObject({
      code: "service-slow",
    });
  });

  it("ends when its signal aborts", async () => {
    await start({ ping: () => new Promise(() => {}) });
    const abort = new AbortController();
    const asked = call(socketPath, "ping", {}, { timeoutMs: 5000, signal: abort.signal });
    abort.abort(new WgError("interrupted", "stopped by SIGINT"));
    await expect(asked).rejects.toMatchObject({ code: "interrupted" });
    await expect(
      call(socketPath, "ping", {}, { timeoutMs: 5000, signal: abort.signal }),
    ).rejects.toMatchObject({ code: "interrupted" });
  });

  it("is refused when the answer is no JSON, or the service hangs up", async () => {
    fs.mkdirSync(path.dirname(socketPath));
    for (const reply of ["garbage\n", ""]) {
      const liar = net.createServer((socket) => socket.resume().end(reply));
      await new Promise<void>((resolve) => liar.listen(socketPath, resolve));
      await expect(call(socketPath, "ping", {}, { timeoutMs: 5000 })).rejects.toMatchObject({
        code: "service-gone",
      });
      await new Promise((resolve) => liar.close(resolve));
    }
  });
});

describe("the server", () => {
  it("makes its socket 0600 in a 0700 folder", async () => {
    await start();
    expect(fs.statSync(socketPath).mode & 0o777).toBe(0o600);
    expect(fs.statSync(path.dirname(socketPath)).mode & 0o777).toBe(0o700);
  });

  it("takes the place of a stale socket, and of nothing else", async () => {
    leaveStaleSocket();
    await start();
    expect(await call(socketPath, "ping", {}, { timeoutMs: 5000 })).toEqual({ pid: 42 });
    await server?.close(0);
    fs.writeFileSync(socketPath, "mine");
    await expect(start()).rejects.toMatchObject({ code: "bad-socket" });
    expect(fs.readFileSync(socketPath, "utf8")).toBe("mine");
  });

  it("answers garbage with an error and goes on with the connection", async () => {
    await start();
    const seen = await raw(
      `garbage\n\n[1]\n{"a":1}\n{"jsonrpc":"2.0","id":1,"method":"nope"}\n{"jsonrpc":"2.0","id":1,"method":"stop"}\n${ping}`,
    );
    expect(errorsIn(seen)).toEqual([-32700, -32700, -32600, -32601, -32602]);
    expect(seen).toContain('{"jsonrpc":"2.0","id":7,"result":{"pid":42}}');
  });

  it("does not look for methods on the prototype", async () => {
    await start();
    const seen = await raw(
      `{"jsonrpc":"2.0","id":1,"method":"constructor"}\n{"jsonrpc":"2.0","id":1,"method":"__proto__"}\n`,
    );
    expect(errorsIn(seen)).toEqual([-32601, -32601]);
  });

  it("never acts on half a line", async () => {
    let stops = 0;
    await start({
      stop: () => {
        stops += 1;
        return { inFlight: 0 };
      },
    });
    const stop = '{"jsonrpc":"2.0","id":1,"method":"stop","params":{"killAgents":true}}';
    expect(await raw(stop)).toBe("");
    expect(stops).toBe(0);
    expect(await raw(`${stop}\n`)).toContain("inFlight");
    expect(stops).toBe(1);
  });

  it("answers a notification with nothing", async () => {
    await start();
    const seen = await raw(`{"jsonrpc":"2.0","method":"ping"}\n{"jsonrpc":"2.0","method":"status"}\n`);
    expect(seen).toBe("");
  });

  it("reads a call that arrives byte by byte", async () => {
    await start();
    const socket = net.connect(socketPath);
    const answered = new Promise((resolve) => socket.once("data", (chunk) => resolve(String(chunk))));
    for (const byte of Buffer.from(ping)) {
      socket.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await answered).toContain('"pid":42');
    socket.destroy();
  });

  it("refuses a line above the limit and closes, whether or not it ends", async () => {
    await start({}, { messageBytes: 1000 });
    for (const text of ["x".repeat(5000), `${"x".repeat(5000)}\n${ping}`]) {
      const seen = await raw(text, false);
      expect(seen).not.toContain('"pid"');
      expect(errorsIn(seen)).toEqual([-32600]);
    }
  });

  it("outlives a flood of garbage connections", async () => {
    await start({}, { connections: 8, messageBytes: 4096 });
    const noise = Buffer.alloc(50_000, 0xff);
    await Promise.all(Array.from({ length: 100 }, () => raw(noise, false)));
    expect(await call(socketPath, "ping", {}, { timeoutMs: 5000 })).toEqual({ pid: 42 });
  });

  it("turns away connections above its limit, and takes new ones when there is room", async () => {
    await start({}, { connections: 2 });
    const held = [net.connect(socketPath), net.connect(socketPath)];
    await Promise.all(held.map((socket) => new Promise((resolve) => socket.once("connect", resolve))));
    await expect(call(socketPath, "ping", {}, { timeoutMs: 5000 })).rejects.toMatchObject({
      code: "service-gone",
    });
    for (const socket of held) socket.destroy();
    await expect
      .poll(() => call(socketPath, "ping", {}, { timeoutMs: 5000 }).catch(() => undefined))
      .toEqual({ pid: 42 });
  });

  it("drops a connection on which nothing moves, and one that never reads its answers", async () => {
    await start(
      { ping: () => ({ pid: 1, padding: "x".repeat(100_000) }) as { pid: number } },
      { idleMs: 100 },
    );
    expect(await raw("", false)).toBe("");
    const deaf = net.connect(socketPath);
    deaf.pause();
    deaf.on("error", () => {});
    const closed = new Promise((resolve) => deaf.once("close", resolve));
    deaf.write(ping.repeat(100));
    setTimeout(() => deaf.resume(), 400);
    await closed;
    expect(deaf.bytesRead).toBeLessThan(100 * 100_000);
  });

  it("lets a call in progress answer when it closes, and cuts what takes longer", async () => {
    let release = () => {};
    const wait = new Promise<void>((resolve) => {
      release = resolve;
    });
    await start({
      ping: async () => {
        await wait;
        return { pid: 42 };
      },
      nudge: () => new Promise(() => {}),
    });
    const asked = call(socketPath, "ping", {}, { timeoutMs: 5000 });
    const stuck = call(socketPath, "nudge", {}, { timeoutMs: 5000 }).catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const closed = server?.close(300);
    release();
    expect(await asked).toEqual({ pid: 42 });
    await closed;
    expect(await stuck).toMatchObject({ code: "service-gone" });
  });
});

describe("a socket's path", () => {
  it("is inside the project, unless the kernel has no room for it", () => {
    expect(socketPathOf(projectAt("/p"))).toBe("/p/.wg/service/socket");
    const deep = `/${"d".repeat(120)}`;
    const short = socketPathOf(projectAt(deep));
    expect(Buffer.byteLength(short)).toBeLessThanOrEqual(103);
    expect(short).not.toBe(socketPathOf(projectAt(`${deep}e`)));
    expect(socketPathOf(projectAt(deep))).toBe(short);
  });

  it("counts bytes, not characters", () => {
    expect(socketPathOf(projectAt(`/${"é".repeat(45)}`))).toMatch(/^\/tmp\/wg-/);
  });
});

/** A socket file nobody listens on: bound, then its inode kept under the name while the listener closes. */
function leaveStaleSocket(): void {
  fs.mkdirSync(path.dirname(socketPath), { recursive: true });
  const dead = net.createServer().listen(`${socketPath}.made`);
  fs.linkSync(`${socketPath}.made`, socketPath);
  dead.close();
}
