// A command that hangs is ended with all it started, and no failure tells more of a webhook than its host.
import { once } from "node:events";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { processMark } from "../base/process.ts";
import type { NotifySettings } from "../config/settings.ts";
import { deliverFrom } from "./deliver.ts";
import type { Message } from "./message.ts";

let cwd: string;
beforeEach(() => {
  cwd = fs.mkdtempSync(path.join(os.tmpdir(), "wg-deliver-"));
});
afterEach(() => fs.rmSync(cwd, { recursive: true, force: true }));

const message: Message = {
  ...{ schemaVersion: 1, event: "done", at: "2026-11-23T12:00:00.000Z" },
  ...{ project: "/p", task: "a", title: "A", subject: "done: a" },
};
const settings: NotifySettings = { events: [], template: "json" };

function deliver(more: Partial<NotifySettings>, env: Record<string, string> = {}) {
  const place = { cwd, env: { PATH: process.env["PATH"], ...env } };
  const way = more.command === undefined ? "webhook" : "command";
  const limits = { command: 500, webhook: 20_000 };
  return deliverFrom(place, limits)(way, message, { ...settings, ...more }, new AbortController().signal);
}

it("a command that hangs is killed with its children", async () => {
  const hung = await deliver({ command: "sleep 600 & echo $! > child; echo $$ > own; wait" });
  expect(hung).toEqual({ kind: "failed", why: "took too long", final: false });
  for (const name of ["child", "own"]) {
    const pid = Number(fs.readFileSync(path.join(cwd, name), "utf8"));
    await expect.poll(() => processMark(pid), { timeout: 5000 }).toBeUndefined();
  }
});

it("a command that fails says how, and one that reads nothing is no failure", async () => {
  expect(await deliver({ command: "echo no such topic >&2; exit 4" })).toMatchObject({
    why: "exit 4: no such topic",
  });
  expect(await deliver({ command: "true" })).toEqual({ kind: "told" });
});

it("a webhook that cannot be reached is named by its host alone", async () => {
  const server = http.createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  const failed = await deliver({ webhook: "env:HOOK" }, { HOOK: `http://127.0.0.1:${port}/T0/secret` });
  expect(failed).toEqual({ kind: "failed", why: `127.0.0.1:${port}: ECONNREFUSED`, final: false });
});

it.each(["http://h.example/x", "https://me:secret@h.example/", "secret"])(
  "an address that anybody could read on the way is not used: %s",
  async (address) => {
    const refused = await deliver({ webhook: "env:HOOK" }, { HOOK: address });
    expect(refused).toMatchObject({ kind: "failed", why: expect.stringContaining("must be an https url") });
    expect(JSON.stringify(refused)).not.toContain("secret");
  },
);

it("a reference to nothing is a failure, not the end", async () => {
  expect(await deliver({ webhook: "env:NOWHERE" })).toMatchObject({ why: "env:NOWHERE has no value" });
});
