// One run from claim to recorded result, with real shell commands.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Project, projectAt } from "../base/home.ts";
import { markedProcesses } from "../base/marked.ts";
import { claimRun } from "../graph/claim.ts";
import { closeGraph, createGraph, type Graph } from "../graph/database.ts";
import { taskLog } from "../graph/log.ts";
import type { Plan } from "../graph/plan.ts";
import { reportRun } from "../graph/report.ts";
import { findRun, requestCancel, startRun } from "../graph/run.ts";
import { addTask, requireTask } from "../graph/task.ts";
import { runMarker } from "../handlers/sweep.ts";
import { runFolder } from "./folder.ts";
import { runWorker } from "./run.ts";

// Leases and limits are looked at by the second; only a hang is to be caught here.
vi.setConfig({ testTimeout: 60_000 });

const run = "r-20261123-120000-abcdef";
const task = "build";
let root: string;
let project: Project;
let graph: Graph;
let stop: AbortController;

beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "wg-run-")));
  project = projectAt(root);
  graph = createGraph(project);
  stop = new AbortController();
});

afterEach(() => {
  closeGraph(graph);
  fs.rmSync(root, { recursive: true, force: true });
});

/** Claims a run of `exec` and gives the plan that was claimed. */
function claim(exec: string, more: Partial<Plan> = {}): Plan {
  const now = new Date();
  addTask(graph, { id: task, title: "Build it", exec }, now);
  const plan: Plan = {
    schemaVersion: 1,
    run,
    task,
    role: "worker",
    attempt: 1,
    project: root,
    cwd: root,
    profile: "base",
    revision: "0123456789ab",
    route: { handler: "shell", model: "" },
    env: {},
    permissions: "workspace",
    limits: { timeoutMs: 60_000, hangAfterMs: 60_000, maxTurns: 10 },
    onModelMismatch: "warn",
    exec,
    prompt: exec,
    origins: {},
    ...more,
  };
  expect(claimRun(graph, plan, { service: "test", until: new Date(now.getTime() + 30_000) }, now)).toBe(true);
  return plan;
}

const work = (env: Record<string, string> = { PATH: process.env["PATH"] ?? "" }) =>
  runWorker(project, run, {
    env,
    now: () => new Date(),
    signal: stop.signal,
    program: { node: process.execPath, main: "/opt/wg's/main.js" },
  });

const folder = () => runFolder(project, run);
const events = () =>
  fs
    .readFileSync(folder().events, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
const rawRun = () => {
  const database = new DatabaseSync(project.database);
  try {
    return database.prepare("SELECT * FROM run WHERE id = ?").get(run) as { token_hash: string };
  } finally {
    database.close();
  }
};
/** The files of the project that hold this text. */
const filesWith = (text: string) =>
  fs
    .readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((name) => path.join(root, name))
    .filter((file) => fs.statSync(file).isFile() && fs.readFileSync(file).includes(text));
const modeOf = (file: string) => fs.statSync(file).mode & 0o777;
const leftRunning = () => markedProcesses(runMarker, run).length;

/** Waits for something that must come; the limit is only against hanging. */
async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !isSo(); turn++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isSo()).toBe(true);
}

describe("a run that goes well", () => {
  it("is recorded with its summary, and its task is done", async () => {
    claim("echo one; echo two");
    const result = await work();
    expect(result).toMatchObject({ outcome: "done", summary: "one\ntwo", exitCode: 0 });
    expect(findRun(graph, run)).toMatchObject({ status: "ended", result: { outcome: "done" } });
    expect(requireTask(graph, task)).toMatchObject({ status: "done", summary: "one\ntwo" });
  });

  it("leaves its plan, its prompt, its events and a wg in its folder, for the owner's eyes only", async () => {
    const plan = claim("echo hello");
    await work();
    expect(JSON.parse(fs.readFileSync(folder().plan, "utf8"))).toEqual(plan);
    expect(fs.readFileSync(folder().prompt, "utf8")).toBe("echo hello\n");
    expect(events().map((event) => event.kind)).toEqual(["started", "text", "result"]);
    expect([folder().plan, folder().prompt, folder().events].map(modeOf)).toEqual([0o600, 0o600, 0o600]);
    expect([folder().root, folder().bin, path.join(folder().bin, "wg")].map(modeOf)).toEqual([
      0o700, 0o700, 0o700,
    ]);
    expect(fs.readFileSync(path.join(folder().bin, "wg"), "utf8")).toContain(`'/opt/wg'\\''s/main.js' "$@"`);
  });

  it("knows its task and run, and finds wg first on its PATH", async () => {
    claim('echo "$WG_RUN $WG_RUN_ID $WG_TASK $WG_MODEL $WG_PROJECT"; command -v wg');
    const result = await work();
    expect(result?.summary).toBe(`${run} ${run} ${task} shell ${root}\n${path.join(folder().bin, "wg")}`);
  });

  it("has a token that proves whose run it is, and is in none of its files and not in the graph", async () => {
    claim('printf %s "$WG_TOKEN" | sha256sum > hash; printf %s "$WG_TOKEN" > held; echo "token=$WG_TOKEN"');
    const result = await work();
    const token = fs.readFileSync(path.join(root, "held"), "utf8");
    fs.rmSync(path.join(root, "held"));
    expect(token).toMatch(/^[\w-]{32}$/);
    expect(result?.summary).toBe("token=***");
    expect(filesWith(token)).toEqual([]);
    expect(rawRun().token_hash).toBe(fs.readFileSync(path.join(root, "hash"), "utf8").split(" ")[0]);
  });

  it("leaves nothing running, not even what left its process group", async () => {
    claim("setsid sh -c 'trap \"\" TERM; sleep 1000' > /dev/null 2>&1 & echo started");
    expect((await work())?.outcome).toBe("done");
    expect(leftRunning()).toBe(0);
  });
});

describe("a run that is not there to be started", () => {
  it("is left alone when another worker has it", async () => {
    claim("touch ran");
    expect(startRun(graph, run, { pid: 1, started: "other" }, new Date())).toBeDefined();
    expect(await work()).toBeUndefined();
    expect(fs.existsSync(path.join(root, "ran"))).toBe(false);
    expect(findRun(graph, run)?.process).toEqual({ pid: 1, started: "other" });
  });

  it("is left alone when it was never claimed", async () => {
    expect(await work()).toBeUndefined();
  });

  it("is not begun when it was cancelled before", async () => {
    claim("touch ran");
    requestCancel(graph, run, "requeue");
    expect((await work())?.outcome).toBe("cancelled");
    expect(fs.existsSync(path.join(root, "ran"))).toBe(false);
    expect(requireTask(graph, task).status).toBe("open");
  });
});

describe("a run that goes wrong", () => {
  it("fails with the command's last words", async () => {
    claim("echo all is lost; exit 3");
    expect(await work()).toMatchObject({ outcome: "failed", exitCode: 3, failure: { class: "agent" } });
    const { status, reason } = requireTask(graph, task);
    expect([status, reason]).toEqual(["failed", "the command ended with exit code 3\nall is lost"]);
  });

  it("fails for the reason the agent reported, though the command went well", async () => {
    claim("echo fine; while [ ! -e reported ]; do sleep 0.05; done");
    const ended = work();
    await until(() => findRun(graph, run)?.status === "running");
    reportRun(graph, run, "failed", "the tests cannot pass", new Date());
    fs.writeFileSync(path.join(root, "reported"), "");
    expect(await ended).toMatchObject({
      outcome: "failed",
      failure: { class: "agent", message: "the tests cannot pass" },
    });
    expect(requireTask(graph, task)).toMatchObject({ status: "failed", reason: "the tests cannot pass" });
  });

  it("is timed out when its time is over, with all it started", async () => {
    claim("sleep 1000 & sleep 1000", { limits: { timeoutMs: 1000, hangAfterMs: 60_000, maxTurns: 1 } });
    expect(await work()).toMatchObject({
      outcome: "timed-out",
      failure: { message: "not finished within 1 s" },
    });
    expect(requireTask(graph, task).status).toBe("failed");
    expect(leftRunning()).toBe(0);
  });

  it("fails as hung when it is silent for too long, and not while it talks", async () => {
    claim("for i in 1 2 3 4 5 6; do echo $i; sleep 0.4; done; sleep 1000", {
      limits: { timeoutMs: 60_000, hangAfterMs: 1500, maxTurns: 1 },
    });
    const result = await work();
    expect(result).toMatchObject({ outcome: "failed", failure: { class: "hang" } });
    expect(result?.summary).toContain("6");
    expect(leftRunning()).toBe(0);
  });

  it("fails as spawn when the handler cannot be started as planned", async () => {
    claim("echo hello", { cwd: path.join(root, "missing") });
    expect(await work()).toMatchObject({ outcome: "failed", failure: { class: "spawn" } });
  });

  it("is recorded as failed when the worker itself breaks", async () => {
    // No code can write such a plan; a damaged database could hold one.
    claim("echo hello", { route: { handler: "toaster" as "shell", model: "" } });
    expect(await work()).toMatchObject({
      outcome: "failed",
      failure: { class: "spawn", message: expect.stringMatching(/^wg's worker broke: /) },
    });
    expect(requireTask(graph, task).status).toBe("failed");
  });
});

describe("a library that throws where nobody awaits it", () => {
  it("fails the run, and leaves nothing running", async () => {
    claim("sleep 1000");
    const ended = work();
    await until(() => leftRunning() > 0);
    // The worker's own listener alone: the test runner has one too.
    process.listeners("uncaughtException").at(-1)?.(new Error("boom"), "uncaughtException");
    expect(await ended).toMatchObject({
      outcome: "failed",
      failure: { class: "agent", message: "wg's worker broke: boom" },
    });
    expect(leftRunning()).toBe(0);
  });
});

describe("a run that is to be stopped", () => {
  it("is cancelled by a request in the graph alone", async () => {
    claim("sleep 1000 & sleep 1000");
    const ended = work();
    await until(() => leftRunning() > 0);
    requestCancel(graph, run, "fail");
    expect((await ended)?.outcome).toBe("cancelled");
    expect(requireTask(graph, task)).toMatchObject({ status: "failed", reason: "run cancelled" });
    expect(leftRunning()).toBe(0);
  });

  it("is cancelled at once by a request and a signal, and opens its task again when told to", async () => {
    claim("sleep 1000");
    const ended = work();
    await until(() => leftRunning() > 0);
    requestCancel(graph, run, "requeue");
    stop.abort(new Error("stopped by SIGTERM"));
    expect((await ended)?.outcome).toBe("cancelled");
    expect(requireTask(graph, task).status).toBe("open");
  });

  it("by a signal that nobody asked for is left to be found lost, with nothing running", async () => {
    claim("sleep 1000");
    const ended = work();
    await until(() => leftRunning() > 0);
    stop.abort(new Error("stopped by SIGTERM"));
    await expect(ended).rejects.toThrow("the worker was stopped by SIGTERM");
    expect(findRun(graph, run)?.status).toBe("running");
    expect(requireTask(graph, task).status).toBe("in-progress");
    expect(events().at(-1)).toMatchObject({ kind: "result", result: { outcome: "lost" } });
    expect(leftRunning()).toBe(0);
  });
});

describe("a run with a verify command", () => {
  it("is done when that exits with 0, with what it printed kept", async () => {
    claim("echo 42 > answer", {
      verify: "grep 42 answer && echo $PINNED",
      env: { PINNED: "pin" },
      permissions: "workspace",
    });
    expect((await work())?.outcome).toBe("done");
    expect(fs.readFileSync(folder().verifyLog, "utf8")).toBe("42\npin\n");
    expect(events().slice(-3)).toMatchObject([
      { kind: "tool", name: "verify", input: "grep 42 answer && echo $PINNED" },
      { kind: "tool-result", ok: true, output: "42\npin\n" },
      { kind: "result", result: { outcome: "done" } },
    ]);
  });

  it("fails with its last words when that exits with anything else", async () => {
    claim("echo fine", { verify: "echo 2 tests failed; exit 1" });
    expect(await work()).toMatchObject({ outcome: "failed", failure: { class: "agent" }, summary: "fine" });
    expect(requireTask(graph, task)).toMatchObject({
      status: "failed",
      reason: expect.stringMatching(/^verify failed: .*exit code 1\n2 tests failed$/s),
    });
  });

  it("is not verified when it failed before", async () => {
    claim("exit 1", { verify: "touch verified" });
    expect((await work())?.outcome).toBe("failed");
    expect(fs.existsSync(path.join(root, "verified"))).toBe(false);
  });

  it("may be silent while it is verified, but not for longer than the run may last", async () => {
    claim("true", { verify: "sleep 1000", limits: { timeoutMs: 3000, hangAfterMs: 1000, maxTurns: 1 } });
    expect((await work())?.outcome).toBe("timed-out");
    expect(leftRunning()).toBe(0);
  });
});

describe("a run is recorded", () => {
  it("though its events cannot be written, and says so in the task's log", async () => {
    claim("echo hello");
    fs.mkdirSync(folder().events, { recursive: true });
    expect((await work())?.outcome).toBe("done");
    expect(taskLog(graph, task).map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^\d+ of the run's events could not be written: EISDIR/),
    );
  });

  it("though the graph is locked when it ends", async () => {
    claim("while [ ! -e locked ]; do sleep 0.05; done");
    const ended = work();
    await until(() => leftRunning() > 0);
    const other = new DatabaseSync(project.database);
    other.exec("BEGIN IMMEDIATE");
    fs.writeFileSync(path.join(root, "locked"), "");
    await until(() => leftRunning() === 0);
    await new Promise((resolve) => setTimeout(resolve, 500));
    other.exec("COMMIT");
    other.close();
    expect((await ended)?.outcome).toBe("done");
    expect(requireTask(graph, task).status).toBe("done");
  });
});
