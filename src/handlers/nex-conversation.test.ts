import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fields } from "./fields.ts";
import { mended as mendedConversation, sentMessages } from "./nex-conversation.ts";

const mended = (messages: Fields[]) => mendedConversation({ messages }).messages;

const user = (content: string): Fields => ({ role: "user", content });
const said = (content: string): Fields => ({ role: "assistant", content });
const called = (...ids: string[]): Fields => ({
  role: "assistant",
  content: null,
  tool_calls: ids.map((id) => ({ id, type: "function", function: { name: "shell", arguments: "{}" } })),
});
const result = (id: string): Fields => ({ role: "tool", tool_call_id: id, content: `result of ${id}` });
const noResult = (id: string): Fields => ({
  role: "tool",
  tool_call_id: id,
  content: "error: interrupted before there was a result",
});

describe("a conversation that was interrupted", () => {
  it("is left as it is when it is whole", () => {
    const whole = [user("a"), called("1", "2"), result("1"), result("2"), said("b"), user("c"), said("d")];
    expect(mended(whole)).toEqual(whole);
  });

  it("gets a result for each call that has none", () => {
    expect(mended([user("a"), called("1", "2"), result("1")])).toEqual([
      user("a"),
      called("1", "2"),
      result("1"),
      noResult("2"),
    ]);
  });

  it("lets the person go on after calls without an answer", () => {
    expect(mended([user("a"), called("1"), user("b")])).toEqual([
      user("a"),
      called("1"),
      noResult("1"),
      said("[interrupted]"),
      user("b"),
    ]);
  });

  it("makes one message of two of the person", () => {
    expect(mended([user("a"), user("b")])).toEqual([user("a\n\nb")]);
  });

  it("loses results whose call is lost", () => {
    expect(mended([user("a"), result("1"), said("b"), result("2")])).toEqual([user("a"), said("b")]);
  });

  it("keeps the first message apart from those after a summary", () => {
    const conversation = { messages: [user("a"), user("b"), user("c")], summary: "notes" };
    expect(mendedConversation(conversation)).toEqual({
      ...conversation,
      messages: [user("a"), user("b\n\nc")],
    });
  });

  it("is mended once and for all, and no role follows another that servers turn away", () => {
    const message = fc.oneof(
      fc.constant(user("u")),
      fc.constant(said("s")),
      fc.subarray(["1", "2", "3"]).map((ids) => called(...ids)),
      fc.constantFrom("1", "2", "3").map(result),
    );
    fc.assert(
      fc.property(fc.array(message), (messages) => {
        const whole = mended(messages);
        expect(mended(whole)).toEqual(whole);
        const roles = whole.map(({ role }) => role);
        for (const [index, role] of roles.entries()) {
          if (role === "user") expect(["assistant", undefined]).toContain(roles[index - 1]);
          if (role === "tool") expect(["assistant", "tool"]).toContain(roles[index - 1]);
        }
      }),
    );
  });
});

describe("what is sent", () => {
  it("is the system's message and the conversation", () => {
    expect(sentMessages("be good", { messages: [user("a"), said("b")] })).toEqual([
      { role: "system", content: "be good" },
      user("a"),
      said("b"),
    ]);
  });

  it("has the summary between the first message and the rest, and the roles take turns", () => {
    const before = sentMessages("s", { messages: [user("a"), user("b")], summary: "notes" });
    expect(before.map(({ role }) => role)).toEqual(["system", "user", "assistant", "user"]);
    expect(before[2]?.["content"]).toMatch(/notes$/);
    const after = sentMessages("s", { messages: [user("a"), called("1"), result("1")], summary: "notes" });
    expect(after.map(({ role }) => role)).toEqual(["system", "user", "assistant", "tool"]);
    expect(after[1]?.["content"]).toMatch(/^a\n\n[\s\S]*notes$/);
  });
});
