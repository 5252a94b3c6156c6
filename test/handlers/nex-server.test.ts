// The nex handler and servers in trouble: what each fault becomes, and which are tried again.
import * as fs from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import type { Fault, Script } from "../../src/simulate/script.ts";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { makeRunPlace, type RunPlace, runJob } from "../support/contract.ts";
import { chunk, nexJob, scripted } from "../support/nex.ts";

interface Stage {
  place: RunPlace;
  simulator: Simulator;
}

/** Plays a script in a place and at a server of its own, so that tests may run side by side. */
async function onStage(script: Script, play: (stage: Stage) => Promise<void>): Promise<void> {
  const simulator = await startSimulator({ script });
  const place = makeRunPlace();
  try {
    await play({ place, simulator });
  } finally {
    await simulator.close();
    place.remove();
  }
}

const failing = (fault: Fault): Script => ({ rules: [{ fault, steps: [{ final: "ok" }] }] });

describe.concurrent("a server in trouble", () => {
  it.each([
    [{ status: 401 }, "auth", 1],
    [{ status: 403 }, "auth", 1],
    [{ status: 400, message: "context too long" }, "bad-request", 1],
    [{ status: 404 }, "bad-request", 1],
    [{ status: 422 }, "bad-request", 1],
    [{ status: 402 }, "quota", 1],
    [{ status: 429, retry_after: 3600 }, "quota", 1],
    [{ status: 429, type: "insufficient_quota" }, "quota", 1],
    [{ status: 429 }, "quota", 3],
    [{ status: 500 }, "server", 3],
    [{ status: 503, body: "<html><h1>Busy</h1></html>" }, "server", 3],
    [{ status: 302, headers: { location: "http://127.0.0.1:1/" } }, "bad-request", 1],
    [{ status: 200, body: "<html>not what you think</html>" }, "bad-request", 1],
    [{ status: 200, body: '{"error":{"message":"no","code":401}}' }, "auth", 1],
    [{ cut: "mid-stream" }, "server", 3],
    [{ cut: "before-headers" }, "server", 3],
    [{ error_event: "overloaded" }, "server", 3],
  ] as [Fault, string, number][])("%j is class %s after %i requests", (fault, failureClass, requests) =>
    onStage(failing(fault), async ({ place, simulator }) => {
      const { events, result } = await runJob(nexJob(place, simulator.url));
      expect(result).toMatchObject({
        outcome: "failed",
        failure: { class: failureClass },
        turns: 0,
        servedModels: [],
        servedBy: "requested-only",
      });
      if (fault.status !== undefined && fault.status >= 300)
        expect(result.failure?.status).toBe(fault.status);
      if (fault.message !== undefined) expect(result.failure?.message).toContain(fault.message);
      expect(simulator.requests).toHaveLength(requests);
      expect(events.filter(({ kind }) => kind === "retry")).toHaveLength(requests - 1);
    }),
  );

  it("says when a quota comes back", () =>
    onStage(failing({ status: 429, retry_after: 3600 }), async ({ place, simulator }) => {
      const before = Date.now();
      const { result } = await runJob(nexJob(place, simulator.url));
      const resetsAt = Date.parse(result.failure?.resetsAt ?? "");
      expect(resetsAt).toBeGreaterThanOrEqual(before + 3_600_000);
      expect(resetsAt).toBeLessThan(Date.now() + 3_601_000);
    }));

  it("is asked again, and waited for as long as it says", () =>
    onStage(failing({ status: 429, retry_after: 1, times: 1 }), async ({ place, simulator }) => {
      const started = performance.now();
      const { events, result } = await runJob(nexJob(place, simulator.url));
      expect(result).toMatchObject({ outcome: "done", turns: 1 });
      expect(events).toContainEqual({
        kind: "retry",
        attempt: 1,
        reason: "simulated status 429 (status 429)",
      });
      expect(performance.now() - started).toBeGreaterThan(990);
    }));

  it("is tried again in the middle of a task without doing anything twice", () => {
    const cutOnce = { shell: "echo y >> log", fault: { cut: "mid-stream", times: 1 } as const };
    const script: Script = { rules: [{ steps: [{ shell: "echo x >> log" }, cutOnce, { final: "ok" }] }] };
    return onStage(script, async ({ place, simulator }) => {
      const { result } = await runJob(nexJob(place, simulator.url));
      expect(result).toMatchObject({ outcome: "done", turns: 3 });
      expect(simulator.requests).toHaveLength(4);
      expect(fs.readFileSync(path.join(place.cwd, "log"), "utf8")).toBe("x\ny\n");
    });
  });

  it.each(["http://127.0.0.1:1", "http://wg-nowhere.invalid:8080"])("is unreachable at %s", (url) =>
    onStage({}, async ({ place }) => {
      const { result } = await runJob(nexJob(place, url));
      expect(result).toMatchObject({ outcome: "failed", failure: { class: "unreachable" } });
      expect(result.failure?.message).toContain(new URL(url).host);
    }),
  );

  it("is not looked for at an url that is none", () =>
    onStage({}, async ({ place }) => {
      const { result } = await runJob(nexJob(place, "no url"));
      expect(result).toMatchObject({ outcome: "failed", failure: { class: "spawn" } });
    }));

  it("that does not stream is understood all the same", () =>
    onStage({}, async ({ place }) => {
      const whole = {
        model: "served",
        choices: [{ message: { role: "assistant", content: "whole" } }],
        usage: { prompt_tokens: 5, completion_tokens: 2 },
      };
      const server = await scripted([JSON.stringify(whole)]);
      const { result } = await runJob(nexJob(place, server.url));
      expect(result).toMatchObject({
        outcome: "done",
        summary: "whole",
        usage: { input: 5, output: 2, cached: 0 },
        servedModels: ["served"],
      });
      await server.close();
    }));

  it("that ends its stream without an end is not believed", () =>
    onStage({}, async ({ place }) => {
      const server = await scripted([[chunk({ content: "I am nearly" })]]);
      const { result } = await runJob(nexJob(place, server.url));
      expect(result).toMatchObject({ outcome: "failed", failure: { class: "server" } });
      await server.close();
    }));

  it("that never stops talking is stopped", () =>
    onStage({}, async ({ place }) => {
      const server = await scripted([Array(300).fill(chunk({ content: "x".repeat(20_000) }))]);
      const { result } = await runJob(nexJob(place, server.url));
      expect(result).toMatchObject({ outcome: "failed", failure: { class: "agent" } });
      await server.close();
    }));
});
