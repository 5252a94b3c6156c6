// Sessions as the CLIs keep them, read back: who said what when, with what it used.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fieldsOf } from "./fields.ts";
import { holdsPrompt, keptFile, keptPlace, keptTurns, markedSessions } from "./kept.ts";

let home: string;
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), "wg-kept-"));
});
afterEach(() => fs.rmSync(home, { recursive: true }));

const at = (second: number) => new Date(Date.UTC(2026, 10, 23, 12, 0, second)).toISOString();
const since = (second: number) => Date.parse(at(second));

function write(file: string, records: readonly unknown[]): void {
  fs.mkdirSync(path.dirname(path.join(home, file)), { recursive: true });
  fs.writeFileSync(path.join(home, file), records.map((record) => `${JSON.stringify(record)}\n`).join(""));
}

const session = (handler: "claude" | "codex" | "nex", id: string) => ({
  handler,
  id,
  place: { HOME: home },
  sessions: path.join(home, "sessions"),
});

describe("claude", () => {
  const person = (second: number, content: unknown, more = {}) => ({
    type: "user",
    timestamp: at(second),
    message: { role: "user", content },
    ...more,
  });
  const answer = (second: number, id: string, block: unknown, model = "claude-opus-5-5") => ({
    type: "assistant",
    timestamp: at(second),
    message: {
      id,
      role: "assistant",
      model,
      content: [block],
      usage: { input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 3 },
    },
  });
  const records = [
    { type: "queue-operation", content: "first" },
    person(1, "first"),
    answer(2, "m1", { type: "thinking", thinking: "hidden" }),
    answer(2, "m1", { type: "text", text: "Looking." }),
    answer(3, "m1", { type: "tool_use", id: "t", name: "Bash", input: { command: "ls" } }),
    person(4, [{ type: "tool_result", tool_use_id: "t", content: "a.txt", is_error: false }]),
    person(4, "a sub-agent's", { isSidechain: true }),
    answer(5, "m2", { type: "text", text: "One file." }),
    person(6, "<command-name>/cost</command-name>"),
    person(6, "meta", { isMeta: true }),
    answer(7, "m3", { type: "text", text: "API Error" }, "<synthetic>"),
    person(8, [{ type: "text", text: "second" }]),
  ];

  it("turns hold what was said and done, each answer counted once", async () => {
    write(".claude/projects/-w/abc.jsonl", records);
    const turns = await keptTurns(session("claude", "abc"), 0);
    expect(
      turns.map(({ text, answers, usage, servedModels }) => [text, answers, usage, servedModels]),
    ).toEqual([
      ["first", 2, { input: 30, output: 6, cached: 10 }, ["claude-opus-5-5"]],
      ["second", 0, { input: 0, output: 0, cached: 0 }, []],
    ]);
    expect(turns[0]?.words.map(({ at: _, ...word }) => word)).toEqual([
      { kind: "text", text: "Looking." },
      { kind: "tool", name: "Bash", input: '{"command":"ls"}' },
      { kind: "tool-result", ok: true, output: "a.txt" },
      { kind: "text", text: "One file." },
      { kind: "text", text: "API Error" },
    ]);
  });

  it("what was said before a moment is left out, and a torn line too", async () => {
    write(".claude/projects/-w/abc.jsonl", records);
    fs.appendFileSync(path.join(home, ".claude/projects/-w/abc.jsonl"), '{"type":"user","mess');
    const turns = await keptTurns(session("claude", "abc"), since(8));
    expect(turns.map(({ text }) => text)).toEqual(["second"]);
    expect(await holdsPrompt(session("claude", "abc"), " second\n", since(8))).toBe(true);
    expect(await holdsPrompt(session("claude", "abc"), "first", since(8))).toBe(false);
  });

  it("a session is looked for where the plan says that Claude keeps it, and a strange id is none", async () => {
    write("elsewhere/projects/-w/abc.jsonl", records);
    const place = keptPlace(
      { env: { CLAUDE_CONFIG_DIR: path.join(home, "elsewhere"), KEY: { ref: "env:K" } } },
      {},
    );
    expect(await keptFile({ ...session("claude", "abc"), place })).toContain("elsewhere");
    expect(await keptFile(session("claude", "abc"))).toBeUndefined();
    expect(await keptFile(session("claude", "../abc"))).toBeUndefined();
    expect(await keptTurns(session("claude", "gone"), 0)).toEqual([]);
  });
});

it("the sessions of a claude terminal are those that bear its mark", async () => {
  const told = (mark: string) => [{ type: "attachment", attachment: { systemPrompt: [`known as ${mark}`] } }];
  write(".claude/projects/-w/mine.jsonl", told("t-1"));
  write(".claude/projects/-w/other.jsonl", told("t-2"));
  write(".claude/projects/-w/mine/subagents/sub.jsonl", told("t-1"));
  expect(await markedSessions("claude", { HOME: home }, "t-1", 0)).toEqual(["mine"]);
  expect(await markedSessions("nex", { HOME: home }, "t-1", 0)).toEqual([]);
});

describe("codex", () => {
  const line = (second: number, type: string, payload: unknown) => ({ timestamp: at(second), type, payload });
  const item = (second: number, fields: Record<string, unknown>) =>
    line(second, "event_msg", { type: "item_completed", item: fields });
  const used = (second: number, input: number) =>
    line(second, "token_usage_record", { turn_token_usage: { input_tokens: input, output_tokens: 2 } });
  const rollout = (id: string, cwd: string) => [
    line(1, "session_meta", { id, cwd, timestamp: at(1), base_instructions: { text: "x".repeat(9000) } }),
    line(1, "turn_context", { model: "gpt-5.5" }),
    item(2, { type: "UserMessage", content: [{ type: "text", text: "first" }] }),
    item(3, { type: "AgentMessage", content: [{ type: "Text", text: "Looking." }] }),
    used(3, 10),
    item(4, {
      type: "CommandExecution",
      command: ["/bin/bash", "-lc", "ls"],
      aggregated_output: "a",
      exit_code: 2,
    }),
    item(5, { type: "AgentMessage", content: [{ type: "Text", text: "One file." }] }),
    used(5, 25),
    line(7, "turn_context", { model: "gpt-6" }),
    item(8, { type: "UserMessage", content: [{ type: "text", text: "second" }] }),
  ];
  const file = (id: string) => `.codex/sessions/2026/11/23/rollout-2026-11-23T12-00-00-${id}.jsonl`;

  it("turns hold what was said and done, and the model that was asked for", async () => {
    write(file("abc"), rollout("abc", "/w"));
    const turns = await keptTurns(session("codex", "abc"), 0);
    expect(
      turns.map(({ text, answers, usage, model, endedAt }) => [text, answers, usage.input, model, endedAt]),
    ).toEqual([
      ["first", 2, 25, "gpt-5.5", at(5)],
      ["second", 0, 0, "gpt-6", at(8)],
    ]);
    expect(turns[0]?.words.map(({ at: _, ...word }) => word)).toEqual([
      { kind: "text", text: "Looking." },
      { kind: "tool", name: "shell", input: "ls" },
      { kind: "tool-result", ok: false, output: "a" },
      { kind: "text", text: "One file." },
    ]);
  });

  it("the sessions of a terminal are those that bear its mark, but for a sub-agent's", async () => {
    const marked = (id: string, mark: string, source: string) => {
      const [first, ...rest] = rollout(id, "/w");
      const told = { role: "developer", content: [{ type: "input_text", text: `known as ${mark}` }] };
      const meta = { ...first, payload: { ...fieldsOf(first?.payload), thread_source: source } };
      write(file(id), [meta, line(1, "response_item", told), ...rest]);
    };
    expect(await markedSessions("codex", { HOME: home }, "t-1", 0)).toEqual([]);
    marked("mine", "t-1", "user");
    marked("other", "t-2", "user");
    marked("sub", "t-1", "subagent");
    expect(await markedSessions("codex", { HOME: home }, "t-1", 0)).toEqual(["mine"]);
    expect(await markedSessions("codex", { HOME: home }, "t-1", Date.now() + 60_000)).toEqual([]);
  });
});

it("what nex was told is found in its own file", async () => {
  write("sessions/abc.jsonl", [{ role: "user", content: 'say "hi"\n' }]);
  expect(await holdsPrompt(session("nex", "abc"), 'say "hi"\n', 0)).toBe(true);
  expect(await holdsPrompt(session("nex", "abc"), "say hi", 0)).toBe(false);
  expect(await holdsPrompt(session("nex", "gone"), "say hi", 0)).toBe(false);
});
