// What each API's requests are understood as, in the shapes the real clients send.
import { describe, expect, it } from "vitest";
import { completions } from "./completions.ts";
import type { Ask } from "./dialect.ts";
import { messages } from "./messages.ts";
import { responses } from "./responses.ts";
import { namedCall, shellCall, writeCall } from "./tool-choice.ts";

function asked(ask: Ask | string): Ask {
  if (typeof ask === "string") throw new Error(ask);
  return ask;
}

const text = (value: string) => ({ type: "text", text: value });
const reminder = text("<system-reminder>\nbe brief\n</system-reminder>\n");
const used = { role: "assistant", content: [{ type: "tool_use", id: "t", name: "Bash", input: {} }] };
const result = (value: unknown) => ({ type: "tool_result", tool_use_id: "t", content: value });
const claude = (...turns: unknown[]) => asked(messages.read({ model: "claude-x", messages: turns }));

describe("a Messages request", () => {
  it("is read without the client's reminders and system turns", () => {
    const ask = claude(
      { role: "user", content: [reminder, text("do it")] },
      { role: "system", content: [text("env")] },
    );
    expect(ask).toMatchObject({ prompt: "do it", step: 0, system: "\nenv", stream: false });
  });

  it("counts a turn of tool results once, however many there are", () => {
    const ask = claude({ role: "user", content: "do it" }, used, {
      role: "user",
      content: [result("one"), result([text("two")]), reminder, text("[note of the client]")],
    });
    expect(ask).toMatchObject({ prompt: "do it", step: 1, toolResult: "two" });
  });

  it("counts two turns after each other", () => {
    const ask = claude(
      { role: "user", content: "do it" },
      used,
      { role: "user", content: [result("one")] },
      { role: "system", content: "still going" },
      used,
      { role: "user", content: [result("two")] },
    );
    expect(ask.step).toBe(2);
  });

  it("starts again after a new text of the user", () => {
    const ask = claude(
      { role: "user", content: "one" },
      used,
      { role: "user", content: [result("x")] },
      used,
      {
        role: "user",
        content: [text("two")],
      },
    );
    expect(ask).toMatchObject({ prompt: "two", step: 0 });
  });

  it("does not start again for a background agent that reports as if it were the user", () => {
    const notice = "[SYSTEM NOTIFICATION - NOT USER INPUT] agent 3 has finished";
    const ask = claude(
      { role: "user", content: "one" },
      used,
      { role: "user", content: [result("x")] },
      { role: "assistant", content: [text("waiting")] },
      { role: "user", content: [reminder, text(notice)] },
    );
    expect(ask).toMatchObject({ prompt: "one", step: 1 });
  });

  it("offers the tools that can be called now", () => {
    const tool = (name: string, more = {}) => ({
      name,
      input_schema: { properties: { command: {} } },
      ...more,
    });
    const ask = asked(
      messages.read({
        model: "m",
        messages: [{}],
        tools: [tool("Bash"), tool("Cron", { defer_loading: true })],
      }),
    );
    expect(ask.tools).toEqual([{ name: "Bash", kind: "function", properties: { command: {} } }]);
  });

  it.each([
    {},
    { model: "m" },
    { messages: [{}] },
    { model: "m", messages: [] },
    { model: 3, messages: [{}] },
  ])("is refused in a sentence when it is %j", (body) => expect(messages.read(body)).toMatch(/required/));
});

describe("a Chat Completions request", () => {
  const chat = (...turns: unknown[]) =>
    asked(completions.read({ model: "q", messages: turns, stream: true }));
  const call = { role: "assistant", content: null, tool_calls: [{ id: "c", type: "function" }] };

  it("is read turn by turn", () => {
    const ask = chat(
      { role: "system", content: "be good" },
      { role: "user", content: [{ type: "text", text: "do it" }] },
      call,
      { role: "tool", content: "one" },
      { role: "tool", content: "two" },
      call,
      { role: "tool", content: "three" },
    );
    expect(ask).toMatchObject({
      system: "be good",
      prompt: "do it",
      step: 2,
      toolResult: "three",
      stream: true,
    });
  });

  it("is refused without messages", () => {
    expect(completions.read({ model: "m" })).toMatch(/messages/);
  });
});

describe("a Responses request", () => {
  const item = (role: string, value: string) => ({
    type: "message",
    role,
    content: [{ type: "input_text", text: value }],
  });
  const call = { type: "function_call", call_id: "c", name: "exec_command", arguments: "{}" };
  const output = (value: unknown) => ({ type: "function_call_output", call_id: "c", output: value });
  const codex = (input: unknown, more = {}) => asked(responses.read({ model: "gpt", input, ...more }));

  it("is read without what Codex tells about its surroundings", () => {
    const ask = codex([
      item("developer", "You are Codex"),
      item("user", "# AGENTS.md instructions for /w\n..."),
      item("user", "do it"),
      item("user", "<environment_context>\n  <cwd>/w</cwd>\n</environment_context>"),
    ]);
    expect(ask).toMatchObject({ prompt: "do it", step: 0, system: "\nYou are Codex" });
  });

  it("counts outputs that stand together as one turn", () => {
    const ask = codex([
      item("user", "do it"),
      call,
      call,
      output("a"),
      output("b"),
      { type: "reasoning" },
      call,
      output("c"),
    ]);
    expect(ask).toMatchObject({ step: 2, toolResult: "c" });
  });

  it("does not count a command that is still running", () => {
    const busy = output("Wall time: 30 seconds\nProcess running with session ID 42\nOutput:\n");
    const first = [item("user", "do it"), call, output("a"), call, busy];
    expect(codex(first)).toMatchObject({ step: 1, running: 42, toolResult: "a" });
    const waited = codex([...first, call, output("Process exited with code 0")]);
    expect(waited).toMatchObject({ step: 2, toolResult: "Process exited with code 0" });
    expect(waited.running).toBeUndefined();
  });

  it("takes a plain text as its input", () => {
    expect(codex("hello")).toMatchObject({ prompt: "hello", step: 0 });
  });

  it("finds tools beside the conversation and inside it, with their namespace", () => {
    const exec = { type: "custom", name: "exec", format: {} };
    const input = [
      { type: "additional_tools", tools: [{ type: "namespace", name: "functions", tools: [exec] }] },
      item("user", "do it"),
    ];
    const tools = [
      { type: "function", name: "view", parameters: { properties: { path: {} } } },
      { type: "web_search" },
    ];
    expect(codex(input, { tools }).tools).toEqual([
      { name: "view", kind: "function", properties: { path: {} } },
      { name: "exec", kind: "custom", namespace: "functions", properties: {} },
    ]);
  });

  it("is refused without input", () => {
    expect(responses.read({ model: "m", input: [] })).toMatch(/input/);
  });
});

describe("a step as a tool call", () => {
  it("calls what was not offered by its name, in a namespace where that has a dot", () => {
    const call = (name: string) => namedCall([], name, {}).tool;
    expect(call("mcp__wg__add")).toEqual({ name: "mcp__wg__add", kind: "function", properties: {} });
    expect(call("mcp__wg.add")).toEqual({
      name: "add",
      namespace: "mcp__wg",
      kind: "function",
      properties: {},
    });
  });

  const tool = (name: string, ...keys: string[]) => ({
    name,
    kind: "function" as const,
    properties: Object.fromEntries(keys.map((key) => [key, {}])),
  });
  const input = (call: ReturnType<typeof shellCall>) => JSON.parse(call?.input ?? "null");

  it("uses the words of the client's shell tool", () => {
    expect(input(shellCall([tool("Bash", "command", "timeout")], "ls"))).toEqual({
      command: "ls",
      timeout: 600_000,
    });
    expect(input(shellCall([tool("exec_command", "cmd")], "ls"))).toEqual({ cmd: "ls" });
    expect(input(shellCall([tool("shell", "command")], "ls"))).toEqual({ command: "ls" });
    const list = { name: "shell", kind: "function" as const, properties: { command: { type: "array" } } };
    expect(input(shellCall([list], "ls"))).toEqual({ command: ["bash", "-c", "ls"] });
  });

  it("writes a script for a client that runs scripts", () => {
    const exec = { name: "exec", kind: "custom" as const, namespace: "functions", properties: {} };
    const call = shellCall([exec], 'echo "hi"');
    expect(call?.tool).toBe(exec);
    expect(call?.input).toContain('tools.exec_command({ cmd: "echo \\"hi\\"", yield_time_ms: 30000 })');
  });

  it("writes a file by the writing tool, else by the shell", () => {
    expect(input(writeCall([tool("Bash"), tool("Write", "file_path", "content")], "a", "b"))).toEqual({
      file_path: "a",
      content: "b",
    });
    expect(input(writeCall([tool("write", "path", "text")], "a", "b"))).toEqual({ path: "a", text: "b" });
    const byShell = input(writeCall([tool("exec_command", "cmd")], "-d/it's", "100% 'sure'\n"));
    expect(byShell.cmd).toBe(
      `mkdir -p "$(dirname './-d/it'\\''s')" && printf %s '100% '\\''sure'\\''\n' > './-d/it'\\''s'`,
    );
  });

  it("is none when nothing fits", () => {
    expect(shellCall([tool("view")], "ls")).toBeUndefined();
    expect(writeCall([], "a", "b")).toBeUndefined();
  });
});
