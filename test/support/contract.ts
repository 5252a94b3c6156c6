// The contract of a handler as tests: the same promises for each, whatever its agent does.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { processMark, signalProcess } from "../../src/base/process.ts";
import type { HandlerName } from "../../src/base/route.ts";
import type { Plan } from "../../src/graph/plan.ts";
import type { RunResult } from "../../src/graph/result.ts";
import type { Job, RunEvent, StopReason } from "../../src/handlers/handler.ts";
import { handlerFor } from "../../src/handlers/registry.ts";
import { runProcesses } from "../../src/handlers/sweep.ts";

/** How an agent behaves; what a handler's agent cannot do is left out of `Subject.behaviours`. */
export type Behaviour =
  | "done"
  | "unicode"
  | "wrong-exit"
  | "no-result"
  | "garbage"
  | "flood"
  | "huge-line"
  | "silent"
  | "stubborn"
  | "hydra"
  | "leftover"
  | "fugitive"
  | "leak"
  | "leak-error"
  | "no-input"
  | "missing";

/** A handler under the contract: `job` makes one whose agent behaves so, in that place. */
export interface Subject {
  name: HandlerName;
  behaviours: readonly Behaviour[];
  job(behaviour: Behaviour, place: RunPlace): Job;
}

/** Folders and an environment of one run's own. `cwd` is also the project's root. */
export interface RunPlace {
  root: string;
  home: string;
  cwd: string;
  folder: string;
  env: Record<string, string>;
  remove(): void;
}

/** The 5 s of the contract, and as much again for a machine that is busy with other tests. */
const stopLimitMs = 10_000;

/** The value of `FAKE_SECRET` in a place's environment. */
export const fakeSecret = "sk-fake-0123456789";

/** Makes a place under `parent` (the system's temporary folder): a home, a working directory, a run's folder. */
export function makeRunPlace(parent = os.tmpdir()): RunPlace {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(parent, "wg-run-")));
  const [home, cwd, folder, temporary] = ["home", "work", "run", "tmp"].map((name) => path.join(root, name));
  if (!home || !cwd || !folder || !temporary) throw new Error("no folders");
  for (const made of [home, cwd, folder, temporary]) fs.mkdirSync(made, { mode: 0o700 });
  return {
    root,
    home,
    cwd,
    folder,
    env: {
      PATH: process.env["PATH"] ?? "/usr/bin:/bin",
      HOME: home,
      TMPDIR: temporary,
      FAKE_SECRET: fakeSecret,
    },
    remove: () => fs.rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

let runs = 0;

/** A job in a place: a worker's plan for `handler`, changed by `changes`. */
export function makeJob(place: RunPlace, handler: HandlerName, changes: Partial<Plan> = {}): Job {
  runs += 1;
  const plan: Plan = {
    schemaVersion: 1,
    run: `r-test-${process.pid}-${runs}`,
    task: "try",
    role: "worker",
    attempt: 1,
    project: place.cwd,
    cwd: place.cwd,
    profile: "test",
    revision: "0123456789ab",
    route: { handler, model: handler === "shell" ? "" : "some-model" },
    env: {},
    permissions: "workspace",
    limits: { timeoutMs: 600_000, hangAfterMs: 600_000, maxTurns: 20 },
    onModelMismatch: "warn",
    prompt: "do it",
    origins: {},
    ...changes,
  };
  return { plan, env: place.env, folder: place.folder };
}

/** Runs a job to its end; `onEvent` sees each event as it comes. Fails unless there is exactly one result, the last event. */
export async function runJob(
  job: Job,
  onEvent: (event: RunEvent, abort: (reason?: StopReason) => void) => void = () => {},
): Promise<{ events: RunEvent[]; result: RunResult }> {
  const handler = await handlerFor(job.plan.route.handler);
  const controller = new AbortController();
  const events: RunEvent[] = [];
  for await (const event of handler.run(job, controller.signal)) {
    events.push(event);
    onEvent(event, (reason) => controller.abort(reason));
  }
  const results = events.filter((event) => event.kind === "result");
  expect(results).toHaveLength(1);
  const last = events.at(-1);
  if (last?.kind !== "result") throw new Error(`the last event is ${JSON.stringify(last)}`);
  const { outcome, failure } = last.result;
  expect(failure === undefined).toBe(outcome === "done");
  return { events, result: last.result };
}

/** The texts an agent said, in order. */
export function textsOf(events: readonly RunEvent[]): string[] {
  return events.filter((event) => event.kind === "text").map((event) => event.text);
}

/** What every handler promises; called at the top of a test file. */
export function handlerContract(subject: Subject): void {
  describe(`the contract of ${subject.name}`, () => {
    let place: RunPlace;
    beforeEach(() => {
      place = makeRunPlace();
    });
    afterEach(() => place.remove());

    const promise = (behaviour: Behaviour, text: string, body: (job: Job) => Promise<void>) => {
      if (!subject.behaviours.includes(behaviour)) return;
      it(text, async () => {
        const job = subject.job(behaviour, place);
        await body(job);
        expect(runProcesses(job.plan.run)).toEqual([]);
      });
    };

    promise("done", "a run that gets there is done, and says what the agent said", async (job) => {
      const { events, result } = await runJob(job);
      expect(result).toMatchObject({ outcome: "done", summary: "all done" });
      expect(textsOf(events)).toContain("all done");
      expect(events.some((event) => event.kind === "started")).toBe(true);
    });

    promise("done", "a run that is aborted before it begins is cancelled and starts nothing", async (job) => {
      const handler = await handlerFor(subject.name);
      const events: RunEvent[] = [];
      for await (const event of handler.run(job, AbortSignal.abort())) events.push(event);
      expect(events).toMatchObject([
        { kind: "result", result: { outcome: "cancelled", failure: { class: "killed" } } },
      ]);
    });

    promise("missing", "what cannot be started is a result of class spawn", async (job) => {
      const { result } = await runJob(job);
      expect(result).toMatchObject({ outcome: "failed", failure: { class: "spawn" } });
    });

    promise("unicode", "every character comes through", async (job) => {
      const { result } = await runJob(job);
      expect(result.summary).toBe("naïve 漢字 🦀 e\u0301 \u2028 end");
    });

    promise("wrong-exit", "a run whose exit code says no is not done, whatever it printed", async (job) => {
      const { result } = await runJob(job);
      expect(result).toMatchObject({ outcome: "failed", failure: { class: "agent" }, exitCode: 3 });
    });

    promise("no-result", "a run that ends without its closing word is not done", async (job) => {
      const { result } = await runJob(job);
      expect(result).toMatchObject({ outcome: "failed", failure: { class: "agent" }, exitCode: 0 });
    });

    promise("garbage", "garbage is a failure, not an exception", async (job) => {
      const { result } = await runJob(job);
      expect(result).toMatchObject({ outcome: "failed", exitCode: 1 });
    });

    promise(
      "flood",
      "a flood of 200 MB is read to its end in little memory, and little of it kept",
      async (job) => {
        const start = heldBytes();
        let peak = 0;
        const timer = setInterval(() => {
          peak = Math.max(peak, heldBytes() - start);
        }, 10);
        const { events, result } = await runJob(job);
        clearInterval(timer);
        expect(result.outcome).toBe("done");
        expect(peak).toBeLessThan(150 * 1024 * 1024);
        expect(events.length).toBeLessThan(20_000);
        const kept = fs.readdirSync(job.folder).map((name) => fs.statSync(path.join(job.folder, name)).size);
        expect(Math.max(...kept)).toBeLessThan(51 * 1024 * 1024);
      },
    );

    promise("huge-line", "a line of 20 MB does no harm to the lines after it", async (job) => {
      const { result } = await runJob(job);
      expect(result).toMatchObject({ outcome: "done", summary: "all done" });
    });

    promise("silent", "an agent that says nothing goes on until it is aborted", async (job) => {
      const reason: StopReason = { outcome: "timed-out", failure: { class: "hang", message: "too quiet" } };
      const { result } = await runJob(job, (event, abort) => {
        if (event.kind === "started") setTimeout(() => abort(reason), 500);
      });
      expect(result).toMatchObject(reason);
    });

    promise("stubborn", "a tree that ignores SIGTERM is gone within 5 s of the abort", async (job) => {
      const tookMs = await abortWhenSettled(job, 4);
      expect(tookMs).toBeLessThan(stopLimitMs);
    });

    promise("hydra", "processes that replace themselves all the time are caught", async (job) => {
      const tookMs = await abortWhenSettled(job, 9);
      expect(tookMs).toBeLessThan(stopLimitMs);
    });

    promise("silent", "a reader that turns away leaves no process behind", async (job) => {
      const handler = await handlerFor(subject.name);
      for await (const event of handler.run(job, new AbortController().signal)) {
        if (event.kind === "started") break;
      }
      expect(runProcesses(job.plan.run)).toEqual([]);
    });

    promise("leftover", "what an agent leaves running is ended, and told", async (job) => {
      const { events, result } = await runJob(job);
      expect(result).toMatchObject({ outcome: "done", summary: "all done" });
      expect(events).toContainEqual({
        kind: "warning",
        message: "ended 2 processes that the agent left running",
      });
    });

    promise("fugitive", "an output that somebody out of reach holds open is not waited for", async (job) => {
      const { result } = await runJob(job);
      expect(result).toMatchObject({ outcome: "done", summary: "all done" });
      // The holder sleeps for longer than a test may take, so it still does.
      const holder = processMark(Number(fs.readFileSync(path.join(job.plan.cwd, "fugitive"), "utf8")));
      expect(holder).toBeDefined();
      if (holder !== undefined) signalProcess(holder, "SIGKILL");
    });

    promise("leak", "a pinned secret that the agent prints is in no event and in no file", async (job) => {
      const { events, result } = await runJob(job);
      expect(result.summary).toBe("the key is ***");
      expect(JSON.stringify(events)).not.toContain(fakeSecret);
      expectNoSecret(job.folder);
    });

    promise("leak-error", "a pinned secret on stderr is in no message and in no file either", async (job) => {
      const { events, result } = await runJob(job);
      expect(result.failure?.message).toContain("bad key ***");
      expect(JSON.stringify(events)).not.toContain(fakeSecret);
      expectNoSecret(job.folder);
    });

    promise("no-input", "stdin ends, so that no agent waits for it", async (job) => {
      const { result } = await runJob(job);
      expect(result).toMatchObject({ outcome: "done", summary: "input ended" });
    });
  });
}

/** Aborts once `count` processes of the run are there; the time from the abort to the result, in milliseconds. */
async function abortWhenSettled(job: Job, count: number): Promise<number> {
  let abortedAtMs = 0;
  const { result } = await runJob(job, (event, abort) => {
    if (event.kind !== "started") return;
    const root = event.pid === undefined ? undefined : { pid: event.pid, started: "" };
    const timer = setInterval(() => {
      if (runProcesses(job.plan.run, root).length < count) return;
      clearInterval(timer);
      abortedAtMs = performance.now();
      abort();
    }, 50);
  });
  expect(result).toMatchObject({ outcome: "cancelled", failure: { class: "killed" } });
  return performance.now() - abortedAtMs;
}

function heldBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function expectNoSecret(folder: string): void {
  for (const name of fs.readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const file = path.join(folder, name);
    if (fs.statSync(file).isFile()) expect(fs.readFileSync(file, "utf8")).not.toContain(fakeSecret);
  }
}
