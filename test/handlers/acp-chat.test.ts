// A chat with an ACP agent, as a person has it: turns in one session, and no session taken to another agent.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { makePlace, type Place } from "../support/wg.ts";

const agent = path.resolve(import.meta.dirname, "..", "fixtures", "acp-agent.mjs");
const says = (text: string) => ({
  update: { sessionUpdate: "agent_message_chunk", content: { type: "text", text } },
});

let place: Place;
let heard: string;
beforeEach(() => {
  place = makePlace();
  heard = path.join(place.home, "heard.jsonl");
});
afterEach(() => place.remove());

async function ok(...args: string[]): Promise<string> {
  const ended = await place.wg(...args);
  expect(ended, ended.stderr).toMatchObject({ status: 0 });
  return ended.stdout;
}

/** What the agents were asked since this was last called; of a prompt the text said last. */
function asked(): string[] {
  const lines = fs.readFileSync(heard, "utf8").trim().split("\n");
  fs.rmSync(heard);
  return lines
    .map((line) => JSON.parse(line))
    .map(({ method, params }) =>
      method === "session/prompt" ? params.prompt.at(-1).text : `${method} ${params.sessionId ?? ""}`.trim(),
    );
}

it("a session that the agent has lost is begun afresh, with what was said", async () => {
  const errors = { "session/load": { code: -32002, message: "Resource not found" } };
  const script = { agent: { loadSession: true }, errors, turn: [says("heard you"), { stop: "end_turn" }] };
  const pins = ["--env", `acp.FAKE_ACP=${JSON.stringify(script)}`, "--env", `acp.FAKE_HEARD=${heard}`];
  await ok("profile", "create", "one", "-m", `acp:${agent}`, ...pins);
  await ok("init");
  const { chat } = JSON.parse(await ok("chat", "new", "--profile", "one", "--json"));
  await ok("chat", "send", chat.id, "remember the pelican");
  asked();
  const ended = await place.wg("chat", "send", chat.id, "and now");
  expect(ended.stdout).toContain("heard you");
  expect(ended.stderr).toContain("what was said is told again");
  const all = asked();
  expect(all.slice(0, 4)).toEqual(["initialize", "session/load s-1", "initialize", "session/new"]);
  expect(all[4]).toMatch(/remember the pelican.*What the person says now:\s+and now$/s);
  expect(all[4]?.match(/and now/g)).toHaveLength(1);
});

it("turns go on in the agent's own session, and another agent is told what was said", async () => {
  const script = { agent: { loadSession: true }, turn: [says("heard you"), { stop: "end_turn" }] };
  for (const [name, command] of [
    ["one", agent],
    ["two", `${agent} --as another`],
  ] as const) {
    const pins = [`acp.FAKE_ACP=${JSON.stringify(script)}`, `acp.FAKE_HEARD=${heard}`];
    await ok("profile", "create", name, "-m", `acp:${command}`, ...pins.flatMap((pin) => ["--env", pin]));
  }
  await ok("init");
  const { chat } = JSON.parse(await ok("chat", "new", "--profile", "one", "--json"));
  expect(await ok("chat", "send", chat.id, "remember the pelican")).toContain("heard you");
  expect(asked()).toEqual(["initialize", "session/new", "remember the pelican"]);

  await ok("chat", "send", chat.id, "and now");
  expect(asked()).toEqual(["initialize", "session/load s-1", "and now"]);

  await ok("chat", "switch", chat.id, "--profile", "two");
  await ok("chat", "send", chat.id, "who are you");
  const [first, second, said] = asked();
  expect([first, second]).toEqual(["initialize", "session/new"]);
  expect(said).toContain("remember the pelican");
  expect(said).toContain("who are you");
});
