import fc from "fast-check";
import { expect, it } from "vitest";
import type { FailureClass } from "../graph/result.ts";
import { type Fields, fieldsOf } from "./fields.ts";
import { isTooLong, makeRoom } from "./nex-memory.ts";

it.each([
  ["This model's maximum context length is 4096 tokens. However, you requested 5000", "bad-request", true],
  ["the request exceeds the available context size. try increasing the context size", "bad-request", true],
  ["context_length_exceeded", "bad-request", true],
  ["Trying to keep the first 9000 tokens when context the overflows", "server", true],
  ["the model does not support tools", "bad-request", false],
  ["maximum number of tokens per minute reached", "quota", false],
] as [string, FailureClass, boolean][])("%j of class %s is about length: %s", (message, kind, isAbout) => {
  expect(isTooLong({ class: kind, message })).toBe(isAbout);
});

const result = (length: number): Fields => ({ role: "tool", tool_call_id: "c", content: "x".repeat(length) });
const call = (length: number): Fields => ({
  role: "assistant",
  content: null,
  tool_calls: [
    {
      id: "c",
      type: "function",
      function: { name: "write", arguments: JSON.stringify({ path: "a", content: "y".repeat(length) }) },
    },
  ],
});

it("the older half of what is long loses its bulk first", () => {
  const messages = [
    { role: "system", content: "s".repeat(900) },
    result(1000),
    result(100),
    result(1000),
    result(1000),
    result(1000),
  ];
  expect(makeRoom(messages)).toBe(true);
  const lengths = messages.map(({ content }) => String(content).length);
  expect(lengths[1]).toBeLessThan(300);
  expect(lengths[3]).toBeLessThan(300);
  expect([lengths[0], lengths[2], lengths[4], lengths[5]]).toEqual([900, 100, 1000, 1000]);
});

it("a long call keeps its shape and stays JSON", () => {
  const messages = [call(5000)];
  expect(makeRoom(messages)).toBe(true);
  const [{ function: made }] = fieldsOf(messages[0])["tool_calls"] as [
    { function: { name: string; arguments: string } },
  ];
  expect(made.name).toBe("write");
  expect(JSON.parse(made.arguments)).toEqual({ path: "a", content: expect.stringMatching(/^y+…$/) });
});

it("any conversation gets shorter each time, until nothing is left to shorten", () => {
  const message = fc.oneof(
    fc.nat(3000).map(result),
    fc.nat(3000).map(call),
    fc.jsonValue().map((input) => ({
      role: "assistant",
      tool_calls: [{ id: "c", function: { name: "n", arguments: JSON.stringify(input) } }],
    })),
    fc.nat(3000).map((length) => ({ role: "user", content: "u".repeat(length) })),
  );
  fc.assert(
    fc.property(fc.array(message, { maxLength: 20 }), (messages: Fields[]) => {
      const said = JSON.stringify(messages.filter(({ role }) => role === "user"));
      let size = JSON.stringify(messages).length;
      while (makeRoom(messages)) {
        const now = JSON.stringify(messages).length;
        expect(now).toBeLessThan(size);
        size = now;
      }
      expect(JSON.stringify(messages.filter(({ role }) => role === "user"))).toBe(said);
    }),
  );
});
