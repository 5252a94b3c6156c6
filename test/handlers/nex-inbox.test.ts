// A word to the in-process agent: it goes between two of its turns, and keeps it from ending unheard.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Inbox } from "../../src/handlers/handler.ts";
import { makeRunPlace, type RunPlace, runJob } from "../support/contract.ts";
import { chunk, nexJob, scripted } from "../support/nex.ts";

let place: RunPlace;
let server: Awaited<ReturnType<typeof scripted>>;
beforeEach(async () => {
  place = makeRunPlace();
  const call = { index: 0, id: "c1", function: { name: "shell", arguments: '{"command":"true"}' } };
  server = await scripted([
    [chunk({ tool_calls: [call] }, "tool_calls")],
    [chunk({ content: "first end" }, "stop")],
    [chunk({ content: "second end" }, "stop")],
  ]);
});
afterEach(async () => {
  await server.close();
  place.remove();
});

/** Says these words, each when it is asked that often. */
function inboxWith(words: Record<number, string>): Inbox {
  let asked = 0;
  return {
    take() {
      asked += 1;
      return words[asked];
    },
    hookCommand: () => "false",
  };
}

const said = () =>
  server.bodies.map(({ messages }) => messages.map(({ role, content }) => `${role}: ${content}`));

describe("the inbox of nex", () => {
  it("is heard before the next request", async () => {
    const { result } = await runJob({
      ...nexJob(place, server.url),
      inbox: inboxWith({ 2: "mind the gap" }),
    });
    expect(result).toMatchObject({ outcome: "done", summary: "first end" });
    expect(said()[1]?.at(-1)).toBe("user: mind the gap");
  });

  it("is heard before the end, and then it was not the end", async () => {
    const { result } = await runJob({
      ...nexJob(place, server.url),
      inbox: inboxWith({ 3: "one more thing" }),
    });
    expect(result).toMatchObject({ outcome: "done", summary: "second end" });
    expect(said()[2]?.slice(-2)).toEqual(["assistant: first end", "user: one more thing"]);
  });

  it("changes nothing while it is empty", async () => {
    const { result } = await runJob({ ...nexJob(place, server.url), inbox: inboxWith({}) });
    expect(result).toMatchObject({ outcome: "done", summary: "first end" });
    expect(server.bodies).toHaveLength(2);
  });
});
