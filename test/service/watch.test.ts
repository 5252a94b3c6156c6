// wg watch in a pipe: how things stand first, then a line for each change.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { makeServicePlace, type ServicePlace } from "../support/service.ts";
import { program } from "../support/wg.ts";

let place: ServicePlace;
beforeEach(async () => {
  place = await makeServicePlace();
});
afterEach(() => place.end());

it("tells what a task goes through, and ends in order at Ctrl-C", async () => {
  const child = spawn(process.execPath, [program, "watch", "--json"], { cwd: place.project, env: place.env });
  const closed = once(child, "close");
  const seen: Record<string, unknown>[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => seen.push(JSON.parse(line)));
  try {
    await place.until("it has begun", () => seen.length === 1);
    expect(seen[0]).toMatchObject({ kind: "now", profile: "base", service: "none", states: [] });
    await place.start();
    await place.ok("add", "Work", "--id", "work", "--exec", "exit 3");
    await place.until("it failed", () => seen.some(({ kind, to }) => kind === "task" && to === "failed"));
    expect(seen).toContainEqual(expect.objectContaining({ kind: "service", state: "running" }));
    expect(seen.findLast(({ kind }) => kind === "run")).toMatchObject({
      ...{ task: "work", route: "shell", status: "ended", outcome: "failed", failure: "agent" },
    });
  } finally {
    child.kill("SIGINT");
    const [status] = await closed;
    expect(status).toBe(0);
  }
});
