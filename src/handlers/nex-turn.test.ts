import { describe, expect, it } from "vitest";
import { startTurn, type Turn } from "./nex-turn.ts";

function turnOf(...deltas: unknown[]): Turn {
  const builder = startTurn();
  for (const delta of deltas) builder.add({ choices: [{ index: 0, delta }] });
  return builder.turn();
}

const part = (given: Record<string, unknown>, name?: string, input?: unknown) => ({
  tool_calls: [
    {
      ...given,
      function: { ...(name !== undefined && { name }), ...(input !== undefined && { arguments: input }) },
    },
  ],
});

describe("a turn", () => {
  it("joins text and ignores what is not said", () => {
    const turn = turnOf(
      { role: "assistant" },
      { content: "a" },
      { content: null },
      { reasoning_content: "hm" },
      { content: "b" },
    );
    expect(turn).toEqual({ text: "ab", calls: [] });
  });

  it("joins a call by its index", () => {
    const turn = turnOf(
      part({ index: 0, id: "a" }, "read", ""),
      part({ index: 0 }, undefined, '{"pa'),
      part({ index: 1, id: "b" }, "list", "{}"),
      part({ index: 0 }, "", 'th":"x"}'),
    );
    expect(turn.calls).toEqual([
      { id: "a", name: "read", input: '{"path":"x"}' },
      { id: "b", name: "list", input: "{}" },
    ]);
  });

  it("joins a call without an index to the last one", () => {
    const turn = turnOf(
      part({ id: "a" }, "read", '{"a'),
      part({}, undefined, '":1}'),
      part({ id: "b" }, "list", "{}"),
    );
    expect(turn.calls.map(({ id, input }) => [id, input])).toEqual([
      ["a", '{"a":1}'],
      ["b", "{}"],
    ]);
  });

  it("keeps two whole calls apart that have the same index", () => {
    const turn = turnOf(part({ index: 0, id: "a" }, "read", "{}"), part({ index: 0, id: "b" }, "list", "{}"));
    expect(turn.calls.map(({ name }) => name)).toEqual(["read", "list"]);
  });

  it("takes a repeated id for the same call", () => {
    const turn = turnOf(
      part({ index: 0, id: "a" }, "read", '{"a'),
      part({ index: 0, id: "a" }, "read", '":1}'),
    );
    expect(turn.calls).toEqual([{ id: "a", name: "read", input: '{"a":1}' }]);
  });

  it("gives a call an id when it has none, and takes an object for its arguments", () => {
    const turn = turnOf(part({ index: 0 }, "read", { path: "x" }), part({ index: 1, id: "" }, "list", null));
    expect(turn.calls).toEqual([
      { id: "call_1", name: "read", input: '{"path":"x"}' },
      { id: "call_2", name: "list", input: "" },
    ]);
  });

  it("takes model, usage and end from wherever they come", () => {
    const builder = startTurn();
    builder.add({ model: "", choices: [] });
    builder.add({ model: "served", choices: [{ delta: {}, finish_reason: "stop" }], usage: null });
    builder.add({
      model: "other",
      choices: [],
      usage: { prompt_tokens: 9, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 4 } },
    });
    expect(builder.turn()).toEqual({
      text: "",
      calls: [],
      model: "served",
      finish: "stop",
      usage: { input: 9, output: 2, cached: 4 },
    });
  });

  it("counts what it was given, thoughts included", () => {
    const builder = startTurn();
    builder.add({ choices: [{ delta: { content: "ab", reasoning: "cde" } }] });
    builder.add({ choices: [{ delta: part({ index: 0 }, "read", "{}") }] });
    expect(builder.size()).toBe(11);
  });

  it("survives what is no answer", () => {
    const builder = startTurn();
    for (const chunk of [
      {},
      { choices: 7 },
      { choices: [null] },
      { choices: [{ delta: { tool_calls: [null, 3, {}] } }] },
      { usage: [] },
    ]) {
      builder.add(chunk);
    }
    expect(builder.turn().text).toBe("");
  });
});
