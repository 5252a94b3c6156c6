// The settings in force change only to good ones, and what was wrong is remembered until it is right.
import { beforeEach, describe, expect, it } from "vitest";
import { WgError } from "../base/error.ts";
import { agencyOf } from "../config/agency.ts";
import type { Settings } from "../config/settings.ts";
import type { Loaded } from "../profile/load.ts";
import { applySettings, type Refreshed } from "./applied.ts";

/** What is on the imagined disk: a revision, or a fault. */
let disk: { mark: string; revision: string; maxAgents: number; fault?: WgError };
let loads: number;
let news: Refreshed["kind"][];

const at = (second: number) => new Date(Date.UTC(2026, 10, 23, 0, 0, second));
const broken = (message: string) =>
  new WgError("bad-toml", message, { at: { path: "/h/p.toml", line: 3 }, hint: "mend it" });

beforeEach(() => {
  disk = { mark: "m1", revision: "r1", maxAgents: 4 };
  loads = 0;
  news = [];
});

const source = {
  load(): Loaded {
    loads += 1;
    if (disk.fault) throw disk.fault;
    return { settings: settingsOf(disk.revision, disk.maxAgents), fingerprint: disk.mark };
  },
  fingerprint: () => disk.mark,
};
const open = () => applySettings(source, at(0), (refreshed) => news.push(refreshed.kind));

describe("settings in force", () => {
  it("are refused at first when they cannot be loaded", () => {
    disk.fault = broken("no TOML");
    expect(open).toThrowError(disk.fault);
  });

  it("are read again only when their files have changed", () => {
    const applied = open();
    expect(applied.refresh(at(1))).toEqual({ kind: "unchanged" });
    expect(loads).toBe(1);
    expect(applied.applied()).toEqual({
      profile: "codex",
      revision: "r1",
      appliedAt: "2026-11-23T00:00:00.000Z",
    });
  });

  it("change with the files", () => {
    const applied = open();
    disk = { mark: "m2", revision: "r2", maxAgents: 4 };
    expect(applied.refresh(at(1))).toEqual({ kind: "applied" });
    expect(applied.applied()).toMatchObject({ revision: "r2", appliedAt: "2026-11-23T00:00:01.000Z" });
    expect(applied.lastReload()).toMatchObject({ at: "2026-11-23T00:00:01.000Z", result: "applied" });
    expect(news).toEqual(["applied"]);
  });

  it("change too when only a general setting did, the revision being the same", () => {
    const applied = open();
    disk = { mark: "m2", revision: "r1", maxAgents: 9 };
    expect(applied.refresh(at(1))).toEqual({ kind: "applied" });
    expect(applied.settings().general.service.maxAgents).toBe(9);
  });

  it("count as unchanged when only a comment was edited", () => {
    const applied = open();
    disk = { ...disk, mark: "m2" };
    expect(applied.refresh(at(1))).toEqual({ kind: "unchanged" });
    expect(news).toEqual([]);
    expect(applied.applied().appliedAt).toBe("2026-11-23T00:00:00.000Z");
  });

  it("stay the last good ones while the files are wrong, which is told once and not read again and again", () => {
    const applied = open();
    disk = { ...disk, mark: "m2", fault: broken("no TOML") };
    expect(applied.refresh(at(1))).toEqual({ kind: "refused", error: disk.fault });
    expect(applied.refresh(at(2))).toEqual({ kind: "refused", error: disk.fault });
    expect(loads).toBe(2);
    expect(news).toEqual(["refused"]);
    expect(applied.settings().revision).toBe("r1");
    expect(applied.applied()).toMatchObject({
      revision: "r1",
      problem: {
        message: "no TOML",
        hint: "mend it",
        at: { path: "/h/p.toml", line: 3 },
        since: "2026-11-23T00:00:01.000Z",
      },
    });
    expect(applied.lastReload()).toMatchObject({ result: "refused", error: "no TOML" });
  });

  it("tell of another fault, and know since when something is wrong", () => {
    const applied = open();
    disk = { ...disk, mark: "m2", fault: broken("no TOML") };
    applied.refresh(at(1));
    disk = { ...disk, mark: "m3", fault: broken("no route") };
    applied.refresh(at(2));
    expect(news).toEqual(["refused", "refused"]);
    expect(applied.applied().problem).toMatchObject({
      message: "no route",
      since: "2026-11-23T00:00:01.000Z",
    });
  });

  it("have no problem any more once the files are as they were, or good in another way", () => {
    for (const revision of ["r1", "r2"]) {
      disk = { mark: "m1", revision: "r1", maxAgents: 4 };
      const applied = open();
      disk = { ...disk, mark: "m2", fault: broken("no TOML") };
      applied.refresh(at(1));
      disk = { mark: "m3", revision, maxAgents: 4 };
      applied.refresh(at(2));
      expect(applied.applied().problem).toBeUndefined();
      expect(applied.settings().revision).toBe(revision);
    }
    expect(news).toEqual(["refused", "unchanged", "refused", "applied"]);
  });

  it("remember a reload that was asked for, also when it changed nothing", () => {
    const applied = open();
    applied.refresh(at(1));
    expect(applied.lastReload().at).toBe("2026-11-23T00:00:00.000Z");
    expect(applied.reload(at(2))).toEqual({ kind: "unchanged" });
    expect(applied.lastReload()).toMatchObject({ at: "2026-11-23T00:00:02.000Z", result: "unchanged" });
  });

  it("let a bug fly", () => {
    const applied = open();
    disk.mark = "m2";
    disk.fault = new TypeError("not a refusal") as unknown as WgError;
    expect(() => applied.refresh(at(1))).toThrowError("not a refusal");
  });
});

function settingsOf(revision: string, maxAgents: number): Settings {
  return {
    active: { name: "codex", origin: { layer: "global", source: "/h/active-profile" }, shadows: [] },
    bundle: {
      agent: { model: { handler: "codex", model: "gpt-5.5" } },
      dispatcher: {},
      tiers: {},
      models: {},
      endpoints: [],
      env: {},
      handlerEnv: {},
      fallback: [],
    },
    general: {
      agent: {
        permissions: "workspace",
        mcp: "auto",
        timeoutMs: 1,
        hangAfterMs: 1,
        maxTurns: 1,
        maxAttempts: 1,
      },
      service: { maxAgents },
      failover: { probation: 3 },
      modelMismatch: "warn",
      worktrees: { use: "auto", merge: "auto" },
      handlerCommand: {},
      budgets: { all: {}, profile: {} },
      prices: {},
      agency: agencyOf(() => undefined),
      notify: { events: [], template: "json" },
    },
    hidden: new Map(),
    values: new Map(),
    revision,
  };
}
