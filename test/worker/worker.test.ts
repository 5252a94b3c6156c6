// Workers as processes, and the words that list, follow and end their runs, with a service and real commands.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { markedProcesses } from "../../src/base/marked.ts";
import { makeServicePlace, type ServicePlace } from "../support/service.ts";
import { program } from "../support/wg.ts";

let place: ServicePlace;
beforeEach(async () => {
  place = await makeServicePlace();
});
afterEach(() => place.end());

interface RunRow {
  id: string;
  task: string;
  status: string;
  process?: { pid: number };
  reported?: { status: string; message: string };
  servedModels: string[];
  result?: { outcome: string; failure?: { class: string; message: string } };
}

const runs = async (...filter: string[]): Promise<RunRow[]> =>
  JSON.parse(await place.ok("runs", "--json", ...filter)).runs;
const task = async (
  id: string,
): Promise<{ status: string; reason?: string; summary?: string; attempts: number }> =>
  JSON.parse(await place.ok("show", id, "--json")).task;
const leftOf = (run: string) => markedProcesses("WG_RUN_ID", run).length;

/** Adds a task and waits until its command has said so by the file `up`. */
async function inFlight(id: string, command: string): Promise<RunRow & { pid: number }> {
  await place.ok("add", id, "--id", id, "--exec", `touch up-${id}; ${command}`);
  await place.until(`${id} is up`, () => fs.existsSync(path.join(place.project, `up-${id}`)));
  const [run] = await runs("--task", id, "--live");
  if (run?.process === undefined) throw new Error(`${id} has no process`);
  return { ...run, pid: run.process.pid };
}

describe("what an agent reports from inside its run", () => {
  it("is kept: its log, its summary, its failure, each by the wg that runs it", async () => {
    await place.start();
    await place.ok(
      "add",
      "Well",
      "--id",
      "well",
      "--exec",
      'wg log well "half way"; wg done well --summary "it works"',
    );
    await place.ok("add", "Ill", "--id", "ill", "--exec", 'wg fail ill --reason "no compiler here"; exit 0');
    await place.until("both are over", async () => {
      const all = await runs();
      return all.length === 2 && all.every((run) => run.status === "ended");
    });
    expect(await task("well")).toMatchObject({ status: "done", summary: "it works" });
    expect(await task("ill")).toMatchObject({ status: "failed", reason: "no compiler here" });
    const [ill] = await runs("--task", "ill");
    expect(ill?.result).toMatchObject({
      outcome: "failed",
      failure: { class: "agent", message: "no compiler here" },
    });
    expect(await place.ok("log", "well")).toContain("half way");
  });
});

describe("a worker that is told to end", () => {
  it("cleans up to the end, however often it is told, and its task gets another attempt", async () => {
    await place.start();
    const twice =
      "if [ -e second ]; then exit 0; fi; touch second; trap '' TERM; setsid sleep 1000 & sleep 1000";
    const run = await inFlight("long", twice);
    for (let turn = 0; turn < 3; turn++) {
      process.kill(run.pid, "SIGTERM");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await place.until("the second attempt is done", async () => (await task("long")).status === "done");
    expect(leftOf(run.id)).toBe(0);
    const all = await runs("--task", "long");
    expect(all.map(({ result }) => result?.outcome)).toEqual(["done", "lost"]);
    expect(all[1]?.result?.failure?.message).toContain("stopped by SIGTERM");
  });
});

describe("wg kill", () => {
  it("ends the run with all it started, and fails its task", async () => {
    await place.start();
    const run = await inFlight("long", "setsid sleep 1000 & sleep 1000");
    const told = JSON.parse(await place.ok("kill", run.id.slice(0, -2), "--json"));
    expect(told).toMatchObject({
      run: run.id,
      task: "long",
      outcome: "cancelled",
      forced: false,
      taskStatus: "failed",
    });
    expect(leftOf(run.id)).toBe(0);
    expect(await task("long")).toMatchObject({ status: "failed", reason: "run cancelled" });
  });

  it("with --requeue opens the task again, and logs -f tells the next attempt too", async () => {
    await place.start();
    const run = await inFlight(
      "long",
      "if [ -e second ]; then echo second; exit 0; fi; touch second; sleep 1000",
    );
    const told = path.join(place.project, "told");
    const follower = spawn(process.execPath, [program, "logs", "long", "-f"], {
      cwd: place.project,
      env: place.env,
      stdio: ["ignore", fs.openSync(told, "w"), "ignore"],
    });
    const ended = once(follower, "close");
    await place.until("the first attempt is told", () => fs.readFileSync(told, "utf8").includes("started"));
    await place.ok("kill", "--task", "long", "--requeue");
    expect(await ended).toEqual([0, null]);
    const words = place.lines("told").map((line) => line.slice(10).split(/ +/)[0]);
    expect(words).toEqual(["started", "result", "started", "text", "result"]);
    expect(fs.readFileSync(told, "utf8")).toContain("cancelled: killed: cancelled on request");
    expect(await task("long")).toMatchObject({ status: "done", attempts: 2 });
    expect(leftOf(run.id)).toBe(0);
  });

  it("ends a worker that cannot answer, once its time is up", async () => {
    await place.start();
    const run = await inFlight("long", "trap '' TERM; sleep 1000");
    await place.ok("service", "stop");
    process.kill(run.pid, "SIGSTOP");
    const told = JSON.parse(await place.ok("kill", "--task", "long", "--json"));
    expect(told).toMatchObject({ outcome: "cancelled", forced: true, taskStatus: "failed" });
    expect(leftOf(run.id)).toBe(0);
    expect(() => process.kill(run.pid, 0)).toThrow();
  });

  it("ends a run whose worker is gone, with what is left of it, without waiting", async () => {
    await place.start();
    const run = await inFlight("long", "sleep 1000");
    await place.ok("service", "stop");
    process.kill(run.pid, "SIGKILL");
    expect(leftOf(run.id)).toBeGreaterThan(0);
    const told = JSON.parse(await place.ok("kill", "--task", "long", "--requeue", "--json"));
    expect(told).toMatchObject({ outcome: "cancelled", forced: false, taskStatus: "open" });
    expect(leftOf(run.id)).toBe(0);
  });
});

describe("wg logs", () => {
  it("tells a run whose worker died with the end that was recorded for it", async () => {
    await place.start();
    const run = await inFlight("long", "echo begun; sleep 1000");
    await place.ok("service", "stop");
    process.kill(run.pid, "SIGKILL");
    await place.ok("kill", "--task", "long");
    expect(await place.ok("logs", run.id)).toMatch(
      /text {5}begun\n.*result {3}cancelled: killed: its worker was gone/,
    );
  });

  it("as JSON is one envelope, or with -f one object a line", async () => {
    await place.start();
    await place.ok("add", "Say", "--id", "say", "--exec", "echo hello");
    const lines = (await place.ok("logs", "say", "-f", "--json"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ kind }) => kind)).toEqual(["started", "text", "result"]);
    const whole = JSON.parse(await place.ok("logs", "say", "--json"));
    expect(whole).toMatchObject({
      schemaVersion: 1,
      task: "say",
      events: [{}, { kind: "text", text: "hello" }, {}],
    });
    expect(lines.map(({ run }) => run)).toEqual([whole.run, whole.run, whole.run]);
  });

  it("never lets a run move the cursor of the terminal", async () => {
    await place.start();
    await place.ok("add", "Paint", "--id", "paint", "--exec", "printf '\\033[2J\\033]0;title\\007wiped\\n'");
    const told = await place.ok("logs", "paint", "-f");
    expect(told).toContain("\\x1b[2J\\x1b]0;title\\x07wiped");
    expect(told).not.toContain("\u001b");
  });
});

describe("a worker", () => {
  it("of a command takes little more memory than a bare node", async () => {
    await place.start();
    const run = await inFlight("long", "sleep 1000");
    const bare = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000); console.log()"]);
    await once(bare.stdout, "data");
    const rssKb = (pid = 0) =>
      Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" }));
    const more = rssKb(run.pid) - rssKb(bare.pid);
    bare.kill();
    // Measured: 17 MB, half of it SQLite and the bundle.
    expect(more).toBeLessThan(35 * 1024);
  });
});
