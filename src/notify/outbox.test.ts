// The outbox tells each notice in each way, tries again for a while, gives up aloud, and forgets what nobody wants.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { projectAt } from "../base/home.ts";
import type { NotifySettings } from "../config/settings.ts";
import { change, closeGraph, createGraph, type Graph } from "../graph/database.ts";
import { holdTask } from "../graph/hold.ts";
import { countNotices, dueNotices } from "../graph/notice.ts";
import { addTask } from "../graph/task.ts";
import type { Delivered, Way } from "./deliver.ts";
import { maxKept, openOutbox } from "./outbox.ts";

let folder: string;
let graph: Graph;
let nowMs: number;
let notify: NotifySettings;
let told: string[];
let said: string[];
/** What becomes of the next deliveries; then all is told. */
let fates: Record<Way, Delivered[]>;

const down: Delivered = { kind: "failed", why: "down", final: false };

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "wg-outbox-"));
  graph = createGraph(projectAt(folder));
  nowMs = Date.UTC(2026, 10, 23, 12);
  notify = {
    webhook: "https://h.example",
    events: ["done", "failed", "needs-you", "budget"],
    template: "json",
  };
  told = [];
  said = [];
  fates = { command: [], webhook: [] };
});
afterEach(() => {
  closeGraph(graph);
  fs.rmSync(folder, { recursive: true, force: true });
});

function open() {
  return openOutbox({
    graph,
    project: "/p",
    notify: () => notify,
    async deliver(way, { event, task }) {
      told.push(`${way}: ${event} ${task}`);
      return fates[way].shift() ?? { kind: "told" };
    },
    log: (level, message) => said.push(`${level}: ${message}`),
    now: () => new Date(nowMs),
    wake() {},
    failed(error) {
      throw error;
    },
  });
}

/** A task that a run has ended in this way. */
function ended(id: string, status: "done" | "failed"): void {
  addTask(graph, { title: `Task ${id}`, id }, new Date(nowMs));
  const move = (to: string) =>
    graph.database.prepare("UPDATE task SET status = ?, completed_at = ? WHERE id = ?").run(to, "2026", id);
  move("in-progress");
  move(status);
}

/** Looks until everything that is due now was told. */
async function settle(outbox: ReturnType<typeof open>): Promise<void> {
  for (let round = 0; round < 50; round++) {
    outbox.look();
    await turn();
  }
}

describe("the outbox", () => {
  it("tells what was done, what failed and what waits for a person, each once", async () => {
    ended("a", "done");
    ended("b", "failed");
    addTask(graph, { title: "C", id: "c" }, new Date(nowMs));
    holdTask(graph, "c", { kind: "merge", reason: "a conflict" }, new Date(nowMs));
    holdTask(graph, "c", { kind: "retry", reason: "quota", until: "2027" }, new Date(nowMs));
    holdTask(graph, "c", { kind: "budget", reason: "$5 of $5" }, new Date(nowMs));
    await settle(open());
    await settle(open());
    expect(told).toEqual(["done a", "failed b", "needs-you c", "budget c"].map((each) => `webhook: ${each}`));
    expect(countNotices(graph)).toBe(0);
  });

  it("tries again in the way that failed alone, waits in between, and another service goes on with it", async () => {
    notify = { ...notify, command: "true" };
    fates.webhook.push(down);
    ended("a", "done");
    await settle(open());
    expect(told).toEqual(["command: done a", "webhook: done a"]);
    expect(said).toEqual(['warn: could not tell "done: a" by webhook: down']);
    nowMs += 2_000;
    await settle(open());
    expect(told.slice(2)).toEqual(["webhook: done a"]);
    expect(countNotices(graph)).toBe(0);
  });

  it("gives up after five tries, and says so", async () => {
    fates.webhook.push(...Array.from({ length: 9 }, () => down));
    ended("a", "failed");
    const outbox = open();
    for (let hour = 0; hour < 9; hour++) {
      await settle(outbox);
      nowMs += 3_600_000;
    }
    expect(told).toHaveLength(5);
    expect(said.at(-1)).toBe('error: gave up telling "failed: a" by webhook: down');
    expect(countNotices(graph)).toBe(0);
  });

  it("gives up at once what was refused for good", async () => {
    fates.webhook.push({ kind: "failed", why: "404", final: true });
    ended("a", "done");
    await settle(open());
    expect(told).toHaveLength(1);
    expect(said).toEqual(['error: gave up telling "done: a" by webhook: 404']);
  });

  it("tells of a failover when it begins, not of each run on the fallback", async () => {
    notify = { ...notify, events: ["failover"] };
    addTask(graph, { title: "A", id: "a" }, new Date(nowMs));
    let number = 0;
    const claimed = (failover: object | null) => {
      number += 1;
      const insert =
        "INSERT INTO run (id, task, role, status, outcome, attempt, profile, revision, route, service, lease_until, claimed_at, plan, failover)" +
        " VALUES (?, 'a', 'worker', 'ended', 'done', 1, 'local', 'r', 'local:m', 's', '', '2026', '{}', ?)";
      graph.database.prepare(insert).run(`r-${number}`, failover && JSON.stringify(failover));
    };
    claimed(null);
    claimed({ from: "codex", why: "quota", until: "2026-11-23T13:00:00Z" });
    claimed(null);
    claimed({ from: "codex", why: "quota", until: "2026-11-23T14:00:00Z" });
    expect(dueNotices(graph, new Date(nowMs), 9)).toMatchObject([
      { kind: "failover", text: "codex cools (quota), work goes on with local", run: { id: "r-2" } },
    ]);
    await settle(open());
    expect(told).toEqual(["webhook: failover a"]);
  });

  it("tries again at once where the clock was set back meanwhile", async () => {
    fates.webhook = [down];
    ended("a", "done");
    const outbox = open();
    await settle(outbox);
    nowMs -= 86_400_000;
    await settle(outbox);
    expect([told, countNotices(graph)]).toEqual([["webhook: done a", "webhook: done a"], 0]);
  });

  it("forgets what nobody asked for, so that it is not told later", async () => {
    ended("a", "done");
    notify = { events: ["done"], template: "json" };
    await settle(open());
    notify = { ...notify, webhook: "https://h.example", events: ["failed"] };
    ended("b", "done");
    await settle(open());
    expect([told, countNotices(graph)]).toEqual([[], 0]);
  });

  it("tells who wants to know where a person is needed of a budget too", async () => {
    notify = { ...notify, events: ["needs-you"] };
    addTask(graph, { title: "A", id: "a" }, new Date(nowMs));
    holdTask(graph, "a", { kind: "budget", reason: "$5 of $5" }, new Date(nowMs));
    await settle(open());
    expect(told).toEqual(["webhook: budget a"]);
  });

  it("keeps a limit, gives up the oldest and says how many", async () => {
    change(graph, () => {
      for (let number = 0; number < maxKept + 3; number++) ended(`t${number}`, "done");
    });
    open().look();
    expect(said).toEqual([`error: gave up telling 3 notices: more than ${maxKept} wait to be told`]);
    expect(told[0]).toBe("webhook: done t3");
    await turn();
  });
});

it("an outbox that ends lets go of what hangs, and keeps it for the next service", async () => {
  ended("a", "done");
  const outbox = openOutbox({
    ...{ graph, project: "/p", notify: () => notify, now: () => new Date(nowMs), wake() {} },
    log: (level, message) => said.push(`${level}: ${message}`),
    failed(error) {
      throw error;
    },
    deliver: (_, __, ___, signal) =>
      new Promise((resolve) => signal.addEventListener("abort", () => resolve(down), { once: true })),
  });
  outbox.look();
  await outbox.end(10);
  expect([countNotices(graph), said]).toEqual([1, []]);
});
