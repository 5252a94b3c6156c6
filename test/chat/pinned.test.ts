// A chat stays on what it was opened with, whatever is switched to, changed or deleted around it.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readChat, readPlan } from "../../src/chat/chat.ts";
import { type Opened, openChat } from "../../src/chat/shelf.ts";
import { switchChat } from "../../src/chat/switch.ts";
import { readTranscript } from "../../src/chat/transcript.ts";
import { choose } from "../../src/plan/choose.ts";
import { loadSettings } from "../../src/profile/load.ts";
import { useProfile } from "../../src/profile/switch.ts";
import type { Where } from "../../src/profile/where.ts";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { type ChatPlace, makeChatPlace, say } from "../support/chat.ts";

let place: ChatPlace;
let where: Where;
let left: Simulator;
let right: Simulator;
const signal = new AbortController().signal;

beforeEach(async () => {
  place = makeChatPlace();
  where = { home: place.home, env: {} };
  const script = { rules: [{ steps: [{ final: "heard" }] }] };
  left = await startSimulator({ script });
  right = await startSimulator({ script });
  writeProfile("left", "qwen", left.url);
  writeProfile("right", "glm", right.url);
});
afterEach(async () => {
  await Promise.all([left.close(), right.close()]);
  place.remove();
});

function writeProfile(name: string, model: string, url: string): void {
  fs.mkdirSync(place.home.profiles, { recursive: true });
  const server = `name = "gate"\nprovider = "oai-compat"\nurl = "${url}"\n`;
  const text = `[agent]\nmodel = "local:${model}"\n[[llm_endpoints.endpoints]]\n${server}`;
  fs.writeFileSync(path.join(place.home.profiles, `${name}.toml`), text);
}

async function use(name: string): Promise<void> {
  const target = { kind: "named", word: name } as const;
  await useProfile(where, { target, by: { pid: 1, user: "ada" }, now: () => new Date() }, signal);
}

function plan() {
  const cwd = path.join(place.root, "work");
  return { schemaVersion: 1 as const, project: "", cwd, ...choose("chat", loadSettings(where).settings) };
}

/** Opens a chat on what is active now. */
const open = (): Opened => openChat(place.home, plan(), "", place.io);

const modelsAsked = ({ requests }: Simulator): string[] => [
  ...new Set(requests.flatMap(({ model }) => (model === undefined ? [] : [model]))),
];

it("two chats on two profiles keep model and endpoint while the switch goes back and forth a hundred times", async () => {
  await use("left");
  const onLeft = open();
  await use("right");
  const onRight = open();
  for (let round = 1; round <= 100; round++) {
    await use(round % 2 === 0 ? "right" : "left");
    if (round % 10 !== 0) continue;
    const both = [say(onLeft, `round ${round}`, place.io), say(onRight, `round ${round}`, place.io)];
    // Switched again while both talk.
    await use(round % 20 === 0 ? "left" : "right");
    const results = (await Promise.all(both)).map(({ result }) => [result.outcome, result.servedModels]);
    expect(results).toEqual([
      ["done", ["qwen"]],
      ["done", ["glm"]],
    ]);
  }
  expect([modelsAsked(left), modelsAsked(right)]).toEqual([["qwen"], ["glm"]]);
  for (const [chat, profile] of [[onLeft, "left"] as const, [onRight, "right"] as const]) {
    expect(readChat(chat.folder).pins).toHaveLength(1);
    const ran = readTranscript(chat.folder).flatMap((entry) =>
      entry.kind === "result" ? [entry.on.profile] : [],
    );
    expect(ran).toEqual(Array(10).fill(profile));
  }
}, 60_000);

it("a profile that is changed, and then deleted, changes nothing for its chats", async () => {
  await use("left");
  const chat = open();
  writeProfile("left", "other-model", right.url);
  expect((await say(chat, "one", place.io)).result.servedModels).toEqual(["qwen"]);
  fs.rmSync(path.join(place.home.profiles, "left.toml"));
  expect((await say(chat, "two", place.io)).result.servedModels).toEqual(["qwen"]);
  expect(right.requests).toEqual([]);
});

it("a switch of the chat itself counts from its next turn on, and its session goes along", async () => {
  await use("left");
  const chat = open();
  await say(chat, "my name is Ada", place.io);
  await use("right");
  const switched = await switchChat(chat.folder, plan(), place.io, signal);
  expect(switched).toMatchObject({ changed: true, resumes: true, lost: [], from: { profile: "left" } });
  expect((await say(chat, "who am I?", place.io)).result.servedModels).toEqual(["glm"]);
  expect(modelsAsked(left)).toEqual(["qwen"]);
  const { pins, sessions } = readChat(chat.folder);
  expect(pins.map(({ by, profile, route }) => [by, profile, route])).toEqual([
    ["open", "left", "local:qwen"],
    ["switch", "right", "local:glm"],
  ]);
  expect(sessions).toEqual([expect.objectContaining({ knows: [1, 2], server: right.url })]);
});

it("a switch to what a chat is on already changes nothing", async () => {
  await use("left");
  const chat = open();
  const before = fs.readFileSync(chat.folder.record, "utf8");
  expect(await switchChat(chat.folder, plan(), place.io, signal)).toMatchObject({ changed: false });
  expect(fs.readFileSync(chat.folder.record, "utf8")).toBe(before);
});

it("a turn that is under way finishes on what it began with", async () => {
  left.setScript({ rules: [{ delay_ms: 800, steps: [{ final: "slowly" }] }] });
  await use("left");
  const chat = open();
  const turn = say(chat, "one", place.io);
  await use("right");
  const switched = switchChat(chat.folder, plan(), place.io, signal);
  expect((await turn).result).toMatchObject({ outcome: "done", servedModels: ["qwen"] });
  expect(await switched).toMatchObject({ changed: true });
  const order = readTranscript(chat.folder).map(({ kind }) => kind);
  expect(order).toEqual(["user", "text", "result", "switch"]);
});

it("what is kept of a chat holds no key", async () => {
  await use("left");
  const secret = "sk-very-secret-0123456789";
  const env = { ...place.io.env, GATE_KEY: secret };
  const frozen = plan();
  const endpoint = frozen.endpoint && { ...frozen.endpoint, keyRef: "env:GATE_KEY" };
  const chat = openChat(place.home, { ...frozen, ...(endpoint && { endpoint }) }, "", place.io);
  left.setScript({ rules: [{ steps: [{ shell: "env" }, { final: `the key is ${secret}` }] }] });
  const { result } = await say(chat, "what is the key?", { ...place.io, env });
  expect(result.outcome).toBe("done");
  expect(left.requests.at(-1)?.key).not.toBe("none");
  expect(readPlan(chat.folder, readChat(chat.folder)).endpoint?.keyRef).toBe("env:GATE_KEY");
  const kept = fs
    .readdirSync(chat.folder.root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => fs.readFileSync(path.join(entry.parentPath, entry.name), "utf8"));
  expect(kept.length).toBeGreaterThan(5);
  expect(kept.filter((text) => text.includes(secret))).toEqual([]);
});
