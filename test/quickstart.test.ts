// `wg quickstart` is short and true: every command line in it works as it stands there.
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { projectAt } from "../src/base/home.ts";
import { claimRun } from "../src/graph/claim.ts";
import { closeGraph, openGraph } from "../src/graph/database.ts";
import { endRun, startRun } from "../src/graph/run.ts";
import { writeOwnWg } from "../src/handlers/own-wg.ts";
import { makePlace, type Place, program, run } from "./support/wg.ts";

const maxLines = 60;
const now = new Date("2026-11-23T12:00:00Z");
let place: Place;

beforeEach(async () => {
  place = makePlace();
  await place.wg("init");
  for (const id of ["mine", "some", "other"]) await place.wg("add", `Do ${id}`, "--id", id);
  writeOwnWg(place.home, { node: process.execPath, main: program });
});
afterEach(() => place.remove());

const inRun = { WG_RUN: "r-1" };
const quickstart = async (env: Record<string, string> = {}) => {
  const ended = await run(process.execPath, [program, "quickstart"], {
    cwd: place.project,
    env: { ...place.env, ...env },
  });
  expect(ended).toMatchObject({ status: 0, stderr: "" });
  return ended.stdout;
};

function withGraph(step: (graph: ReturnType<typeof openGraph>) => void): void {
  const graph = openGraph(projectAt(place.project));
  step(graph);
  closeGraph(graph);
}

function startOwnRun(): void {
  withGraph((graph) => {
    const plan = {
      schemaVersion: 1 as const,
      run: "r-1",
      task: "mine",
      role: "worker" as const,
      attempt: 1,
      project: place.project,
      cwd: place.project,
      profile: "base",
      revision: "0123456789ab",
      route: { handler: "claude" as const, model: "opus" },
      env: {},
      permissions: "workspace" as const,
      limits: { timeoutMs: 1, hangAfterMs: 1, maxTurns: 1 },
      onModelMismatch: "warn" as const,
      prompt: "do it",
      origins: {},
    };
    claimRun(graph, plan, { service: "s", until: now }, now);
    startRun(graph, "r-1", { pid: 1, started: "1" }, now);
  });
}

/** Runs each command line of the text by a shell; answers what each was. */
async function tryAll(text: string, env: Record<string, string>): Promise<string[]> {
  const lines = [...text.matchAll(/^ {2}(wg .*?)(?: {2,}.*)?$/gm)].map(([, line = ""]) => line);
  for (const line of lines) {
    const filled = line
      .replaceAll("<id>", "some")
      .replaceAll("<other>", "other")
      .replaceAll("<path>", "made.txt");
    const ended = await run("/bin/sh", ["-c", filled], {
      cwd: place.project,
      env: { ...place.env, ...env, PATH: `${place.home}:${place.env["PATH"]}` },
    });
    // Where no service runs it says so, and exits with 1.
    const wanted = filled === "wg service status" ? 1 : 0;
    expect(ended, `${filled}: ${ended.stderr}`).toMatchObject({ status: wanted });
  }
  return lines;
}

it("outside of a run it is short, and every command in it works", async () => {
  const text = await quickstart();
  expect(text.split("\n").length).toBeLessThan(maxLines);
  expect(await quickstart({ WG_CHAT: "c-1" })).toBe(text);
  await place.wg("done", "other");
  expect((await tryAll(text, {})).length).toBeGreaterThan(15);
});

it("it is there before there is a project", async () => {
  const ended = await run(process.execPath, [program, "quickstart"], {
    cwd: path.dirname(place.project),
    env: place.env,
  });
  expect(ended.status).toBe(0);
});

it("inside a run it is about the run's own task, short, and every command in it works", async () => {
  startOwnRun();
  const text = await quickstart(inRun);
  expect(text.split("\n").length).toBeLessThan(maxLines);
  expect(text).toContain('You work on task mine, "Do mine", in run r-1.');
  expect((await tryAll(text, inRun)).length).toBeGreaterThan(8);
});

it("when the run is over it says so", async () => {
  startOwnRun();
  withGraph((graph) => {
    const result = {
      outcome: "done" as const,
      summary: "",
      usage: { input: 0, output: 0, cached: 0 },
      cost: { source: "unknown" as const },
      turns: 1,
      servedModels: [],
      servedBy: "requested-only" as const,
      denials: 0,
    };
    endRun(graph, "r-1", result, now, { maxAttempts: 1 });
  });
  const ended = await run(process.execPath, [program, "quickstart"], {
    cwd: place.project,
    env: { ...place.env, ...inRun },
  });
  expect(ended).toMatchObject({ status: 1, stdout: "", stderr: expect.stringContaining("this run is over") });
});
