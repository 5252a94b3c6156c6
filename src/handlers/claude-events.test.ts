// Claude Code's stream read: recorded from version 2.1.330, shortened.
import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { Failure } from "../graph/result.ts";
import { claudeReader } from "./claude-events.ts";
import type { RunEvent } from "./handler.ts";
import type { Report } from "./run-child.ts";

const init = {
  type: "system",
  subtype: "init",
  session_id: "s-1",
  model: "claude-opus-5-5[1m]",
  served_by_anthropic: true,
};
const said = (id: string, content: object[], model = "claude-opus-5-5", parent: string | null = null) => ({
  type: "assistant",
  message: {
    id,
    model,
    content,
    usage: { input_tokens: 100, cache_read_input_tokens: 50, output_tokens: 1 },
  },
  parent_tool_use_id: parent,
});
const synthetic = (error: string, text: string, status?: number) => ({
  type: "assistant",
  message: { id: "e", model: "<synthetic>", content: [{ type: "text", text }] },
  error,
  ...(status !== undefined && { api_error_status: status }),
});
const models = (input: number, usd: number, name = "claude-opus-5-5") => ({
  [name]: {
    inputTokens: input,
    outputTokens: 40,
    cacheReadInputTokens: 10,
    cacheCreationInputTokens: 5,
    costUSD: usd,
    costBasis: "list",
  },
});
const success = {
  type: "result",
  subtype: "success",
  is_error: false,
  result: "all done",
  modelUsage: models(200, 0.5),
  model_usage_since_last_result: models(200, 0.5),
  permission_denials: [],
};
const apiError = (result: string, status: number | null = null) => ({
  ...success,
  is_error: true,
  api_error_status: status,
  result,
});

interface Read {
  events: RunEvent[];
  failure: Failure | undefined;
  hopeless: Failure | undefined;
  report: Report;
}

async function read(
  lines: readonly object[],
  options: { exitCode?: number; signal?: string; stderr?: string; resume?: string; ownLogin?: boolean } = {},
): Promise<Read> {
  const { exitCode = 0, signal, stderr = "", resume, ownLogin = true } = options;
  const reader = claudeReader({ ...(resume !== undefined && { resume }) }, ownLogin);
  const events = lines.flatMap((line) => reader.read(JSON.stringify(line)));
  const ended = signal === undefined ? { exitCode } : { signal };
  return {
    events,
    failure: reader.failure(ended, stderr),
    hopeless: reader.hopeless(),
    report: await reader.report(),
  };
}

it("a run with a tool call is told step by step", async () => {
  const { events, failure, report } = await read([
    init,
    said("m1", [{ type: "text", text: "looking" }]),
    said("m1", [{ type: "tool_use", id: "t1", name: "Bash", input: { command: "ls" } }]),
    {
      type: "user",
      message: {
        role: "user",
        content: [{ type: "tool_result", tool_use_id: "t1", content: "a.txt", is_error: false }],
      },
    },
    said("m2", [{ type: "text", text: "all done" }]),
    success,
  ]);
  expect(events).toEqual([
    { kind: "session", sessionId: "s-1" },
    { kind: "model", resolved: "claude-opus-5-5" },
    { kind: "usage", usage: { input: 150, output: 1, cached: 50 } },
    { kind: "model", served: "claude-opus-5-5" },
    { kind: "text", text: "looking" },
    { kind: "tool", id: "t1", name: "Bash", input: '{"command":"ls"}' },
    { kind: "tool-result", id: "t1", ok: true, output: "a.txt" },
    { kind: "usage", usage: { input: 300, output: 2, cached: 100 } },
    { kind: "model", served: "claude-opus-5-5" },
    { kind: "text", text: "all done" },
  ]);
  expect(failure).toBeUndefined();
  expect(report).toEqual({
    summary: "all done",
    usage: { input: 215, output: 40, cached: 10 },
    cost: { usd: 0.5, source: "reported" },
    turns: 2,
    sessionId: "s-1",
    resolvedModel: "claude-opus-5-5",
    servedModels: ["claude-opus-5-5"],
    servedBy: "answered",
    denials: 0,
  });
});

it("what the server answered with is told apart from what was asked for, sub-agents included", async () => {
  const { report } = await read([
    init,
    said("m1", [{ type: "text", text: "x" }], "claude-haiku-5-5"),
    said("m2", [{ type: "text", text: "sub" }], "claude-sonnet-5-5", "t1"),
    success,
  ]);
  expect(report).toMatchObject({
    resolvedModel: "claude-opus-5-5",
    servedModels: ["claude-haiku-5-5", "claude-sonnet-5-5"],
  });
});

it("a resumed session counts only what is new, over every result of the process", async () => {
  const more = { ...success, modelUsage: models(900, 9), model_usage_since_last_result: models(100, 0.25) };
  const { report } = await read([init, said("m1", []), success, said("m2", []), more], { resume: "s-1" });
  expect(report.usage).toEqual({ input: 330, output: 80, cached: 20 });
  expect(report.cost).toEqual({ usd: 0.75, source: "reported" });
});

it("where a version does not tell what is new, a resumed session has its own usage and no cost", async () => {
  const { model_usage_since_last_result: _, ...old } = success;
  const usage = { input_tokens: 70, cache_read_input_tokens: 20, output_tokens: 4 };
  const resumed = await read([init, said("m1", []), { ...old, usage }], { resume: "s-1" });
  expect(resumed.report).toMatchObject({
    usage: { input: 90, output: 4, cached: 20 },
    cost: { source: "unknown" },
  });
  const fresh = await read([init, said("m1", []), old]);
  expect(fresh.report).toMatchObject({
    usage: { input: 215 },
    cost: { usd: 0.5, source: "reported" },
  });
});

it("a cost is trusted only for Anthropic's own models, served by Anthropic", async () => {
  const unknown = { source: "unknown" };
  const other = { ...success, model_usage_since_last_result: models(1, 1, "qwen3-coder") };
  expect((await read([init, said("m1", []), other])).report.cost).toEqual(unknown);
  expect((await read([init, said("m1", []), success], { ownLogin: false })).report.cost).toEqual(unknown);
  const gateway = { ...init, served_by_anthropic: false };
  expect((await read([gateway, said("m1", []), success])).report.cost).toEqual(unknown);
});

const failures: [string, object[], Partial<Failure>][] = [
  [
    "401",
    [synthetic("authentication_failed", "Invalid API key", 401), apiError("Invalid API key", 401)],
    { class: "auth", status: 401 },
  ],
  [
    "no login",
    [synthetic("authentication_failed", "Not logged in"), apiError("Not logged in")],
    { class: "auth" },
  ],
  [
    "429",
    [synthetic("rate_limit", "slow down", 429), apiError("slow down", 429)],
    { class: "quota", status: 429 },
  ],
  [
    "an empty account",
    [
      synthetic("billing_error", "Credit balance is too low", 400),
      apiError("Credit balance is too low", 400),
    ],
    { class: "quota", status: 400 },
  ],
  ["402", [synthetic("unknown", "pay", 402), apiError("pay", 402)], { class: "quota", status: 402 }],
  [
    "404",
    [synthetic("model_not_found", "no such model", 404), apiError("no such model", 404)],
    { class: "bad-request", status: 404 },
  ],
  [
    "400",
    [synthetic("unknown", "weird", 400), apiError("weird", 400)],
    { class: "bad-request", status: 400 },
  ],
  ["500", [synthetic("server_error", "boom", 500), apiError("boom", 500)], { class: "server", status: 500 }],
  ["529", [synthetic("overloaded", "busy", 529), apiError("busy", 529)], { class: "server", status: 529 }],
  [
    "a refused connection",
    [synthetic("server_error", "Connection refused"), apiError("Connection refused")],
    { class: "unreachable" },
  ],
  ["a prompt too long", [apiError("Prompt is too long")], { class: "bad-request" }],
  [
    "too many turns",
    [{ ...success, subtype: "error_max_turns", is_error: true, result: undefined, errors: ["Reached 2"] }],
    { class: "agent", message: "Reached 2" },
  ],
  [
    "an unknown session",
    [
      {
        ...success,
        subtype: "error_during_execution",
        is_error: true,
        result: undefined,
        errors: ["No conversation found with session ID: x"],
      },
    ],
    { class: "spawn" },
  ],
];
for (const [name, lines, expected] of failures) {
  it(`${name} is a failure of class ${expected.class}`, async () => {
    const { failure } = await read([init, ...lines], { exitCode: 1 });
    expect(failure).toMatchObject(expected);
  });
}

it("a limit of a subscription is a quota with the time it ends", async () => {
  const limit = {
    type: "rate_limit_event",
    rate_limit_info: { status: "rejected", resetsAt: 1799999999, rateLimitType: "five_hour" },
  };
  const { events, failure } = await read(
    [init, limit, synthetic("rate_limit", "You've hit your 5-hour limit", 429), apiError("hit", 429)],
    { exitCode: 1 },
  );
  expect(failure).toMatchObject({ class: "quota", resetsAt: "2027-01-15T07:59:59.000Z" });
  expect(events).toContainEqual({
    kind: "warning",
    message: "five_hour limit reached, resets at 2027-01-15T07:59:59.000Z",
  });
});

const retry = (error: string, status: number | null, attempt = 1) => ({
  type: "system",
  subtype: "api_retry",
  attempt,
  error,
  error_status: status,
});

it("a planned key that is turned down ends the run at once, a login is given one renewal", async () => {
  const turnedDown = retry("authentication_failed", 401);
  const planned = await read([init, turnedDown], { ownLogin: false });
  expect(planned.hopeless).toMatchObject({ class: "auth", status: 401 });
  expect((await read([init, turnedDown])).hopeless).toBeUndefined();
  const again = await read([init, turnedDown, retry("authentication_failed", 401, 2)]);
  expect(again.hopeless).toMatchObject({ class: "auth", status: 401 });
});

it("another error is only retried", async () => {
  const busy = await read([init, retry("overloaded", 529)], { ownLogin: false });
  expect(busy.hopeless).toBeUndefined();
  expect(busy.events).toContainEqual({ kind: "retry", attempt: 1, reason: "overloaded (529)" });
});

it("an error that a retry got over is no failure of what came after", async () => {
  const { failure } = await read(
    [
      init,
      synthetic("server_error", "boom", 500),
      said("m1", []),
      { ...success, is_error: true, terminal_reason: "aborted_tools", result: "stopped" },
    ],
    { exitCode: 1 },
  );
  expect(failure).toMatchObject({ class: "agent", message: "stopped" });
});

it("done needs a result, a model that was asked, and exit code 0", async () => {
  const answered = said("m1", []);
  expect((await read([init, answered, success], { exitCode: 1 })).failure).toMatchObject({ class: "agent" });
  expect((await read([init, answered])).failure).toMatchObject({ class: "agent" });
  expect((await read([init, success])).failure?.message).toBe("claude ended without asking the model");
  const killed = await read([init, answered], { signal: "SIGKILL" });
  expect(killed.failure).toMatchObject({ class: "killed" });
  expect((await read([init, answered], { exitCode: 143 })).failure).toMatchObject({ class: "killed" });
  const flag = await read([], { exitCode: 1, stderr: "error: unknown option" });
  expect(flag.failure).toMatchObject({ class: "spawn" });
  expect(flag.failure?.message).toContain("unknown option");
});

it("each denied tool call counts once, whoever tells it", async () => {
  const denied = { type: "system", subtype: "permission_denied", tool_name: "Write", tool_use_id: "t1" };
  const { events, report } = await read([
    init,
    denied,
    said("m1", []),
    { ...success, permission_denials: [{ tool_use_id: "t1" }, { tool_use_id: "t2" }] },
  ]);
  expect(report.denials).toBe(2);
  expect(events).toContainEqual({ kind: "warning", message: "Write was not permitted" });
});

it("a long text is cut, a summary shorter still", async () => {
  const long = "x".repeat(20_000);
  const { events, report } = await read([
    init,
    said("m1", [{ type: "text", text: long }]),
    { ...success, result: long },
  ]);
  const text = events.find((event) => event.kind === "text");
  expect(text?.kind === "text" && text.text.length).toBe(16_000);
  expect(report.summary).toHaveLength(8000);
});

it("no line makes it throw", async () => {
  const kinds = fc.constantFrom("system", "assistant", "user", "result", "rate_limit_event", "x");
  const names = fc.constantFrom("init", "api_retry", "permission_denied", "model_fallback", "success");
  const line = fc.record({
    type: fc.oneof(kinds, fc.jsonValue()),
    subtype: fc.oneof(names, fc.jsonValue()),
    message: fc.jsonValue(),
    error: fc.jsonValue(),
    result: fc.jsonValue(),
    errors: fc.jsonValue(),
    modelUsage: fc.jsonValue(),
    model_usage_since_last_result: fc.option(fc.jsonValue(), { nil: undefined }),
    rate_limit_info: fc.record({ status: fc.constantFrom("rejected", 1), resetsAt: fc.double() }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(line, fc.string())), async (lines) => {
      const reader = claudeReader({}, true);
      for (const one of lines) reader.read(typeof one === "string" ? one : JSON.stringify(one));
      reader.failure({ exitCode: 0 }, "");
      await reader.report();
    }),
  );
});
