// What a native terminal said, taken into a chat: once, whatever was killed when, and without a key.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { homeOf } from "../base/home.ts";
import { type ChatPlan, type OpenTerminal, readChat, writeChat } from "./chat.ts";
import { enterChat } from "./enter.ts";
import { leaveMessage, newMessages } from "./message.ts";
import { type Opened, openChat } from "./shelf.ts";
import { readTerminal } from "./terminal-turns.ts";
import { appendEntry, readTranscript } from "./transcript.ts";

const at = (second: number) => new Date(Date.UTC(2026, 10, 23, 12, 0, second)).toISOString();
const secret = "sk-secret-0123456789";
const plan: ChatPlan = {
  schemaVersion: 1,
  project: "",
  cwd: "/",
  profile: "p",
  revision: "0123456789ab",
  route: { handler: "claude", model: "opus" },
  endpoint: { name: "gate", provider: "anthropic", url: "http://gate", keyRef: "env:GATE_KEY" },
  env: {},
  permissions: "workspace",
  limits: { timeoutMs: 1000, hangAfterMs: 1000, maxTurns: 1 },
  onModelMismatch: "warn",
  origins: {},
};

let root: string;
let opened: Opened;
let env: Record<string, string>;
beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "wg-terminal-")));
  env = { HOME: root, WG_HOME: path.join(root, ".wg"), GATE_KEY: secret };
  opened = openChat(homeOf(env), plan, "", { now: () => new Date(at(0)), random: Math.random });
  const terminal: OpenTerminal = {
    handler: "claude",
    session: "first",
    mark: "t-1",
    server: "http://gate",
    place: { HOME: root },
    since: at(1),
    told: [1],
  };
  writeChat(opened.folder, { ...opened.chat, terminal });
});
afterEach(() => fs.rmSync(root, { recursive: true }));

/** A session of Claude's with these turns, each a second of its own. */
function session(id: string, ...turns: [second: number, text: string, answer: string][]): void {
  const folder = path.join(root, ".claude", "projects", "-");
  fs.mkdirSync(folder, { recursive: true });
  const lines = turns.flatMap(([second, text, answer]) => [
    { type: "user", timestamp: at(second), message: { role: "user", content: text } },
    {
      type: "assistant",
      timestamp: at(second),
      message: {
        id: `${id}${second}`,
        role: "assistant",
        model: "claude-opus-5",
        content: [{ type: "text", text: answer }],
      },
    },
  ]);
  const told = { type: "attachment", attachment: { systemPrompt: ["known as t-1"] } };
  fs.writeFileSync(
    path.join(folder, `${id}.jsonl`),
    [told, ...lines].map((line) => JSON.stringify(line)).join("\n"),
  );
}

async function enter(): Promise<void> {
  const holder = { kind: "change", pid: process.pid, since: at(9) } as const;
  (await enterChat(opened.folder, holder, env, new AbortController().signal)).leave();
}

const told = () =>
  readTranscript(opened.folder).map((entry) => [entry.turn, entry.kind, "text" in entry ? entry.text : ""]);

it("is read when the chat is next entered, and once", async () => {
  session("first", [2, "one", "yes"], [3, "two", "no"]);
  await enter();
  await enter();
  expect(told()).toEqual([
    [1, "user", "one"],
    [1, "text", "yes"],
    [1, "result", ""],
    [2, "user", "two"],
    [2, "text", "no"],
    [2, "result", ""],
  ]);
  const chat = readChat(opened.folder);
  expect(chat).toMatchObject({ title: "one", turns: 2, sessions: [{ id: "first", knows: [1, 2] }] });
  expect(chat.terminal).toBeUndefined();
});

it("is not told twice by who comes after a process that was killed while it read", async () => {
  session("first", [2, "one", "yes"]);
  appendEntry(opened.folder, { at: at(2), turn: 1, kind: "user", text: "one" });
  await enter();
  expect(told().map(([, kind]) => kind)).toEqual(["user", "text", "result"]);
});

it("has heard what was left before it was opened, and not what came later", async () => {
  for (const text of ["before", "later"]) leaveMessage(opened.folder, { by: "build", text }, new Date(at(1)));
  session("first", [2, "one", "yes"]);
  await enter();
  expect(told()[0]).toEqual([1, "message", "before"]);
  expect(newMessages(opened.folder, readTranscript(opened.folder)).map(({ text }) => text)).toEqual([
    "later",
  ]);
});

it("can be looked at while the terminal is open, and nothing is written", async () => {
  session("first", [2, "one", "yes"]);
  const chat = readChat(opened.folder);
  expect((await readTerminal(opened.folder, chat, plan, env)).map(({ kind }) => kind)).toEqual([
    "user",
    "text",
    "result",
  ]);
  expect(told()).toEqual([]);
});

it("goes on with the session that was begun last, to which what was before counts as told", async () => {
  session("first", [2, "one", "yes"]);
  session("cleared", [4, "two", "no"]);
  await enter();
  expect(readChat(opened.folder).sessions).toEqual([
    { handler: "claude", id: "first", server: "http://gate", knows: [1] },
    { handler: "claude", id: "cleared", server: "http://gate", knows: [1, 2] },
  ]);
});

it("holds no key", async () => {
  session("first", [2, `is ${secret} right?`, `yes, ${secret}`]);
  await enter();
  expect(told().map(([, , text]) => text)).toEqual(["is *** right?", "yes, ***", ""]);
  expect(fs.readFileSync(opened.folder.record, "utf8")).not.toContain(secret);
});

it("warns of a model that was not planned", async () => {
  session("first", [2, "one", "yes"]);
  fs.writeFileSync(
    path.join(opened.folder.plans, "1.json"),
    JSON.stringify({ ...plan, route: { handler: "claude", model: "haiku" } }),
  );
  await enter();
  expect(readTranscript(opened.folder)).toContainEqual(
    expect.objectContaining({ kind: "warning", message: expect.stringContaining("claude-opus-5") }),
  );
});

it("of a terminal in which nothing was said leaves nothing", async () => {
  await enter();
  expect(told()).toEqual([]);
  expect(readChat(opened.folder)).toMatchObject({ turns: 0, sessions: [] });
});
