// SIGKILL at any moment: no acknowledged change is lost, and no task runs twice at once.
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { amount } from "../support/heavy.ts";
import { killNow, makeServicePlace, type ServicePlace, tellOfOthers } from "../support/service.ts";

let place: ServicePlace;
beforeEach(async () => {
  place = await makeServicePlace();
});
afterEach(() => place.end());

const taskCount = amount(12, 24);
const ids = Array.from({ length: taskCount }, (_, index) => `t${index}`);

async function allDone(): Promise<boolean> {
  const { tasks } = JSON.parse(await place.ok("list", "--json", "--status", "done"));
  return tasks.length === taskCount;
}

async function addAll(exec: (id: string) => string): Promise<void> {
  for (const id of ids) await place.ok("add", id, "--id", id, "--exec", exec(id));
}

it("a service that is killed and started over and over runs every task to its end exactly once", async () => {
  // The folder is made by one process only: a second one at the same time, or after it, is told of.
  await addAll((id) => `mkdir up-${id} || echo ${id} >> twice; sleep 0.4; echo ${id} >> ran`);
  let { pid } = await place.start("--max-agents", "4");
  for (const waitMs of [30, 160, 370, 90, 250, 500].slice(0, amount(3, 6))) {
    await sleep(waitMs);
    killNow(pid);
    await place.until("it is gone", async () => !(await place.status()).running);
    ({ pid } = await place.start("--max-agents", "4"));
  }
  await place.until("all are done", allDone);
  expect(place.lines("twice")).toEqual([]);
  expect(place.lines("ran").sort()).toEqual([...ids].sort());
});

it("services and workers that are killed leave no task behind, and no attempt beside the next one", async () => {
  // The oldest runs are killed each time, which may be those of the same tasks again.
  fs.writeFileSync(path.join(place.project, ".wg/config.toml"), "[agent]\nmax_attempts = 20\n");
  // Each attempt looks whether an earlier one of the same task still lives.
  await addAll((id) => `${tellOfOthers(`pids-${id}`)}; echo $$ >> pids-${id}; sleep 0.5; echo ${id} >> ran`);
  let { pid } = await place.start("--max-agents", "4");
  for (const round of [0, 1, 2, 3].slice(0, amount(2, 4))) {
    await sleep(350);
    const victims = (await place.status()).inFlight.flatMap((run) => run.pid ?? []);
    for (const worker of victims.slice(0, 2)) killNow(worker);
    if (round % 2 === 0) killNow(pid);
    await place.until("it is gone or not", async () => round % 2 === 1 || !(await place.status()).running);
    if (round % 2 === 0) ({ pid } = await place.start("--max-agents", "4"));
  }
  await place.until("all are done", allDone);
  expect(place.lines("twice")).toEqual([]);
  expect(new Set(place.lines("ran"))).toEqual(new Set(ids));
});
