// A switch whose command, service or both are killed at every step: pointer, history and services agree afterwards.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Home, homeOf, projectAt } from "../../src/base/home.ts";
import { takeLock } from "../../src/base/lock.ts";
import { processMark } from "../../src/base/process.ts";
import { serve } from "../../src/ipc/server.ts";
import { socketPathOf } from "../../src/ipc/socket.ts";
import { readCanary } from "../../src/profile/canary.ts";
import { beginCanary } from "../../src/profile/canary-begin.ts";
import { abortCanary } from "../../src/profile/canary-over.ts";
import { readHistory, readSwitches, switchesOf } from "../../src/profile/history.ts";
import { loadSettings } from "../../src/profile/load.ts";
import { readPointer } from "../../src/profile/pointer.ts";
import { requireRevision } from "../../src/profile/revisions.ts";
import { registerService } from "../../src/profile/services.ts";
import { useProfile } from "../../src/profile/switch.ts";
import { seed } from "../support/drawn.ts";
import { amount } from "../support/heavy.ts";
import { makeServicePlace, type ServicePlace } from "../support/service.ts";
import { program } from "../support/wg.ts";

const preload = path.resolve(import.meta.dirname, "../support/kill-at.cjs");
const names = ["red", "green", "blue"];
/** The suite kills at every other step, the stress project at each. */
const stride = amount(2, 1);
/** Far more steps than a switch has: reaching it means that nothing is killed any more. */
const maxSteps = 80;

let place: ServicePlace;
let home: Home;
let services: ChildProcess[];

beforeEach(async () => {
  place = await makeServicePlace();
  home = homeOf(place.env);
  services = [];
  fs.mkdirSync(home.profiles, { recursive: true });
  for (const name of names) {
    fs.writeFileSync(path.join(home.profiles, `${name}.toml`), `[agent]\nmodel = "codex:${name}"\n`);
  }
  await place.ok("profile", "use", "red", "--no-check");
});
afterEach(async () => {
  await Promise.all(services.map(ended));
  await place.end();
});

/** A switch within this process, where only its outcome matters. */
async function useHere(word: string): Promise<void> {
  const request = {
    target: { kind: "named" as const, word },
    by: { pid: 1, user: "" },
    now: () => new Date(),
  };
  await useProfile({ home, env: {} }, request, new AbortController().signal);
}

interface Outcome {
  killed: boolean;
  stdout: string;
}

/** Runs a command that is killed at a step; `at` is a number, with ` torn` for the middle of a write. */
async function killedAt(at: string, ...args: string[]): Promise<Outcome> {
  const child = spawn(process.execPath, ["--require", preload, program, ...args], {
    cwd: place.project,
    env: { ...place.env, WG_KILL_AT: at },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (text) => {
    stdout += text;
  });
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  const [status, signal] = await once(child, "close");
  const killed = signal === "SIGKILL";
  expect(killed || status === 0 || / refused: it keeps /.test(stderr), stderr).toBe(true);
  return { killed, stdout };
}

/** Starts a service that is killed at a step: of its whole life, or counted from when it is told to. */
function startKillable(at: string, from: "start" | "SIGUSR2"): ChildProcess {
  const args = ["--require", preload, program, "service", "start", "--foreground"];
  const env = { ...place.env, WG_KILL_AT: at, WG_KILL_FROM: from };
  const service = spawn(process.execPath, args, { cwd: place.project, env, stdio: "ignore" });
  services.push(service);
  return service;
}

const isOver = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

/** Killed, if it is not yet. */
async function ended(service: ChildProcess): Promise<void> {
  if (isOver(service)) return;
  const exit = once(service, "exit");
  service.kill("SIGKILL");
  await exit;
}

function pointerName(): string {
  const pointer = readPointer(home.pointer);
  return pointer.kind === "profile" ? pointer.name : pointer.kind;
}

function otherName(): string {
  return names[(names.indexOf(pointerName()) + 1) % names.length] ?? "";
}

/** The history begins nowhere but where it ended, ends where the pointer is, and all it names is kept. */
function expectAgreement(what: string, before: string, asked: string): void {
  const pointer = pointerName();
  expect([before, asked], what).toContain(pointer);
  const entries = switchesOf(readSwitches(home), undefined);
  expect(entries.at(-1)?.to, what).toBe(pointer);
  for (const [index, { from }] of entries.slice(1).entries()) expect(from, what).toBe(entries[index]?.to);
  for (const { revision } of entries) expect(requireRevision({ home }, revision).revision).toBe(revision);
  for (const file of [home.switchLock, home.pointerLock]) {
    const lock = takeLock(file, "exclusive", 2000);
    expect(lock, `${what}: ${file} is still held`).toBeDefined();
    lock?.release();
  }
}

async function expectServiceFollows(what: string): Promise<void> {
  const { active, revision } = loadSettings({ home, project: projectAt(place.project), env: {} }).settings;
  await place.until(`${what}: the service is on ${active.name}@${revision}`, async () => {
    const { running, applied } = await place.status();
    return running && applied.profile === active.name && applied.revision === revision;
  });
}

/** One more switch ends what was begun: whole lines, one chain, nothing left beside the files. */
async function expectMended(): Promise<void> {
  ageTemporaries();
  const [before, asked] = [pointerName(), otherName()];
  await place.ok("profile", "use", asked, "--no-check");
  expectAgreement("at the end", before, asked);
  const lines = fs.readFileSync(home.history, "utf8").trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line).to)).toEqual(readHistory(home).map(({ to }) => to));
  expect(fs.existsSync(home.pending)).toBe(false);
  expect(temporaries()).toEqual([]);
}

/** As though what killed writes have left had lain there for some time. */
function ageTemporaries(): void {
  const old = new Date(Date.now() - 120_000);
  for (const file of temporaries()) fs.utimesSync(path.join(home.root, file), old, old);
}

const temporaries = () => fs.readdirSync(home.root).filter((name) => name.startsWith("."));

describe("a switch that is killed", () => {
  it.each(["", " torn"])("at every step%s agrees with its history and the service", async (how) => {
    await place.start();
    const states = new Set<string>();
    let steps = 1 - stride;
    for (let killed = true; killed; ) {
      steps += stride;
      expect(steps).toBeLessThan(maxSteps);
      const [before, asked] = [pointerName(), otherName()];
      const what = `use ${asked} killed at ${steps}${how}`;
      const outcome = await killedAt(`${steps}${how}`, "profile", "use", asked, "--no-check");
      killed = outcome.killed;
      expectAgreement(what, before, asked);
      if (outcome.stdout.endsWith("\n")) expect(pointerName(), what).toBe(asked);
      await expectServiceFollows(what);
      states.add(pointerName() === asked ? "switched" : "not switched");
    }
    expect(states).toEqual(new Set(["switched", "not switched"]));
    await expectMended();
  });

  it("and undone, gone back and cleared by commands that are killed too, it agrees still", async () => {
    for (const args of [
      ["use", "-", "--no-check"],
      ["undo", "--no-check"],
      ["use", "--clear"],
    ]) {
      let killed = true;
      for (let step = 1; killed; step += stride) {
        expect(step).toBeLessThan(maxSteps);
        for (const name of ["green", "blue"]) await useHere(name);
        ({ killed } = await killedAt(String(step), "profile", ...args));
        const what = `${args.join(" ")} killed at ${step}`;
        const wanted = args.includes("--clear") ? "absent" : "green";
        expect(["blue", wanted], what).toContain(pointerName());
        const word = pointerName() === "absent" ? "base" : pointerName();
        expect(switchesOf(readSwitches(home), undefined).at(-1)?.to, what).toBe(word);
      }
    }
    await place.ok("profile", "use", "red", "--no-check");
    await expectMended();
  });
});

describe("a canary", () => {
  const isOn = () => readCanary(home.canary, pointerName()) !== undefined;
  const last = () => readHistory(home).at(-1);
  const request = () => ({
    target: { kind: "named" as const, word: "green" },
    share: 0.2,
    by: { pid: 1, user: "" },
    now: () => new Date(),
  });
  const begin = () => beginCanary({ home, env: {} }, request(), new AbortController().signal);
  const end = () => abortCanary({ home, env: {} }, request(), new AbortController().signal);

  it("whose beginning is killed at every step is there as a whole, with its line, or not at all", async () => {
    const states = new Set<boolean>();
    let killed = true;
    for (let step = 1; killed; step += stride) {
      expect(step).toBeLessThan(maxSteps);
      ({ killed } = await killedAt(String(step), "profile", "use", "green", "--canary", "20%", "--no-check"));
      const what = `a canary killed at ${step}`;
      states.add(isOn());
      expect(last()?.kind, what).toBe(isOn() ? "canary" : states.size === 1 ? "use" : "canary-ended");
      expect(pointerName(), what).toBe("red");
      if (isOn()) await end();
    }
    expect(states).toEqual(new Set([false, true]));
    ageTemporaries();
    await begin();
    await end();
    await expectMended();
  });

  it("is over with the switch that ends it, at whatever step that is killed", async () => {
    let killed = true;
    for (let step = 1; killed; step += stride) {
      expect(step).toBeLessThan(maxSteps);
      if (!isOn()) await begin();
      ({ killed } = await killedAt(String(step), "profile", "use", "blue", "--no-check"));
      const what = `use blue over a canary killed at ${step}`;
      expect(isOn(), what).toBe(pointerName() === "red");
      expect(last(), what).toMatchObject(isOn() ? { kind: "canary" } : { to: "blue", ended: "green" });
      if (!isOn()) await useHere("red");
    }
    await expectMended();
  });
});

describe("a switch that a service refuses", () => {
  it("killed at every step, of its taking back too, agrees with its history", async () => {
    const project = projectAt(place.project);
    const applied = { profile: "other", revision: "0123456789ab", appliedAt: "2026-11-23T12:00:00.000Z" };
    const unasked = () => {
      throw new Error("nobody should ask that");
    };
    const server = await serve(socketPathOf(project), {
      ...{ ping: unasked, nudge: unasked, status: unasked, stop: unasked },
      reload: () => ({ applied, changed: false, inFlight: [] }),
    });
    const mark = processMark(process.pid);
    if (mark === undefined) throw new Error("this process is not alive");
    registerService(home, { project: project.root, socket: socketPathOf(project), mark, env: {}, flags: {} });
    try {
      let killed = true;
      for (let step = 1; killed; step += stride) {
        expect(step).toBeLessThan(maxSteps);
        const [before, asked] = [pointerName(), otherName()];
        ({ killed } = await killedAt(String(step), "profile", "use", asked, "--no-check"));
        expectAgreement(`refused use ${asked} killed at ${step}`, before, asked);
        if (!killed) expect(pointerName()).toBe(before);
      }
      expect(readSwitches(home).map(({ kind }) => kind)).toContain("put-back");
    } finally {
      await server.close(0);
    }
    fs.rmSync(home.services, { recursive: true });
    await expectMended();
  });
});

describe("a service that is killed", () => {
  it("at every step of its start is replaced by the next one, which follows what was switched meanwhile", async () => {
    let killed = true;
    for (let step = 1; killed; step += stride) {
      expect(step).toBeLessThan(maxSteps);
      const service = startKillable(String(step), "start");
      await place.until(
        "it answers or is dead",
        async () => isOver(service) || (await place.status()).running,
      );
      killed = isOver(service);
      const [before, asked] = [pointerName(), otherName()];
      await place.ok("profile", "use", asked, "--no-check");
      expectAgreement(`service killed at ${step}`, before, asked);
      expect(pointerName()).toBe(asked);
      killed = !(await place.status()).running;
      await ended(service);
    }
    await place.start();
    await expectServiceFollows("the service that was started last");
    await expectMended();
  });

  it("at every step of taking over a switch hinders no switch, and its successor follows", async () => {
    let killed = true;
    for (let step = 1; killed; step += stride) {
      expect(step).toBeLessThan(maxSteps);
      const service = startKillable(String(step), "SIGUSR2");
      await place.until("it answers", async () => (await place.status()).running);
      service.kill("SIGUSR2");
      const [before, asked] = [pointerName(), otherName()];
      await place.ok("profile", "use", asked, "--no-check");
      expectAgreement(`service killed at ${step}`, before, asked);
      expect(pointerName()).toBe(asked);
      killed = !(await place.status()).running;
      await ended(service);
    }
    await place.start();
    await expectServiceFollows("the service that was started last");
    await expectMended();
  });
});

describe(`a switch and its service, both killed (WG_SEED=${seed} does the same again)`, () => {
  it("agree afterwards, whatever steps they were killed at", async () => {
    const steps = fc.tuple(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 12 }), fc.boolean());
    for (const [atUse, atService, torn] of fc.sample(steps, { numRuns: amount(4, 12), seed })) {
      const service = startKillable(String(atService), "SIGUSR2");
      await place.until("it answers", async () => (await place.status()).running);
      service.kill("SIGUSR2");
      const [before, asked] = [pointerName(), otherName()];
      const how = torn ? `${Math.ceil(atUse / 4)} torn` : String(atUse);
      await killedAt(how, "profile", "use", asked, "--no-check");
      const what = `use ${asked} killed at ${how}, the service at ${atService}`;
      expectAgreement(what, before, asked);
      await ended(service);
      await place.start();
      await expectServiceFollows(what);
      await place.ok("service", "stop");
    }
    await expectMended();
  });
});
