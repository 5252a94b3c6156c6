// A run that fails by what may pass: its task waits, says until when, and is tried again.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { makeServicePlace, type ServicePlace } from "../support/service.ts";

let place: ServicePlace;
let simulator: Simulator;
beforeEach(async () => {
  place = await makeServicePlace();
  simulator = await startSimulator();
  await place.ok("profile", "create", "here", "-m", "local:qwen", "-e", simulator.url);
  await place.ok("profile", "use", "here", "--no-check");
});
afterEach(async () => {
  await place.end();
  await simulator.close();
});

const shown = async () => JSON.parse(await place.ok("show", "talk", "--json"));

async function firstEnd() {
  await place.start();
  await place.ok("add", "talk", "--id", "talk");
  return place.until("its first run is over", async () => {
    const { task, runs } = await shown();
    return runs[0]?.result !== undefined && task;
  });
}

describe("a failure that may pass", () => {
  it("holds the task for a while, and the next attempt is told of it", async () => {
    simulator.setScript({
      rules: [{ fault: { status: 529, message: "overloaded", times: 3 }, steps: [{ final: "all done" }] }],
    });
    const task = await firstEnd();
    expect(task).toMatchObject({ status: "open", blocked: true, hold: { kind: "retry" } });
    expect(Date.parse(task.hold.until)).toBeGreaterThan(Date.now());
    expect(await place.ok("show", "talk")).toMatch(/held {6}held until \S+ \(server: /);
    expect((await place.wg("retry", "talk")).stderr).toContain("opened talk again");
    await place.until("it is done", async () => (await shown()).task.status === "done");
    const [, second] = (await shown()).runs;
    const { run } = JSON.parse(await place.ok("runs", "show", second.id, "--json"));
    expect(run.plan.prompt).toContain("## Attempt 2");
    expect(run.plan.prompt).toContain("overloaded");
  });

  it("is tried again by itself when its time has come", async () => {
    simulator.setScript({
      rules: [{ fault: { status: 500, times: 3 }, steps: [{ final: "all done" }] }],
    });
    await firstEnd();
    await place.until("it is done", async () => (await shown()).task.status === "done");
    expect((await shown()).runs).toHaveLength(2);
  });

  it("is not waited for longer than an hour, whatever a quota says, and costs no attempt", async () => {
    simulator.setScript({ rules: [{ fault: { status: 429, retry_after: 406_080 } }] });
    const { hold, attempts } = await firstEnd();
    expect(hold).toMatchObject({ kind: "retry", reason: expect.stringContaining("quota") });
    expect(Date.parse(hold.until) - Date.parse(hold.since)).toBeLessThanOrEqual(3_600_000);
    expect(attempts).toBe(1);
  });

  it("of a wrong key is final at once", async () => {
    simulator.setScript({ rules: [{ fault: { status: 401 } }] });
    expect(await firstEnd()).toMatchObject({ status: "failed" });
  });
});
