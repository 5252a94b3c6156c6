// The nex handler in conversation: turn after turn in one session, interrupted, killed, and longer than its model can take in.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Plan } from "../../src/graph/plan.ts";
import type { Job } from "../../src/handlers/handler.ts";
import type { Rule, Script } from "../../src/simulate/script.ts";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { fakeSecret, makeRunPlace, type RunPlace, runJob, textsOf } from "../support/contract.ts";
import { type Body, chunk, nexJob, scripted } from "../support/nex.ts";

let place: RunPlace;
let simulator: Simulator;
beforeEach(async () => {
  place = makeRunPlace();
  simulator = await startSimulator();
});
afterEach(async () => {
  await simulator.close();
  place.remove();
});

const sessions = () => path.join(place.root, "chat", "sessions");

function chatJob(prompt: string, resume?: string, more: Partial<Plan> = {}, url = simulator.url): Job {
  const plan = { role: "chat", prompt, ...(resume !== undefined && { resume }), ...more } as const;
  return { ...nexJob(place, url, plan), sessions: sessions() };
}

/** One turn, expected to be done; answers its session too. */
async function turn(prompt: string, resume?: string, more: Partial<Plan> = {}, url = simulator.url) {
  const { events, result } = await runJob(chatJob(prompt, resume, more, url));
  expect(result.failure).toBeUndefined();
  const { sessionId } = result;
  if (sessionId === undefined) throw new Error("no session");
  expect(events).toContainEqual({ kind: "session", sessionId });
  return { events, result, sessionId };
}

const say = (final: string): Script => ({ rules: [{ steps: [{ final }] }] });

describe("a chat", () => {
  it("goes on from turn to turn, by the id of its session", async () => {
    const server = await scripted([
      [chunk({ content: "Hello Ada." }, "stop")],
      [chunk({ content: "You are Ada." }, "stop")],
    ]);
    const first = await turn("I am Ada", undefined, {}, server.url);
    const second = await turn("Who am I?", first.sessionId, {}, server.url);
    expect(second.sessionId).toBe(first.sessionId);
    expect(second.result).toMatchObject({ summary: "You are Ada.", turns: 1 });
    expect(server.bodies[1]?.messages.slice(1)).toEqual([
      { role: "user", content: "I am Ada" },
      { role: "assistant", content: "Hello Ada." },
      { role: "user", content: "Who am I?" },
    ]);
    await server.close();
  });

  it("may ask: an answer without a call ends the turn, also one that is empty", async () => {
    simulator.setScript(say(""));
    const { events } = await turn("do it");
    expect(simulator.requests).toHaveLength(1);
    expect(events).toContainEqual({ kind: "warning", message: "the model gave an empty answer" });
  });

  it("uses its tools in the middle of a turn, and remembers what came of them", async () => {
    simulator.setScript({ rules: [{ steps: [{ shell: "echo 42" }, { final: "it is {{result}}" }] }] });
    const { sessionId, result } = await turn("what is it?");
    expect(result).toMatchObject({ summary: "it is 42", turns: 2 });
    const roles = fs
      .readFileSync(path.join(sessions(), `${sessionId}.jsonl`), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).role);
    expect(roles).toEqual(["user", "assistant", "tool", "assistant"]);
  });

  it("of another id is not made up", async () => {
    const { result } = await runJob(chatJob("hello", "no-such-id"));
    expect(result).toMatchObject({
      outcome: "failed",
      failure: { class: "bad-request", message: 'there is no conversation "no-such-id" to go on with' },
    });
    expect(simulator.requests).toEqual([]);
  });

  it("that was interrupted keeps what was said, and goes on", async () => {
    simulator.setScript({ rules: [{ chunk_delay_ms: 40, steps: [{ final: "one two three ".repeat(60) }] }] });
    let said = "";
    const handler = (await import("../../src/handlers/nex.ts")).nex;
    const controller = new AbortController();
    const onText = (piece: string) => {
      said += piece;
      if (said.length > 60) controller.abort();
    };
    let sessionId = "";
    for await (const event of handler.run({ ...chatJob("count"), onText }, controller.signal)) {
      if (event.kind === "result") sessionId = event.result.sessionId ?? "";
      if (event.kind === "result") expect(event.result.outcome).toBe("cancelled");
    }
    const server = await scripted([[chunk({ content: "four" }, "stop")]]);
    await turn("go on", sessionId, {}, server.url);
    const [, count, partial, next] = server.bodies[0]?.messages ?? [];
    expect(count).toEqual({ role: "user", content: "count" });
    expect(partial?.role).toBe("assistant");
    expect(partial?.content.startsWith(said.trim())).toBe(true);
    expect(partial?.content).toMatch(/\[interrupted\]$/);
    expect(next).toEqual({ role: "user", content: "go on" });
    await server.close();
  });

  it("that was interrupted in a command goes on, knowing that it was", async () => {
    simulator.setScript({ rules: [{ steps: [{ shell: "sleep 30" }, { final: "slept" }] }] });
    const { result } = await runJob(chatJob("sleep"), (event, abort) => {
      if (event.kind === "tool") setTimeout(abort, 200);
    });
    expect(result.outcome).toBe("cancelled");
    const server = await scripted([[chunk({ content: "ok" }, "stop")]]);
    await turn("never mind", result.sessionId, {}, server.url);
    expect(server.bodies[0]?.messages.slice(1).map(({ role }) => role)).toEqual([
      "user",
      "assistant",
      "tool",
      "assistant",
      "user",
    ]);
    expect(server.bodies[0]?.messages[3]?.content).toMatch(/interrupted/);
    await server.close();
  });

  it("whose server was away asks again with both messages", async () => {
    simulator.setScript({ rules: [{ fault: { status: 401 } }] });
    const { result } = await runJob(chatJob("hello"));
    expect(result).toMatchObject({ outcome: "failed", failure: { class: "auth" } });
    const server = await scripted([[chunk({ content: "hi" }, "stop")]]);
    await turn("are you there?", result.sessionId, {}, server.url);
    expect(server.bodies[0]?.messages.slice(1)).toEqual([
      { role: "user", content: "hello\n\nare you there?" },
    ]);
    await server.close();
  });

  it("is told live, in pieces, without thoughts and without secrets", async () => {
    const text = ["<thi", "nk>hm</th", "ink>The key", " is sk-fa", "ke-012345", "6789, a < b", "."];
    const server = await scripted([[...text.map((content) => chunk({ content })), chunk({}, "stop")]]);
    const pieces: string[] = [];
    const job = chatJob("what?", undefined, { env: { FAKE_SECRET: { ref: "env:FAKE_SECRET" } } }, server.url);
    const { result } = await runJob({ ...job, onText: (piece) => pieces.push(piece) });
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces.join("")).toBe("The key is ***, a < b.");
    expect(JSON.stringify(pieces)).not.toContain(fakeSecret.slice(0, 8));
    const kept = fs.readFileSync(path.join(sessions(), `${result.sessionId}.jsonl`), "utf8");
    expect(kept).not.toContain(fakeSecret);
    await server.close();
  });
});

describe("what a project tells its agents", () => {
  const systemOf = async (more: Partial<Plan> = {}): Promise<string> => {
    const server = await scripted([[chunk({ content: "ok" }, "stop")]]);
    await runJob({ ...chatJob("hello", undefined, more, server.url), preamble: "You know wg." });
    await server.close();
    return server.bodies[0]?.messages[0]?.content ?? "";
  };
  const write = (name: string, text: string) => {
    fs.mkdirSync(path.dirname(path.join(place.cwd, name)), { recursive: true });
    fs.writeFileSync(path.join(place.cwd, name), text);
  };

  it("stands in the system message, from the root down to the working directory", async () => {
    write("AGENTS.md", "Use tabs.");
    write("CLAUDE.md", "Not this.");
    write("src/CLAUDE.md", "Test all.");
    write("other/AGENTS.md", "Not here.");
    const system = await systemOf({ cwd: path.join(place.cwd, "src") });
    expect(system).toMatch(/^You know wg\.\n\nYou talk with a person/);
    expect(system).toMatch(/# AGENTS.md\n\nUse tabs\.\n\n# src\/CLAUDE.md\n\nTest all\.$/);
    expect(system).not.toContain("Not");
    expect(await systemOf({ role: "worker" })).toContain("Use tabs.");
  });

  it("is cut where it is long, and never read from outside", async () => {
    write("AGENTS.md", "long ".repeat(10_000));
    expect((await systemOf()).length).toBeLessThan(15_000);
    fs.rmSync(path.join(place.cwd, "AGENTS.md"));
    fs.writeFileSync(path.join(place.root, "outside"), "private");
    fs.symlinkSync(path.join(place.root, "outside"), path.join(place.cwd, "AGENTS.md"));
    expect(await systemOf()).not.toContain("private");
  });
});

describe("a conversation longer than its model can take in", () => {
  const fact = "the harbour code is 7741";
  const sumUp: Rule = {
    name: "sums up",
    match: { system: "You shorten the record", prompt_pattern: fact },
    steps: [{ final: `Notes: ${fact}.` }],
  };
  const badSumUp: Rule = {
    match: { system: "You shorten the record" },
    steps: [{ final: "Notes: nothing." }],
  };
  const chatter: Rule = { steps: [{ final: "All is well at the harbour today. ".repeat(12) }] };

  /** What the model gets to read at the last of `count` turns, and the windows it was never asked beyond. */
  async function talk(script: Script, count: number) {
    simulator.setScript(script);
    let sessionId: string | undefined;
    for (let number = 1; number <= count; number++) {
      const words =
        number === 3 ? `Remember: ${fact}.` : `What about day ${number}? ${"Tell me. ".repeat(20)}`;
      ({ sessionId } = await turn(words, sessionId));
    }
    const server = await scripted([[chunk({ content: "ok" }, "stop")]]);
    await turn("What is the code?", sessionId, {}, server.url);
    await server.close();
    return server.bodies[0]?.messages ?? [];
  }

  it("still knows at turn 30 what it was told in turn 3", async () => {
    const messages = await talk({ context: 4000, models: ["qwen"], rules: [sumUp, badSumUp, chatter] }, 30);
    expect(JSON.stringify(messages)).toContain(fact);
    expect(messages[1]?.content).toContain("What about day 1?");
    expect(messages.length).toBeLessThan(30);
    const summed = simulator.requests.filter(({ rule }) => rule === "sums up");
    expect(summed.length).toBeGreaterThan(1);
    expect(summed.every(({ tools }) => tools?.length === 0)).toBe(true);
    // The server said how much it takes, so none was too long.
    expect(simulator.requests.filter(({ status }) => status === 400)).toEqual([]);
  });

  it("still knows it where the model cannot sum up", async () => {
    const fault = { status: 422 };
    const failing: Rule = { match: { system: "You shorten the record" }, fault };
    const messages = await talk({ context: 3000, rules: [failing, chatter] }, 20);
    expect(JSON.stringify(messages)).toContain(fact);
    expect(messages.length).toBeLessThan(30);
  });

  /** A server that takes requests of at most `limit` characters and does not say so. */
  const limited = async (limit: number, answer: (body: Body) => unknown) => {
    const server = await scripted([
      (response) => {
        const body = server.bodies.at(-1) ?? { messages: [] };
        const isSummary = body.messages[0]?.content.startsWith("You shorten");
        const isLong = JSON.stringify(body).length > limit;
        response.writeHead(isLong ? 400 : 200, { "content-type": "application/json" });
        const error = { message: "the request exceeds the available context size" };
        if (isLong) return void response.end(JSON.stringify({ error }));
        const message = isSummary ? { content: `Notes: ${fact}.` } : answer(body);
        const choices = [{ message, finish_reason: "stop" }];
        response.end(JSON.stringify({ model: "served", choices }));
      },
    ]);
    return server;
  };

  it("is cut to size by what the server refuses, where it does not say how much it takes", async () => {
    const server = await limited(12_000, () => ({ content: "fine. ".repeat(100) }));
    let sessionId: string | undefined;
    for (let number = 0; number < 12; number++) {
      ({ sessionId } = await turn(`${number}: ${"words ".repeat(100)}`, sessionId, {}, server.url));
    }
    const sent = server.bodies.at(-1)?.messages ?? [];
    expect(JSON.stringify(sent)).toContain(fact);
    expect(sent.at(-1)?.content).toMatch(/^11: /);
    await server.close();
  });

  it("is kept to the window that the profile pins", async () => {
    const server = await limited(Number.MAX_SAFE_INTEGER, () => ({ content: "fine. ".repeat(100) }));
    const env = { WG_NEX_CONTEXT: "3000" };
    let sessionId: string | undefined;
    for (let number = 0; number < 12; number++) {
      ({ sessionId } = await turn(`${number}: ${"words ".repeat(100)}`, sessionId, { env }, server.url));
    }
    const sizes = server.bodies.map((body) => JSON.stringify(body).length);
    expect(Math.max(...sizes)).toBeLessThan(12_000);
    await server.close();
  });

  it("keeps the request that is worked on when its own tools fill the window", async () => {
    fs.writeFileSync(path.join(place.cwd, "big"), "x".repeat(6000));
    let calls = 0;
    const server = await limited(16_000, () => {
      calls += 1;
      if (calls > 9) return { content: "read it" };
      const input = JSON.stringify({ command: `cat big; echo ${calls}` });
      return { tool_calls: [{ id: `c${calls}`, function: { name: "shell", arguments: input } }] };
    });
    const first = await turn("hello", undefined, {}, simulator.url);
    const { result } = await turn("read big, nine times", first.sessionId, {}, server.url);
    expect(result).toMatchObject({ summary: "read it", turns: 10 });
    const asked = server.bodies.filter(({ messages }) => messages[0]?.content.startsWith("You talk"));
    for (const { messages } of asked) expect(JSON.stringify(messages)).toContain("read big, nine times");
    await server.close();
  });

  it("is summed up when the person asks for it", async () => {
    simulator.setScript({ rules: [sumUp, chatter] });
    const first = await turn("hello");
    await turn(`Remember: ${fact}`, first.sessionId);
    await turn("and more", first.sessionId);
    const { events, result } = await turn("/compact", first.sessionId);
    expect(textsOf(events)).toEqual(["3 older messages were summed up"]);
    expect(result.turns).toBe(0);
    const again = await turn("/compact", first.sessionId);
    expect(textsOf(again.events)).toEqual(["there is nothing to sum up"]);
    const server = await scripted([[chunk({ content: "ok" }, "stop")]]);
    await turn("next", first.sessionId, {}, server.url);
    expect(JSON.stringify(server.bodies[0]?.messages)).toContain(`Notes: ${fact}`);
    expect(server.bodies[0]?.messages.map(({ role }) => role)).toEqual([
      "system",
      "user",
      "assistant",
      "user",
      "assistant",
      "user",
    ]);
    await server.close();
  });
});
