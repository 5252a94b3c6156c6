// SIGKILL at any moment loses nothing that was acknowledged, and leaves nothing half done.
import { spawn } from "node:child_process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makePlace, type Place, program } from "../support/wg.ts";

let place: Place;
beforeEach(async () => {
  place = makePlace();
  await place.wg("init");
  await place.wg("add", "root");
});
afterEach(() => place.remove());

/** Starts `wg add` and kills it after so long, where that is given; answers what it had printed. */
function add(title: string, killAfterMs?: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const args = [program, "add", title, "--after", "root", "--tag", "x"];
    const child = spawn(process.execPath, args, { cwd: place.project, env: place.env });
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    const timer =
      killAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    child.on("error", reject);
    child.on("close", () => {
      clearTimeout(timer);
      resolve(stdout.trim());
    });
  });
}

describe("wg add under SIGKILL", () => {
  it("has each id it printed in the graph, whole, and no task twice", async () => {
    const start = performance.now();
    const acknowledged = [await add("unharmed")];
    const usualMs = performance.now() - start;
    for (let round = 0; round < 30; round++) {
      // Spread over the life of the process, and past its end, on a fast machine as on a slow one.
      const kills = [0, 1, 2].map((offset) => (0.2 + ((round * 3 + offset) % 45) / 30) * usualMs);
      const printed = await Promise.all(kills.map((afterMs) => add(`t ${round}`, afterMs)));
      acknowledged.push(...printed.filter(Boolean));
    }
    const ended = await place.wg("list", "--json");
    const tasks: { id: string; needs: string[]; tags: string[]; blockers: number }[] = JSON.parse(
      ended.stdout,
    ).tasks;
    const ids = tasks.map((task) => task.id);
    expect(acknowledged.filter((id) => !ids.includes(id))).toEqual([]);
    expect(new Set(acknowledged).size).toBe(acknowledged.length);
    for (const task of tasks.slice(1))
      expect(task).toMatchObject({ needs: ["root"], tags: ["x"], blockers: 1 });
    expect(acknowledged[0]).toBe("unharmed");
  });
});
