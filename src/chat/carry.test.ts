// What a handler is told again, and which of its sessions it goes on with.
import { describe, expect, it } from "vitest";
import { promptAfter, sessionFor, unheard } from "./carry.ts";
import type { ChatSession } from "./chat.ts";
import type { Entry, Said } from "./transcript.ts";

const at = "2026-11-23T12:00:00Z";
const on = { profile: "p", revision: "r", route: "claude:opus" };
const entry = (turn: number, said: Said): Entry => ({ at, turn, ...said });
const asked = (turn: number, text: string) => entry(turn, { kind: "user", text });
const answered = (turn: number, text: string) => entry(turn, { kind: "text", text });
const ended = (turn: number, message?: string) => {
  const failure = message === undefined ? {} : { failure: { class: "server" as const, message } };
  const result = {
    outcome: message === undefined ? ("done" as const) : ("failed" as const),
    ...failure,
    summary: "",
    usage: { input: 0, output: 0, cached: 0 },
    cost: { source: "unknown" as const },
    turns: 0,
    servedModels: [],
    servedBy: "requested-only" as const,
    denials: 0,
  };
  return entry(turn, { kind: "result", run: "", on, result });
};
const talk = [asked(1, "one"), answered(1, "yes"), ended(1), asked(2, "two"), answered(2, "no"), ended(2)];

describe("what was not heard", () => {
  it("is nothing for a session that has every turn", () => {
    expect(unheard({ knows: [1, 2] }, talk)).toBeUndefined();
  });

  it("is the turns that a session lacks, and all of them without one", () => {
    expect(unheard({ knows: [1] }, talk)?.text).toContain("Person: two\n\nAgent: no");
    expect(unheard({ knows: [1] }, talk)?.text).not.toContain("one");
    expect(unheard(undefined, talk)?.text).toContain("Person: one\n\nAgent: yes\n\nPerson: two");
  });

  it("says of an answer that was cut off that it was", () => {
    const text = unheard(undefined, [asked(1, "one"), ended(1, "the server fell over\nbadly")])?.text;
    expect(text).toContain("[no full answer: the server fell over]");
  });

  it("leaves out what tools gave, and what was said of them is short", () => {
    const used = entry(1, { kind: "tool", name: "Bash", input: `${"x".repeat(400)}\nend` });
    const gave = entry(1, { kind: "tool-result", ok: true, output: "secret plans" });
    const found = unheard(undefined, [asked(1, "one"), used, gave]);
    expect(found?.text).toContain("[the agent used Bash: xxx");
    expect(found?.text.length).toBeLessThan(400);
    expect(found?.text).not.toContain("secret plans");
    expect(found?.lost).toHaveLength(2);
  });

  it("is the newest of what is too long, and that is said", () => {
    const long = Array.from({ length: 20 }, (_, index) => asked(index + 1, `${index} ${"x".repeat(5000)}`));
    const found = unheard(undefined, long);
    expect(found?.text.length).toBeLessThan(45_000);
    expect(found?.text).toContain("Person: 19 ");
    expect(found?.text).not.toContain("Person: 0 ");
    expect(found?.text).toMatch(/\[1\d earlier pieces are left out\]/);
    expect(found?.lost.at(-1)).toMatch(/the oldest 1\d pieces/);
  });

  it("comes before what is said now", () => {
    expect(promptAfter(undefined, undefined, "three")).toBe("three");
    expect(promptAfter({ text: "before", lost: [] }, "left", "three")).toBe(
      "before\n\nleft\n\nWhat the person says now:\n\nthree",
    );
  });
});

describe("a handler's own session", () => {
  const session = (handler: ChatSession["handler"], id: string, server?: string): ChatSession => ({
    handler,
    id,
    ...(server !== undefined && { server }),
    knows: [],
  });
  const plan = (handler: "claude" | "nex", url?: string) => ({
    route: { handler, model: "m" },
    ...(url !== undefined && { endpoint: { name: "e", provider: "anthropic" as const, url } }),
  });
  const sessions = [
    session("claude", "own"),
    session("claude", "gate", "http://gate"),
    session("nex", "n", "http://a"),
  ];

  it("is gone on with at the server it was held with, and at no other", () => {
    expect(sessionFor({ sessions }, plan("claude"))?.id).toBe("own");
    expect(sessionFor({ sessions }, plan("claude", "http://gate"))?.id).toBe("gate");
    expect(sessionFor({ sessions }, plan("claude", "http://other"))).toBeUndefined();
  });

  it("of nex is plain words, which any server takes", () => {
    expect(sessionFor({ sessions }, plan("nex", "http://b"))?.id).toBe("n");
  });
});
