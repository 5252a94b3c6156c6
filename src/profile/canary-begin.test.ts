// A canary begins, changes and ends whole; its sides stay as they were kept, and the pointer stays where it is.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WgError } from "../base/error.ts";
import { homeOf, type Project, projectAt } from "../base/home.ts";
import { processMark } from "../base/process.ts";
import { serve } from "../ipc/server.ts";
import { socketPathOf } from "../ipc/socket.ts";
import { armOf, canaryHere, changedSides, sideIn } from "./arms.ts";
import { parseCanary, readCanary } from "./canary.ts";
import { beginCanary, type CanaryRequest } from "./canary-begin.ts";
import { abortCanary, isCanaryOn, promoteCanary } from "./canary-over.ts";
import { parseGuardrail } from "./guardrail.ts";
import { readHistory } from "./history.ts";
import { loadSettings } from "./load.ts";
import { readPointer } from "./pointer.ts";
import { removeProfile } from "./remove.ts";
import { renameProfile } from "./rename.ts";
import { registerService } from "./services.ts";
import { useProfile } from "./switch.ts";
import type { Where } from "./where.ts";

let root: string;
let where: Where;
let minute: number;
const signal = new AbortController().signal;
const by = { pid: 1, user: "ada" };
const now = () => new Date(Date.UTC(2026, 10, 23, 12, minute++));

beforeEach(async () => {
  minute = 0;
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "wg-canary-")));
  where = { home: homeOf({ WG_HOME: path.join(root, "home") }), env: {} };
  for (const name of ["red", "green", "blue"]) profile(name, name);
  await use("red");
});
afterEach(() => fs.rmSync(root, { recursive: true }));

function profile(name: string, model: string, more = ""): void {
  fs.mkdirSync(where.home.profiles, { recursive: true });
  const file = path.join(where.home.profiles, `${name}.toml`);
  fs.writeFileSync(file, `${more}\n[agent]\nmodel = "codex:${model}"\n`);
}

function use(word: string, project?: Project) {
  const target = { kind: "named" as const, word };
  return useProfile(where, { target, ...(project && { project }), by, now }, signal);
}

function begin(word: string, more: Partial<CanaryRequest> = {}) {
  const target = { kind: "named" as const, word };
  return beginCanary(where, { target, share: 0.2, by, now, ...more }, signal);
}

const abort = (project?: Project) => abortCanary(where, { ...(project && { project }), by, now }, signal);
const promote = () => promoteCanary(where, { by, now }, signal);
const here = (at: Where = where) => canaryHere(at, loadSettings(at).settings);
const lines = () => readHistory(where.home).map(({ kind, from, to }) => `${kind} ${from} ${to}`);

function pointer(): string {
  const read = readPointer(where.home.pointer);
  return read.kind === "profile" ? read.name : read.kind;
}

function models(at: Where = where): string[] {
  const found = here(at);
  if (found?.kind !== "on") return [found?.kind ?? "none"];
  return [found.settings.main, found.settings.canary].map(({ bundle }) => bundle.agent.model.model);
}

async function refusal(step: Promise<unknown>): Promise<WgError> {
  const error = await step.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof WgError) return error;
  throw error ?? new Error("was not refused");
}

describe("a canary", () => {
  it("leaves the pointer, has two sides and a line in the history", async () => {
    const outcome = await begin("green");
    expect(outcome.notes.join()).toContain("scored by its own evaluator, codex:green and codex:red");
    expect(outcome).toMatchObject({ state: "begun", next: { main: "codex:red", canary: "codex:green" } });
    expect(pointer()).toBe("red");
    expect(models()).toEqual(["red", "green"]);
    expect(lines()).toEqual(["use base red", "canary red green"]);
    expect(readHistory(where.home).at(-1)).toMatchObject({
      share: 0.2,
      revision: outcome.canary.canary.revision,
    });
  });

  it("plans each side under its own name and revision, from the kept bundle, with the rest of the settings", async () => {
    const { canary } = await begin("green");
    const found = here();
    if (found?.kind !== "on") throw new Error("it is not on");
    const side = found.settings.canary;
    expect(side).toMatchObject({ revision: canary.canary.revision, active: { name: "green" } });
    expect(side.values.get("agent.model")?.origin.source).toContain(canary.canary.revision);
    expect(side.values.get("agent.timeout")).toEqual(
      loadSettings(where).settings.values.get("agent.timeout"),
    );
  });

  it("keeps its sides while both files are edited, and says that they were", async () => {
    const { canary } = await begin("green");
    expect(changedSides(where, canary)).toEqual([]);
    profile("red", "red-two");
    fs.rmSync(path.join(where.home.profiles, "green.toml"));
    expect(models()).toEqual(["red", "green"]);
    expect(changedSides(where, canary)).toEqual([
      expect.stringMatching(/^red has changed since, to [0-9a-f]{12}; its side stays on revision /),
      expect.stringMatching(/^green cannot be used any more; its side stays on revision /),
    ]);
  });

  it("has the candidate's own budget, not that of what is active", async () => {
    profile("red", "red", "budget.task = 9");
    profile("green", "green", "budget.task = 2");
    await use("base");
    await use("red");
    await begin("green");
    const found = here();
    if (found?.kind !== "on") throw new Error("it is not on");
    expect(found.settings.main.general.budgets.profile).toEqual({ task: 9 });
    expect(found.settings.canary.general.budgets.profile).toEqual({ task: 2 });
  });

  it("gets another share and guardrails, with the sides and the time that it began with", async () => {
    const first = await begin("green", { guardrails: [parseGuardrail("score < -0.1")] });
    profile("green", "green-two");
    const second = await begin("green", { share: 0.4, minRuns: 3 });
    expect(second).toMatchObject({
      state: "changed",
      canary: { share: 0.4, minRuns: 3, since: first.canary.since },
    });
    expect(second.next).toEqual({ main: "codex:red", canary: "codex:green" });
    expect(second.canary.guardrails).toEqual(first.canary.guardrails);
    expect(second.notes.join()).toContain("green has changed since");
    expect(models()).toEqual(["red", "green"]);
    expect(await begin("green", { share: 0.4 })).toMatchObject({ state: "unchanged" });
    expect(lines()).toHaveLength(3);
  });

  it("is the same for a task whoever asks, and one that is in stays in while the share grows", () => {
    const tasks = Array.from({ length: 200 }, (_, index) => `task-${index}`);
    const inAt = (share: number) => tasks.filter((task) => armOf({ share }, task) === "canary");
    expect(inAt(0.4)).toEqual(expect.arrayContaining(inAt(0.2)));
  });

  it("has no part in a task that says itself what it runs on", async () => {
    await begin("green", { share: 0.9 });
    const { settings } = loadSettings(where);
    const id = "task-1";
    expect(sideIn(here(), settings, { id }).arm).toBe(armOf({ share: 0.9 }, id));
    for (const own of [{ model: "codex:x" }, { exec: "true" }, { samePlanAs: "r-1" }]) {
      expect(sideIn(here(), settings, { id, ...own })).toEqual({ settings });
    }
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ["of what is active", () => begin("red"), "same-profile"],
    ["of nothing that there is", () => begin("gren"), "no-profile"],
    [
      "that is refused by its check",
      () => begin("green", { check: () => Promise.reject(new WgError("check-failed", "no")) }),
      "check-failed",
    ],
    [
      "of a project without a pointer of its own",
      () => begin("green", { project: project("p") }),
      "no-pointer",
    ],
    ["that is not there, at its end", () => abort(), "no-canary"],
    ["that is not there, at its promotion", () => promote(), "no-canary"],
  ])("%s is refused, and nothing is changed", async (_, step, code) => {
    expect((await refusal(step())).code).toBe(code);
    expect(fs.existsSync(where.home.canary)).toBe(false);
    expect(lines()).toEqual(["use base red"]);
  });

  it("of one profile is refused beside that of another", async () => {
    await begin("green");
    expect(await refusal(begin("blue"))).toMatchObject({ code: "canary-on" });
    expect(models()).toEqual(["red", "green"]);
  });
});

describe("a canary ends", () => {
  it("by abort, and what is active stays", async () => {
    await begin("green");
    expect(await abort()).toMatchObject({ canary: { share: 0.2 } });
    expect([pointer(), ...models()]).toEqual(["red", "none"]);
    expect(lines().at(-1)).toBe("canary-ended green red");
  });

  it("by promote, which is a switch to the candidate and says by what way", async () => {
    await begin("green");
    const { outcome } = await promote();
    expect(outcome).toMatchObject({ to: { profile: "green" }, endedCanary: "green" });
    expect([pointer(), ...models()]).toEqual(["green", "none"]);
    expect(readHistory(where.home).at(-1)).toMatchObject({
      ...{ kind: "use", from: "red", to: "green", ended: "green" },
      by: { through: "promote" },
    });
  });

  it("not by promote where the candidate is another than was looked at", async () => {
    await begin("green");
    profile("green", "green-two");
    expect(await refusal(promote())).toMatchObject({ code: "changed-since" });
    expect([pointer(), ...models()]).toEqual(["red", "red", "green"]);
  });

  it.each([
    ["another profile", { kind: "named", word: "blue" }, "blue"],
    ["the candidate", { kind: "named", word: "green" }, "green"],
    ["the one before", { kind: "previous" }, "absent"],
    ["none", { kind: "clear" }, "absent"],
    ["what a service puts back", { kind: "revert", why: "its first runs failed" }, "absent"],
  ] as const)("by a switch to %s, which says so", async (_, target, to) => {
    await begin("green");
    const outcome = await useProfile(where, { target, by, now }, signal);
    expect(outcome.endedCanary).toBe("green");
    expect([pointer(), ...models()]).toEqual([to, "none"]);
    expect(fs.existsSync(where.home.canary)).toBe(false);
    expect(readHistory(where.home).at(-1)).toMatchObject({ ended: "green" });
  });

  it("by a switch to what is active already", async () => {
    await begin("green");
    expect(await use("red")).toMatchObject({ changed: true, endedCanary: "green", to: { profile: "red" } });
    expect(models()).toEqual(["none"]);
    expect(lines().at(-1)).toBe("canary-ended green red");
  });

  it("when the pointer is moved by hand, and the next switch clears its file away", async () => {
    await begin("green");
    fs.writeFileSync(where.home.pointer, "blue\n");
    expect(models()).toEqual(["none"]);
    expect(isCanaryOn(where, undefined)).toBe(false);
    expect(await use("red")).not.toHaveProperty("endedCanary");
    expect(models()).toEqual(["none"]);
    expect(fs.existsSync(where.home.canary)).toBe(false);
  });

  it("also where its file cannot be read, by abort and by a switch", async () => {
    await begin("green");
    for (const end of [() => abort(), () => use("red")]) {
      fs.writeFileSync(where.home.canary, "{ half");
      expect(() => here()).toThrowError("is no JSON");
      expect(await refusal(begin("green"))).toMatchObject({ code: "bad-canary" });
      await end();
      expect(fs.existsSync(where.home.canary)).toBe(false);
    }
  });

  it("neither by renaming nor by deleting one of its sides", async () => {
    await begin("green");
    for (const name of ["red", "green"]) {
      const rename = renameProfile(where, { from: name, to: "other", by, now }, signal);
      expect(await refusal(rename)).toMatchObject({ code: "canary-on" });
    }
    const remove = { word: "green", by, now };
    expect(await refusal(removeProfile(where, { ...remove, force: false }, signal))).toMatchObject({
      code: "canary-on",
    });
    await removeProfile(where, { ...remove, force: true }, signal);
    expect(models()).toEqual(["red", "green"]);
  });
});

function project(name: string): Project {
  const at = projectAt(path.join(root, name));
  fs.mkdirSync(at.folder, { recursive: true });
  return at;
}

describe("in a project", () => {
  it("with a pointer of its own it has a canary of its own, and the global one counts elsewhere", async () => {
    const own = project("p");
    const inside = { ...where, project: own };
    await use("blue", own);
    await begin("green");
    expect(models(inside)).toEqual(["none"]);
    await begin("red", { project: own });
    expect(models(inside)).toEqual(["blue", "red"]);
    expect(models()).toEqual(["red", "green"]);
    await abort(own);
    expect([models(inside), models()]).toEqual([["none"], ["red", "green"]]);
  });

  it.each([
    ["WG_PROFILE", { WG_PROFILE: "blue" }, "none"],
    ["a variable that sets a key of the bundle", { WG_AGENT_MODEL: "codex:own" }, "aside"],
  ])("%s goes before it", async (_, env, expected) => {
    await begin("green");
    expect(models({ ...where, env })).toEqual([expected]);
  });

  it("whose config file would be part of a side it stands aside, and else it does not", async () => {
    const own = project("p");
    fs.writeFileSync(own.config, '[tiers]\nfast = "codex:own"\n');
    const inside = { ...where, project: own };
    await begin("green");
    expect(models(inside)).toEqual(["red", "green"]);
    await abort();
    profile("green", "green", 'extends = "base"');
    await begin("green");
    expect(models(inside)).toEqual(["aside"]);
    expect(models()).toEqual(["red", "green"]);
  });

  it("what lies in its folder is no bundle of a side: that could have come with it", async () => {
    const own = project("p");
    const inside = { ...where, project: own };
    await use("red", own);
    const { canary } = await begin("green", { project: own });
    const kept = path.join(where.home.revisions, `${canary.canary.revision}.json`);
    fs.mkdirSync(own.revisions);
    fs.renameSync(kept, path.join(own.revisions, path.basename(kept)));
    expect(() => here(inside)).toThrowError(/no revision .* is kept here/);
  });
});

it("a canary that a service does not take over is taken back, and the one that was before stays", async () => {
  const own = project("p");
  fs.mkdirSync(own.service);
  const { revision } = loadSettings(where).settings;
  const unasked = () => {
    throw new Error("nobody should ask that");
  };
  // One that knows nothing of canaries.
  const applied = { profile: "red", revision, appliedAt: now().toISOString() };
  const server = await serve(socketPathOf(own), {
    ...{ ping: unasked, nudge: unasked, status: unasked, stop: unasked },
    reload: () => ({ applied, changed: false, inFlight: [] }),
  });
  const mark = processMark(process.pid);
  if (mark === undefined) throw new Error("this process is not alive");
  try {
    const before = await begin("green");
    registerService(where.home, { project: own.root, socket: socketPathOf(own), mark, env: {}, flags: {} });
    const refused = await refusal(begin("green", { share: 0.9 }));
    expect(refused.message).toContain("it has no canary, the files say a canary of green");
    expect(readCanary(where.home.canary, "red")).toMatchObject({ share: 0.2, since: before.canary.since });
    fs.rmSync(where.home.canary);
    expect((await refusal(begin("green"))).code).toBe("service-refused");
    expect(models()).toEqual(["none"]);
    expect(lines().slice(-2)).toEqual(["canary red green", "canary-ended green red"]);
  } finally {
    await server.close(0);
  }
});

describe("the file of a canary", () => {
  const good = {
    ...{ schemaVersion: 1, since: "2026-11-23T12:00:00.000Z", at: "2026-11-23T12:00:00.000Z", share: 0.2 },
    main: { profile: "red", revision: "0123456789ab", from: "home" },
    canary: { profile: "green", revision: "0123456789ab", from: "home", budget: { day: 3 } },
    ...{ readsBase: false, guardrails: ["score < -0.1"], minRuns: 10 },
  };

  it("is read back as it was written", () => {
    expect(parseCanary("/c", JSON.stringify(good))).toMatchObject({
      canary: { budget: { day: 3 } },
      guardrails: [{ figure: "score", limit: -0.1 }],
    });
  });

  it.each([
    ["no object", []],
    ["a later version", { ...good, schemaVersion: 2 }],
    ["a share of all", { ...good, share: 1 }],
    ["a path for a profile", { ...good, main: { ...good.main, profile: "../red" } }],
    ["no revision", { ...good, canary: { ...good.canary, revision: "../../x" } }],
    ["another place", { ...good, canary: { ...good.canary, from: "elsewhere" } }],
    ["no guardrail", { ...good, guardrails: ["cost > 1"] }],
    ["no time", { ...good, since: "yesterday-ish" }],
    ["no number of runs", { ...good, minRuns: "many" }],
  ])("is refused with %s in it", (_, value) => {
    expect(() => parseCanary("/c", JSON.stringify(value))).toThrowError(WgError);
  });
});
