// Codex's stream read: recorded from version 0.169.0, shortened.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import { codexReader } from "./codex-events.ts";

const thread = "01a2089f-e53a-76a3-8eb7-1a081be733ca";
const started = [{ type: "thread.started", thread_id: thread }, { type: "turn.started" }];
const item = (type: string, fields: object) => ({ type, item: { id: "item_1", ...fields } });
const message = item("item.completed", { id: "item_9", type: "agent_message", text: "all done" });
const completed = {
  type: "turn.completed",
  usage: { input_tokens: 400, cached_input_tokens: 40, output_tokens: 80 },
};
const limits = { timeoutMs: 600_000, hangAfterMs: 600_000, maxTurns: 20 };
const startedAtMs = Date.parse("2026-11-23T13:37:07.000Z");

let sessions: string;
beforeEach(() => {
  sessions = fs.mkdtempSync(path.join(os.tmpdir(), "wg-sessions-"));
});
afterEach(() => fs.rmSync(sessions, { recursive: true }));

function reader(lines: readonly object[], resume?: string) {
  const made = codexReader({ limits, ...(resume !== undefined && { resume }) }, sessions, startedAtMs);
  return { made, events: lines.flatMap((line) => made.read(JSON.stringify(line))) };
}

function writeRollout(records: readonly object[]): void {
  const folder = path.join(sessions, "2026", "11", "23");
  fs.mkdirSync(folder, { recursive: true });
  const text = records.map((record) => `${JSON.stringify(record)}\n`).join("");
  fs.writeFileSync(path.join(folder, `rollout-2026-11-23T13-37-06-${thread}.jsonl`), text);
}

const turn = (timestamp: string, model: string) => ({ timestamp, type: "turn_context", payload: { model } });
const used = (timestamp: string, turn_id: string, tokens: number) => ({
  timestamp,
  type: "token_usage_record",
  payload: {
    turn_id,
    turn_token_usage: { input_tokens: tokens, cached_input_tokens: 1, output_tokens: 2 },
  },
});

it("a run with a command and an edit is told step by step", async () => {
  const command = { type: "command_execution", command: "/bin/bash -c ls" };
  const { made, events } = reader([
    ...started,
    item("item.started", { ...command, status: "in_progress", exit_code: null }),
    item("item.completed", { ...command, aggregated_output: "a.txt\n", exit_code: 0, status: "completed" }),
    item("item.completed", {
      id: "item_2",
      type: "file_change",
      changes: [{ path: "/w/n.txt", kind: "add" }],
      status: "completed",
    }),
    item("item.completed", { id: "item_3", type: "error", message: "Model metadata not found" }),
    item("item.completed", { id: "item_4", type: "reasoning", text: "hm" }),
    message,
    completed,
  ]);
  expect(events).toEqual([
    { kind: "session", sessionId: thread },
    { kind: "tool", id: "item_1", name: "shell", input: "/bin/bash -c ls" },
    { kind: "tool-result", id: "item_1", ok: true, output: "a.txt\n" },
    { kind: "tool", id: "item_2", name: "edit", input: "add /w/n.txt" },
    { kind: "tool-result", id: "item_2", ok: true, output: "" },
    { kind: "warning", message: "Model metadata not found" },
    { kind: "text", text: "all done" },
  ]);
  expect(made.failure({ exitCode: 0 }, "")).toBeUndefined();
  expect(await made.report()).toMatchObject({
    summary: "all done",
    usage: { input: 400, output: 80, cached: 40 },
    cost: { source: "unknown" },
    sessionId: thread,
    servedModels: [],
    servedBy: "requested-only",
  });
});

it("model, turns and usage of this run alone come from Codex's own record", async () => {
  writeRollout([
    turn("2026-11-23T13:37:06.000Z", "gpt-5.5"),
    used("2026-11-23T13:37:06.500Z", "one", 1000),
    turn("2026-11-23T13:37:07.800Z", "gpt-5.4-mini"),
    used("2026-11-23T13:37:07.841Z", "two", 100),
    used("2026-11-23T13:37:07.945Z", "two", 200),
    used("2026-11-23T13:37:08.000Z", "three", 50),
  ]);
  const { made } = reader([...started, message, completed], thread);
  expect(await made.report()).toMatchObject({
    resolvedModel: "gpt-5.4-mini",
    usage: { input: 250, output: 4, cached: 2 },
    turns: 3,
  });
});

it("a resumed thread without a record has no usage, rather than somebody else's", async () => {
  const { made } = reader([...started, message, completed], thread);
  expect((await made.report()).usage).toEqual({ input: 0, output: 0, cached: 0 });
});

it("connecting anew is told, borne for a minute, and forgotten when it works", () => {
  const { made, events } = reader([
    ...started,
    {
      type: "error",
      message: "Reconnecting... 1/2 (exceeded retry limit, last status: 429 Too Many Requests)",
    },
  ]);
  expect(events.at(-1)).toEqual({
    kind: "retry",
    attempt: 1,
    reason: "exceeded retry limit, last status: 429 Too Many Requests",
  });
  expect(made.patience()).toMatchObject({ ms: 60_000, failure: { class: "quota", status: 429 } });
  made.read(JSON.stringify(message));
  expect(made.patience()).toBeUndefined();
  const waiting = { type: "error", message: "Reconnecting... waiting for network" };
  made.read(JSON.stringify(waiting));
  expect(made.patience()).toMatchObject({ failure: { class: "unreachable" } });
});

it("done needs a completed turn and exit code 0", () => {
  const failureOf = (lines: readonly object[], ended: { exitCode?: number; signal?: string }) =>
    reader(lines).made.failure(ended, "last words");
  expect(failureOf([...started, completed], { exitCode: 1 })).toMatchObject({ class: "agent" });
  expect(failureOf(started, { exitCode: 0 })).toMatchObject({ class: "agent" });
  expect(failureOf([...started, completed, { type: "turn.started" }], { exitCode: 0 })).toMatchObject({
    class: "agent",
  });
  expect(failureOf(started, { signal: "SIGKILL" })).toMatchObject({ class: "killed" });
  expect(failureOf([], { exitCode: 2 })).toMatchObject({
    class: "spawn",
    message: "codex did not start as told (exit code 2)\nlast words",
  });
  const failed = { type: "turn.failed", error: { message: "unexpected status 401 Unauthorized: no" } };
  expect(failureOf([...started, failed], { exitCode: 1 })).toMatchObject({ class: "auth", status: 401 });
});

it("no line makes it throw", async () => {
  const kinds = fc.constantFrom(
    "thread.started",
    "turn.started",
    "turn.completed",
    "turn.failed",
    "item.started",
    "item.completed",
    "error",
  );
  const items = fc.constantFrom(
    "agent_message",
    "command_execution",
    "file_change",
    "mcp_tool_call",
    "error",
  );
  const line = fc.record({
    type: fc.oneof(kinds, fc.jsonValue()),
    thread_id: fc.oneof(fc.constant("../../x"), fc.jsonValue()),
    message: fc.jsonValue(),
    error: fc.jsonValue(),
    usage: fc.jsonValue(),
    item: fc.oneof(fc.jsonValue(), fc.record({ type: items, id: fc.jsonValue(), changes: fc.jsonValue() })),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(line, fc.string())), async (lines) => {
      const { made } = reader([]);
      for (const one of lines) made.read(typeof one === "string" ? one : JSON.stringify(one));
      made.patience();
      made.failure({ exitCode: 0 }, "");
      await made.report();
    }),
  );
});
