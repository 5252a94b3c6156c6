// Turns of chats: one after the other in a chat, at the same time in many, and nothing that was said is lost.
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readChat, writePlan } from "../../src/chat/chat.ts";
import { chatMessages, leaveMessage } from "../../src/chat/message.ts";
import { readTranscript } from "../../src/chat/transcript.ts";
import { runTurn } from "../../src/chat/turn.ts";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { type ChatPlace, linesOf, makeChatPlace, planAt, say } from "../support/chat.ts";
import { chunk } from "../support/nex.ts";

let place: ChatPlace;
let simulator: Simulator;
beforeEach(async () => {
  place = makeChatPlace();
  simulator = await startSimulator({ script: { rules: [{ steps: [{ final: "heard" }] }] } });
});
afterEach(async () => {
  await simulator.close();
  place.remove();
});

it("a chat goes on with what was said before", async () => {
  const chat = place.open(simulator.url);
  for (const text of ["one", "two", "three"]) {
    expect((await say(chat, text, place.io)).result).toMatchObject({ outcome: "done", summary: "heard" });
  }
  expect(linesOf(chat)).toEqual([
    ...["1 user one", "1 text heard", "1 result done"],
    ...["2 user two", "2 text heard", "2 result done"],
    ...["3 user three", "3 text heard", "3 result done"],
  ]);
  const record = readChat(chat.folder);
  expect(record).toMatchObject({ title: "one", turns: 3, sessions: [{ handler: "nex", knows: [1, 2, 3] }] });
  const asked = simulator.requests.filter(({ model }) => model !== undefined);
  expect(asked.map(({ prompt }) => prompt)).toEqual(["one", "two", "three"]);
});

it("what is said is on disk before anything runs", async () => {
  const chat = place.open(simulator.url);
  const turn = runTurn(chat.folder, "remember me", place.io, new AbortController().signal);
  await turn.next();
  expect(linesOf(chat)).toEqual(["1 user remember me"]);
  await turn.return({} as never);
  expect((await say(chat, "again", place.io)).result.outcome).toBe("done");
});

it("turns of one chat come one after the other, those of many chats at once", async () => {
  const server = await barrier();
  const [a, b, c] = [0, 1, 2].map(() => place.open(server.url));
  if (!a || !b || !c) throw new Error("no chats");
  const turns = [
    say(a, "a1", place.io),
    say(a, "a2", place.io),
    say(b, "b", place.io),
    say(c, "c", place.io),
  ];
  // Three chats, so three requests; the fourth turn waits for the first of its chat.
  await server.holds(3);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(server.most()).toBe(3);
  server.open();
  const ended = await Promise.all(turns);
  expect(ended.map(({ result }) => result.outcome)).toEqual(["done", "done", "done", "done"]);
  expect(server.most()).toBe(3);
  const users = readTranscript(a.folder).filter(({ kind }) => kind === "user" || kind === "result");
  expect(users.map(({ kind, turn }) => `${turn} ${kind}`)).toEqual([
    "1 user",
    "1 result",
    "2 user",
    "2 result",
  ]);
  await server.close();
});

it("who waits for a turn can give up", async () => {
  const server = await barrier();
  const chat = place.open(server.url);
  const first = say(chat, "first", place.io);
  await server.holds(1);
  const stop = new AbortController();
  const second = say(chat, "second", place.io, stop.signal);
  stop.abort(new Error("enough"));
  await expect(second).rejects.toThrow("enough");
  server.open();
  expect((await first).result.outcome).toBe("done");
  expect(linesOf(chat)).not.toContain("2 user second");
  await server.close();
});

it("an interrupted turn is told as such, and the next one is heard", async () => {
  const server = await barrier();
  const chat = place.open(server.url);
  const stop = new AbortController();
  const turn = say(chat, "quokka", place.io, stop.signal);
  await server.holds(1);
  stop.abort();
  expect((await turn).result).toMatchObject({ outcome: "cancelled", failure: { message: "interrupted" } });
  server.open();
  expect((await say(chat, "go on", place.io)).result.outcome).toBe("done");
  // The agent heard both, in one session, each once.
  expect(JSON.stringify(server.bodies.at(-1)).split("quokka")).toHaveLength(2);
  expect(JSON.stringify(server.bodies.at(-1))).toContain("go on");
  await server.close();
});

it("a turn that no server answers fails, and what was said is heard the next time", async () => {
  const chat = place.open("http://127.0.0.1:1");
  expect((await say(chat, "is anybody there?", place.io)).result).toMatchObject({
    outcome: "failed",
    failure: { class: "unreachable" },
  });
  writePlan(chat.folder, 1, planAt(place.root, simulator.url));
  expect((await say(chat, "and now?", place.io)).result.outcome).toBe("done");
  const { prompt } = simulator.requests.at(-1) ?? {};
  expect(prompt).toContain("is anybody there?");
  expect(prompt).toContain("and now?");
});

it("a session that is gone is told what was said", async () => {
  const chat = place.open(simulator.url);
  await say(chat, "my name is Ada", place.io);
  fs.rmSync(chat.folder.sessions, { recursive: true });
  const { result, events } = await say(chat, "who am I?", place.io);
  expect(result.outcome).toBe("done");
  expect(events[0]).toMatchObject({
    kind: "warning",
    message: expect.stringContaining("no longer has its session"),
  });
  const { prompt } = simulator.requests.at(-1) ?? {};
  expect(prompt).toContain("Person: my name is Ada");
  expect(prompt).toContain("Agent: heard");
});

it("what was left for a chat is told at its next turn, and once", async () => {
  const chat = place.open(simulator.url);
  const left = leaveMessage(chat.folder, { by: "build", text: "the tests are red" }, new Date());
  expect(left).toMatchObject({ number: 1, by: "build" });
  await say(chat, "what is new?", place.io);
  expect(simulator.requests.at(-1)?.prompt).toMatch(/From build: the tests are red\n.*what is new\?/s);
  await say(chat, "and now?", place.io);
  expect(simulator.requests.at(-1)?.prompt).toBe("and now?");
  expect(linesOf(chat).slice(0, 2)).toEqual(["1 message the tests are red", "1 user what is new?"]);
  expect(chatMessages(chat.folder, readTranscript(chat.folder))).toEqual([
    { ...left, seen: { turn: 1, at: expect.any(String) } },
  ]);
  for (const text of [" ", "x".repeat(20_001)]) {
    expect(() => leaveMessage(chat.folder, { by: "user", text }, new Date())).toThrow(/has 1 to 20000/);
  }
});

it("a line that a crash cut off costs that line alone", async () => {
  const chat = place.open(simulator.url);
  await say(chat, "one", place.io);
  fs.appendFileSync(chat.folder.transcript, '{"at":"2026-11-23T12:00:00Z","turn":2,"kind":"us');
  await say(chat, "two", place.io);
  expect(linesOf(chat).slice(3)).toEqual(["2 user two", "2 text heard", "2 result done"]);
});

it("a model that was not asked for is told, or fails the turn where it is to", async () => {
  simulator.setScript({ rules: [{ echo_model: "gpt-4", steps: [{ final: "heard" }] }] });
  const warned = await say(place.open(simulator.url), "hello", place.io);
  expect(warned.result.outcome).toBe("done");
  expect(warned.events).toContainEqual({
    kind: "warning",
    message: "asked for qwen, the server answered with gpt-4",
  });
  const strict = await say(place.open(simulator.url, { onModelMismatch: "fail" }), "hello", place.io);
  expect(strict.result).toMatchObject({ outcome: "failed", failure: { class: "model-mismatch" } });
});

it("nothing is not said, and neither is a book", async () => {
  const chat = place.open(simulator.url);
  for (const text of ["", " \n", "x".repeat(1_000_001)]) {
    await expect(say(chat, text, place.io)).rejects.toMatchObject({ code: "bad-text" });
  }
  expect(linesOf(chat)).toEqual([]);
});

/** A server that holds every answer until it is opened. */
async function barrier() {
  const held: (() => void)[] = [];
  const bodies: unknown[] = [];
  let isOpen = false;
  let most = 0;
  let told = () => {};
  const server = http.createServer(async (request, response) => {
    let text = "";
    for await (const part of request) text += part;
    if (request.method !== "POST") return response.writeHead(404).end();
    bodies.push(JSON.parse(text));
    response.on("error", () => {});
    const answer = () => {
      response.setHeader("content-type", "text/event-stream");
      response.end(`${chunk({ content: "heard" })}${chunk({}, "stop")}data: [DONE]\n\n`);
    };
    if (isOpen) return answer();
    held.push(answer);
    most = Math.max(most, held.length);
    told();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    bodies,
    most: () => most,
    holds: (count: number) =>
      new Promise<void>((resolve) => {
        told = () => {
          if (held.length >= count) resolve();
        };
        told();
      }),
    open() {
      isOpen = true;
      for (const answer of held.splice(0)) answer();
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
