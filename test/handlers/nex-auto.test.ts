// `local:auto`: the model the server lists first, asked for when the run starts, and told; never a guess.
import { describe, expect, it } from "vitest";
import { mismatchOf } from "../../src/handlers/mismatch.ts";
import type { Script } from "../../src/simulate/script.ts";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { makeRunPlace, type RunPlace, runJob } from "../support/contract.ts";
import { nexJob } from "../support/nex.ts";
import { makeServicePlace } from "../support/service.ts";

const route = { handler: "nex", model: "auto" } as const;

async function onStage(
  script: Script,
  play: (place: RunPlace, simulator: Simulator) => Promise<void>,
): Promise<void> {
  const simulator = await startSimulator({ script });
  const place = makeRunPlace();
  try {
    await play(place, simulator);
  } finally {
    await simulator.close();
    place.remove();
  }
}

const answering = { rules: [{ steps: [{ final: "ok" }] }] };

describe("a run on local:auto", () => {
  it("asks the model that is listed first, and tells which it became", () =>
    onStage({ ...answering, models: ["first-30b", "second"] }, async (place, simulator) => {
      const { events, result } = await runJob(nexJob(place, simulator.url, { route }));
      expect(result).toMatchObject({
        outcome: "done",
        resolvedModel: "first-30b",
        servedModels: ["first-30b"],
      });
      expect(events).toContainEqual({ kind: "model", resolved: "first-30b" });
      const asked = simulator.requests.filter((request) => request.path.endsWith("/chat/completions"));
      expect(asked.map((request) => request.model)).toEqual(["first-30b"]);
    }));

  it("fails where the server lists no model", () =>
    onStage({ ...answering, models: [] }, async (place, simulator) => {
      const { result } = await runJob(nexJob(place, simulator.url, { route }));
      expect(result).toMatchObject({
        outcome: "failed",
        failure: { class: "bad-request", message: expect.stringContaining("lists no model") },
        turns: 0,
      });
    }));

  it.each([
    [401, "auth"],
    [404, "bad-request"],
    [500, "server"],
  ])("fails where the server answers the question with %i, as %s", (status, failureClass) =>
    onStage({ rules: [{ fault: { status }, steps: [{ final: "ok" }] }] }, async (place, simulator) => {
      const { result } = await runJob(nexJob(place, simulator.url, { route }));
      expect(result).toMatchObject({ outcome: "failed", failure: { class: failureClass, status } });
      expect(result.resolvedModel).toBeUndefined();
    }),
  );

  it("fails where nothing listens, after trying again", async () => {
    const simulator = await startSimulator({ script: answering });
    await simulator.close();
    const place = makeRunPlace();
    try {
      const { events, result } = await runJob(nexJob(place, simulator.url, { route }));
      expect(result).toMatchObject({ outcome: "failed", failure: { class: "unreachable" } });
      expect(events.filter(({ kind }) => kind === "retry")).toHaveLength(2);
    } finally {
      place.remove();
    }
  });
});

it("a profile with nothing but a url runs what is loaded there, and the run says what that was", async () => {
  const place = await makeServicePlace();
  const simulator = await startSimulator({ script: { ...answering, models: ["loaded-now"] } });
  try {
    await place.ok("profile", "create", "here", "-m", "local:auto", "-e", simulator.url);
    await place.ok("profile", "use", "here");
    await place.ok("add", "Say ok", "--id", "a");
    await place.start();
    const run = await place.until("a is done", async () => {
      const { task, runs } = JSON.parse(await place.ok("show", "a", "--json"));
      return task.status === "done" && runs[0];
    });
    expect(run).toMatchObject({
      route: "local:auto",
      resolvedModel: "loaded-now",
      servedModels: ["loaded-now"],
    });
    simulator.setScript({ ...answering, models: [] });
    expect(await place.wg("profile", "use", "here")).toMatchObject({
      status: 3,
      stderr: expect.stringContaining("lists no model"),
    });
  } finally {
    await place.end();
    await simulator.close();
  }
});

it("is held to the model that was listed, once that is known", () => {
  const plan = { route, env: {} };
  expect(mismatchOf(plan, { served: "anything" })).toBeUndefined();
  expect(mismatchOf(plan, { resolved: "first-30b" })).toBeUndefined();
  expect(mismatchOf(plan, { resolved: "first-30b", served: "first-30b" })).toBeUndefined();
  expect(mismatchOf(plan, { resolved: "first-30b", served: "second" })).toBe(
    "asked for first-30b, the server answered with second",
  );
});
