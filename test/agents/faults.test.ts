// What goes wrong on the way to a model: the real CLIs, and the class each fault gets, in good time.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Plan } from "../../src/graph/plan.ts";
import type { FailureClass } from "../../src/graph/result.ts";
import { runProcesses } from "../../src/handlers/sweep.ts";
import type { Fault } from "../../src/simulate/script.ts";
import { type Rehearsal, startRehearsal } from "../support/agents.ts";
import { runJob } from "../support/contract.ts";

let rehearsal: Rehearsal;
beforeEach(async () => {
  rehearsal = await startRehearsal();
});
afterEach(() => rehearsal.end());

/** Short, where a test waits for a limit to be reached. */
const short = { timeoutMs: 600_000, hangAfterMs: 3000, maxTurns: 20 };

function fail(fault: Fault): void {
  rehearsal.simulator.setScript({ rules: [{ fault, steps: [{ final: "after all" }] }] });
}

describe.each(["claude", "codex"] as const)("%s", (agent) => {
  const run = async (changes: Partial<Plan> = {}) => {
    const job = rehearsal.job(agent, changes);
    const { events, result } = await runJob(job);
    expect(runProcesses(job.plan.run)).toEqual([]);
    return { events, result, asked: rehearsal.simulator.requests.filter((seen) => seen.model) };
  };

  const statuses: [number, FailureClass][] = [
    [400, "bad-request"],
    [401, "auth"],
    [403, "auth"],
    [404, "bad-request"],
    [429, "quota"],
    [500, "server"],
    [503, "server"],
  ];
  it.each(statuses)("a %i is a failure of class %s after few requests", async (status, expected) => {
    fail({ status, message: "the server says no" });
    const { result, asked } = await run();
    expect(result).toMatchObject({ outcome: "failed", failure: { class: expected } });
    expect(result.failure?.message).not.toBe("");
    // Three tries of three requests are what bounded retries come to.
    expect(asked.length).toBeLessThanOrEqual(9);
  });

  it("a rejected key is not tried again and again, and the message says where it came from", async () => {
    fail({ status: 401 });
    const { result, asked } = await run();
    expect(asked.length).toBeLessThanOrEqual(3);
    expect(result.failure?.message).toContain("env:PLANNED_KEY");
  });

  it("a model that the server does not know is a bad request", async () => {
    rehearsal.simulator.setScript({ models: ["another"] });
    const { result } = await run({ route: { handler: agent, model: "nope-1" } });
    expect(result).toMatchObject({ outcome: "failed", failure: { class: "bad-request" } });
  });

  it("a quota with an hour to wait ends the run instead of waiting", async () => {
    fail({ status: 429, retry_after: 3600 });
    const { result } = await run({ limits: short });
    expect(result).toMatchObject({ outcome: "failed", failure: { class: "quota" } });
  });

  it("a fault that passes is told as a retry, and the run is done", async () => {
    fail({ status: 500, times: 1 });
    const { events, result } = await run();
    expect(result).toMatchObject({ outcome: "done", summary: "after all" });
    if (agent === "claude") expect(events.some((event) => event.kind === "retry")).toBe(true);
  });

  it("a server that is not there is unreachable", async () => {
    await rehearsal.simulator.close();
    const { result } = await run();
    expect(result).toMatchObject({ outcome: "failed", failure: { class: "unreachable" } });
  });

  it("an answer that breaks off is no answer", async () => {
    fail({ cut: "mid-stream" });
    const { result } = await run();
    expect(result).toMatchObject({ outcome: "failed", failure: { class: "unreachable" } });
  });

  it.each(["before-headers", "after-headers", "mid-stream"] as const)(
    "a server that hangs %s is left as soon as the run is told to stop",
    async (hang) => {
      fail({ hang });
      const job = rehearsal.job(agent);
      const reason = { outcome: "failed", failure: { class: "hang", message: "too quiet" } } as const;
      const { result } = await runJob(job, (event, abort) => {
        if (event.kind === "session") setTimeout(() => abort(reason), 1500);
      });
      expect(result).toMatchObject(reason);
      expect(runProcesses(job.plan.run)).toEqual([]);
    },
  );

  it("a key reference without a value never starts anything", async () => {
    const endpoint = rehearsal.job(agent).plan.endpoint;
    if (endpoint === undefined) throw new Error("no endpoint");
    const { result, asked } = await run({ endpoint: { ...endpoint, keyRef: "env:NOT_SET" } });
    expect(result).toMatchObject({ outcome: "failed", failure: { class: "auth" } });
    expect(result.failure?.message).toContain("env:NOT_SET has no value");
    expect(asked).toEqual([]);
  });
});

// Claude itself takes it for a lost connection; Codex passes on what the server said.
it.each([
  ["claude", "unreachable"],
  ["codex", "server"],
] as const)("an error in the middle of an answer fails a run of %s as %s", async (agent, expected) => {
  fail({ error_event: "server_error", message: "it broke" });
  const { result } = await runJob(rehearsal.job(agent));
  expect(result).toMatchObject({ outcome: "failed", failure: { class: expected } });
});

it("claude turns to the limit of its patience when no first byte comes", async () => {
  fail({ hang: "before-headers" });
  const limits = { ...short, hangAfterMs: 1000 };
  const { result } = await runJob(rehearsal.job("claude", { limits }));
  expect(result).toMatchObject({ outcome: "failed", failure: { class: "unreachable" } });
});

it("codex gives up a stream that says nothing more", async () => {
  fail({ hang: "after-headers" });
  const limits = { ...short, hangAfterMs: 1000 };
  const { result } = await runJob(rehearsal.job("codex", { limits }));
  expect(result).toMatchObject({ outcome: "failed", failure: { class: "unreachable" } });
});
