// The service as a person meets it: started, asked, told, stopped, with real processes and shell tasks.
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { processMark } from "../../src/base/process.ts";
import { makeServicePlace, type ServicePlace, tellOfOthers } from "../support/service.ts";
import { program } from "../support/wg.ts";

let place: ServicePlace;
beforeEach(async () => {
  place = await makeServicePlace();
});
afterEach(() => place.end());

const taskStatus = async (id: string): Promise<string> =>
  JSON.parse(await place.ok("show", id, "--json")).task.status;
const add = (id: string, exec: string, ...more: string[]) =>
  place.ok("add", id, "--id", id, "--exec", exec, ...more);
const write = (file: string, text: string) => {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
};

describe("starting and stopping", () => {
  it("start says what it runs on, status says the same, stop ends it and leaves no socket or pid file", async () => {
    const started = await place.wg("service", "start");
    expect(started.status).toBe(0);
    const pid = Number(started.stdout.trim());
    expect(started.stderr).toMatch(/service started: profile base, revision [0-9a-f]{12}, up to 4 agents/);
    expect(await place.status()).toMatchObject({ running: true, pid, inFlight: [], ready: 0 });
    const stopped = await place.wg("service", "stop");
    expect(stopped).toMatchObject({ status: 0, stderr: `service stopped, pid ${pid}\n` });
    expect(fs.readdirSync(path.join(place.project, ".wg/service")).sort()).toEqual(["lock", "log"]);
  });

  it("a second one is refused by the pid of the first, in the background and in the foreground", async () => {
    const { pid } = await place.start();
    for (const args of [[], ["--foreground"]]) {
      const second = await place.wg("service", "start", ...args);
      expect(second.status).toBe(1);
      expect(second.stderr).toContain(`a service already runs here, pid ${pid}`);
    }
    expect(await place.status()).toMatchObject({ pid });
  });

  it("of many started at once exactly one runs", async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => place.wg("service", "start")));
    expect(all.filter((ended) => ended.status === 0)).toHaveLength(1);
    const winner = Number(all.find((ended) => ended.status === 0)?.stdout);
    expect(await place.status()).toMatchObject({ pid: winner });
  });

  it("after a SIGKILL the next start recovers the stale socket and says nothing of it", async () => {
    const { pid } = await place.start();
    process.kill(pid, "SIGKILL");
    await place.until("the socket is stale", async () => !(await place.status()).running);
    expect(fs.existsSync(path.join(place.project, ".wg/service/socket"))).toBe(true);
    const next = await place.start();
    expect(next.pid).not.toBe(pid);
  });

  it("status without a service exits 1 and says how to start one", async () => {
    const ended = await place.wg("service", "status");
    expect(ended).toMatchObject({ status: 1, stdout: "" });
    expect(ended.stderr).toContain("wg service start");
    const json = await place.wg("service", "status", "--json");
    expect(json.status).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ running: false });
    expect(await place.wg("service", "reload")).toMatchObject({ status: 1 });
    expect(await place.wg("service", "stop")).toMatchObject({ status: 0 });
  });

  it("settings that cannot be read refuse the start with file and line", async () => {
    const config = path.join(place.project, ".wg/config.toml");
    write(config, '[agent]\nmodel = "gpt"\n');
    const ended = await place.wg("service", "start");
    expect(ended.status).toBe(1);
    expect(ended.stderr).toContain(`${config}:2`);
    expect(await place.status()).toMatchObject({ running: false });
  });

  it("in the foreground it tells what it does and ends in order on SIGTERM", async () => {
    const child = spawn(process.execPath, [program, "service", "start", "--foreground"], {
      cwd: place.project,
      env: place.env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let told = "";
    child.stderr.on("data", (chunk) => {
      told += String(chunk);
    });
    const ended = once(child, "exit");
    await place.until("it runs", () => told.includes("service runs"));
    child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
    expect(told).toContain("service stopped");
    expect(await place.status()).toMatchObject({ running: false });
  });

  it("a home that cannot be written is survived with a warning, and tasks run", async () => {
    const homeless = await makeServicePlace({ WG_HOME: "/dev/null/home" });
    try {
      await homeless.start();
      await homeless.ok("add", "a", "--id", "a", "--exec", "echo a > a.txt");
      await homeless.until("a has run", () => homeless.lines("a.txt").length === 1);
      expect(homeless.lines(".wg/service/log").join()).toContain("not known to other commands");
    } finally {
      await homeless.end();
    }
  });

  it("a project deeper than a socket's path allows works all the same", async () => {
    const deep = path.join(place.project, "d".repeat(60), "e".repeat(60));
    fs.mkdirSync(deep, { recursive: true });
    const inDeep = { cwd: deep, env: { ...place.env } };
    const { run } = await import("../support/wg.ts");
    const wg = (...args: string[]) => run(process.execPath, [program, ...args], inDeep);
    expect(await wg("init")).toMatchObject({ status: 0 });
    try {
      expect(await wg("service", "start")).toMatchObject({ status: 0 });
      expect(await wg("service", "status")).toMatchObject({ status: 0 });
    } finally {
      expect(await wg("service", "stop")).toMatchObject({ status: 0 });
    }
  });

  it("it ends when its project is removed", async () => {
    const { pid } = await place.start();
    fs.rmSync(path.join(place.project, ".wg"), { recursive: true });
    await place.until("it has ended", () => processMark(pid) === undefined);
  });

  it("a starter can be named in a fresh home", async () => {
    expect((await place.start("--profile", "codex")).applied.profile).toBe("codex");
  });

  it("garbage on its socket does not disturb it", async () => {
    await place.start();
    const socket = net.connect(path.join(place.project, ".wg/service/socket"));
    socket.on("error", () => {});
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.write(Buffer.alloc(3_000_000, 0xfe));
    socket.write("\n{}\n\n[[[\n");
    await closed;
    expect(await place.status()).toMatchObject({ running: true });
  });
});

describe("dispatching", () => {
  it("runs ready tasks, what they need first, and hands on what they say", async () => {
    await add("first", "echo first >> order");
    await add("second", "echo second >> order", "--after", "first");
    await add("third", "echo third >> order", "--after", "second");
    await place.start();
    await place.until("third is done", async () => (await taskStatus("third")) === "done");
    expect(place.lines("order")).toEqual(["first", "second", "third"]);
  });

  it("never has more runs at a time than it may, and as many as it may", async () => {
    for (const n of [1, 2, 3, 4, 5, 6]) {
      await add(`t${n}`, `touch up-${n}; ls up-* | wc -l >> seen; sleep 0.6; rm up-${n}`);
    }
    expect(await place.start("--max-agents", "2")).toMatchObject({ maxAgents: 2 });
    await place.until(
      "all are done",
      async () => (await place.ok("list", "--json")).split('"done"').length > 6,
    );
    const seen = place.lines("seen").map(Number);
    expect(seen).toHaveLength(6);
    expect(Math.max(...seen)).toBe(2);
  });

  it("takes up a task that is added while it idles", async () => {
    await place.start();
    await add("late", "echo late > late.txt");
    await place.until("it has run", () => place.lines("late.txt").length === 1);
  });

  it("a failing task fails with its reason, and holds up only what needs it", async () => {
    await add("bad", "echo no luck >&2; exit 3");
    await add("after", "true", "--after", "bad");
    await add("other", "true");
    await place.start();
    await place.until(
      "both have run",
      async () => (await taskStatus("bad")) === "failed" && (await taskStatus("other")) === "done",
    );
    expect(await taskStatus("after")).toBe("open");
  });

  it("a task that cannot be planned waits with its reason, told once; the others go on", async () => {
    await place.ok("add", "needs a server", "--id", "stuck", "--model", "local:qwen3");
    await add("free", "true");
    await place.start("--max-agents", "1");
    await place.until("the other one is done", async () => (await taskStatus("free")) === "done");
    await add("later", "true");
    await place.until("and one more", async () => (await taskStatus("later")) === "done");
    const { waiting, ready } = await place.status();
    expect(ready).toBe(1);
    expect(waiting).toMatchObject([
      { task: "stuck", problem: expect.stringContaining("no endpoint serves local:qwen3") },
    ]);
    const log = await place.ok("log", "stuck");
    expect(log.split("cannot start").length).toBe(2);
    expect(await place.ok("service", "status")).toContain("no endpoint serves local:qwen3");
    await place.ok("edit", "stuck", "--model", "", "--exec", "true");
    await place.until("it is done once it can be", async () => (await taskStatus("stuck")) === "done");
    expect((await place.status()).waiting).toEqual([]);
  });

  it("a worker that dies is met as lost, its task is tried again, and nothing of the first attempt lives on", async () => {
    await add("long", `${tellOfOthers("pids")}; echo $$ >> pids; [ $(wc -l < pids) -gt 1 ] || sleep 60`);
    await place.start();
    const first = await place.until("its worker runs", async () => {
      const [run] = (await place.status()).inFlight;
      return place.lines("pids").length === 1 && run?.pid;
    });
    process.kill(first, "SIGKILL");
    await place.until("it is done", async () => (await taskStatus("long")) === "done");
    expect(place.lines("pids")).toHaveLength(2);
    expect(place.lines("twice")).toEqual([]);
  });

  it("a task whose workers die again and again fails in the end", async () => {
    write(path.join(place.project, ".wg/config.toml"), "[agent]\nmax_attempts = 2\n");
    // The worker is the parent of the shell.
    await add("deadly", "echo $$ >> pids; kill -9 $PPID; sleep 5");
    await place.start();
    await place.until("it has failed", async () => (await taskStatus("deadly")) === "failed");
    expect(place.lines("pids")).toHaveLength(2);
  });
});

describe("settings while it runs", () => {
  it("a hand edit is adopted; a broken one keeps the last good settings and says so with file and line, until it is mended", async () => {
    const config = path.join(place.project, ".wg/config.toml");
    await place.start();
    const before = (await place.status()).applied.revision;
    write(config, '[agent]\nmodel = "codex:gpt-5.5"\n[service]\nmax_agents = 7\n');
    const adopted = await place.until("it is adopted", async () => {
      const status = await place.status();
      return status.applied.revision !== before && status;
    });
    expect(adopted).toMatchObject({ maxAgents: 7, lastReload: { result: "applied" } });
    write(config, '[agent]\nmodel = "nobody:x"\n');
    const problem = await place.until("it is refused", async () => (await place.status()).applied.problem);
    expect(problem.at).toEqual({ path: config, line: 2 });
    expect(await place.status()).toMatchObject({
      maxAgents: 7,
      applied: { revision: adopted.applied.revision },
    });
    expect(await place.ok("service", "status")).toContain(`${config}:2`);
    const reload = await place.wg("service", "reload");
    expect(reload.status).toBe(1);
    expect(reload.stderr).toContain(`${config}:2`);
    await add("meanwhile", "true");
    await place.until("tasks go on", async () => (await taskStatus("meanwhile")) === "done");
    fs.rmSync(config);
    await place.until("it is mended", async () => {
      const { applied } = await place.status();
      return applied.problem === undefined && applied.revision === before;
    });
  });

  it("SIGHUP and reload look at once", async () => {
    const { pid } = await place.start();
    const config = path.join(place.project, ".wg/config.toml");
    write(config, "[service]\nmax_agents = 2\n");
    expect(await place.ok("service", "reload")).toBe("base\n");
    expect(await place.status()).toMatchObject({ maxAgents: 2 });
    process.kill(pid, "SIGHUP");
    await place.until("it has looked", async () => (await place.status()).lastReload.result === "unchanged");
  });

  it("a service started with --profile stays on it and says so", async () => {
    write(path.join(place.home, ".wg/profiles/mine.toml"), '[agent]\nmodel = "codex:gpt-5.5"\n');
    const started = await place.start("--profile", "mine");
    expect(started.applied).toMatchObject({ profile: "mine", pinned: "flag --profile" });
    write(path.join(place.home, ".wg/active-profile"), "base\n");
    await place.ok("service", "reload");
    expect((await place.status()).applied.profile).toBe("mine");
  });
});

describe("workers and the service's end", () => {
  it("a stop leaves workers alone, they record their own end, and the next service counts them", async () => {
    await add("slow", "echo up > up; sleep 2; echo end > end");
    await add("next", "echo next > next");
    await place.start("--max-agents", "1");
    await place.until("it runs", () => place.lines("up").length === 1);
    expect(await place.wg("service", "stop")).toMatchObject({
      stderr: expect.stringContaining("1 worker goes on"),
    });
    const again = await place.start("--max-agents", "1");
    expect(again.inFlight).toMatchObject([{ task: "slow" }]);
    await place.until("the next one has run", () => place.lines("next").length === 1);
    expect(place.lines("end")).toEqual(["end"]);
    expect(await taskStatus("slow")).toBe("done");
  });

  it("a run ends by itself with no service there", async () => {
    await add("alone", "echo up > up; sleep 1");
    await place.start();
    await place.until("it runs", () => place.lines("up").length === 1);
    await place.ok("service", "stop");
    await place.until("it is done", async () => (await taskStatus("alone")) === "done");
  });

  it("stop --kill-agents ends the workers, opens their tasks again, and costs them no attempt", async () => {
    await add("slow", "echo $$ > pid; sleep 60");
    await place.start();
    const [pid] = await place.until("it runs", () => {
      const pids = place.lines("pid");
      return pids.length === 1 && pids;
    });
    const ended = await place.wg("service", "stop", "--kill-agents", "--json");
    expect(JSON.parse(ended.stdout)).toMatchObject({ stopped: true, inFlight: 0 });
    expect(processMark(Number(pid))).toBeUndefined();
    expect(await taskStatus("slow")).toBe("open");
  });

  it("stop --kill-agents also ends an agent that ignores being told", async () => {
    await add("deaf", "trap '' TERM INT HUP; echo $$ > pid; while :; do sleep 1; done");
    await place.start();
    const [pid] = await place.until("it runs", () => {
      const pids = place.lines("pid");
      return pids.length === 1 && pids;
    });
    await place.ok("service", "stop", "--kill-agents");
    expect(processMark(Number(pid))).toBeUndefined();
    expect(await taskStatus("deaf")).toBe("open");
  });

  it("a worker that hangs is killed with all it started, and its task tried again", async () => {
    await add("stuck", "echo $$ >> pids; [ $(wc -l < pids) -gt 1 ] || sleep 300");
    await place.start();
    const worker = await place.until("it runs", async () => {
      const [run] = (await place.status()).inFlight;
      return place.lines("pids").length === 1 && run?.pid;
    });
    process.kill(worker, "SIGSTOP");
    // As though the lease had run out by itself, which takes half a minute.
    const graph = new DatabaseSync(path.join(place.project, ".wg/graph.db"));
    graph.exec("UPDATE run SET lease_until = '2026-01-01T00:00:00.000Z'");
    graph.close();
    await place.until("it was tried again", async () => (await taskStatus("stuck")) === "done");
    const [first] = place.lines("pids").map(Number);
    expect(processMark(first ?? 0)).toBeUndefined();
  });
});

describe("its log", () => {
  it("is told in words, as JSON, and as it grows", async () => {
    await place.start();
    expect(await place.ok("service", "logs")).toContain("service runs, pid");
    const { entries } = JSON.parse(await place.ok("service", "logs", "--json"));
    expect(entries[0]).toMatchObject({ level: "info", message: expect.stringContaining("service runs") });
    const child = spawn(process.execPath, [program, "service", "logs", "-f"], {
      cwd: place.project,
      env: place.env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let told = "";
    child.stdout.on("data", (chunk) => {
      told += String(chunk);
    });
    const ended = once(child, "exit");
    await place.until("it follows", () => told.includes("service runs"));
    await add("seen", "true");
    await place.until("the run is told", () => told.includes("for seen"));
    child.kill("SIGINT");
    expect(await ended).toEqual([0, null]);
  });
});
