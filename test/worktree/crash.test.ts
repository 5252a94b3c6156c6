// Workers that are killed at any moment: in the end every task's work is in the target, once and whole.
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seed } from "../support/drawn.ts";
import { amount } from "../support/heavy.ts";
import { makeRepositoryPlace, type RepositoryPlace } from "../support/repository.ts";
import { killNow } from "../support/service.ts";

const tasks = amount(4, 8);
const files = amount(100, 150);
const kills = amount(6, 14);

let place: RepositoryPlace;
beforeEach(async () => {
  place = await makeRepositoryPlace();
});
afterEach(() => place.end());

/** Numbers in [0, 1), the same ones for the same seed. */
function draws(from: number): () => number {
  let state = from;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe(`workers killed at work, at their merges and in between (WG_SEED=${seed} draws the same again)`, () => {
  it("lose nothing, and leave no tree in pieces", async () => {
    const draw = draws(seed);
    await place.ok("config", "set", "agent.max_attempts", "100");
    const names = Array.from({ length: tasks }, (_, index) => `t${index}`);
    for (const name of names) {
      await place.add(name, `mkdir -p ${name}; for i in $(seq ${files}); do echo ${name} > ${name}/$i; done`);
    }
    await place.start("--max-agents", "3");
    for (let left = kills; left > 0; left--) {
      await sleep(100 + draw() * 400);
      const { inFlight } = await place.status();
      const victim = inFlight[Math.floor(draw() * inFlight.length)];
      if (victim?.pid !== undefined) killNow(victim.pid);
    }
    for (const name of names) await place.untilState(name, "done");
    await place.ok("gc");
    for (const name of names) {
      const made = fs.readdirSync(path.join(place.project, name));
      expect(made).toHaveLength(files);
      expect(place.read(`${name}/${files}`)).toBe(`${name}\n`);
    }
    expect(place.read("read me.txt")).toBe("one\n");
    expect(place.git("status", "--porcelain")).toBe("");
    expect(place.git("worktree", "list").trim().split("\n")).toHaveLength(1);
    expect(place.git("branch", "--list", "wg/*")).toBe("");
    expect(place.git("fsck", "--no-dangling", "--no-progress")).toBe("");
  }, 180_000);
});
