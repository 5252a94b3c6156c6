// The shell handler: the contract with commands, and what only it does.
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  handlerContract,
  makeJob,
  makeRunPlace,
  type RunPlace,
  runJob,
  textsOf,
} from "../support/contract.ts";
import { allBehaviours, fakeAgent } from "../support/fake-agent.ts";

handlerContract({
  name: "shell",
  // A command says nothing but its exit code.
  behaviours: allBehaviours.filter((behaviour) => behaviour !== "no-result" && behaviour !== "huge-line"),
  job: (behaviour, place) =>
    makeJob(place, "shell", {
      exec: `"${process.execPath}" "${fakeAgent}"`,
      env: { FAKE_BEHAVIOUR: behaviour, FAKE_SECRET: { ref: "env:FAKE_SECRET" } },
      ...(behaviour === "missing" && { cwd: path.join(place.root, "nowhere") }),
    }),
});

let place: RunPlace;
beforeEach(() => {
  place = makeRunPlace();
});
afterEach(() => place.remove());

it("both outputs are told in the order they were written in", async () => {
  const { events, result } = await runJob(makeJob(place, "shell", { exec: "echo a; echo b >&2; echo c" }));
  expect(result.outcome).toBe("done");
  expect(textsOf(events)).toEqual(["a", "b", "c"]);
});

it("a command that fails says its exit code and its last words", async () => {
  const { result } = await runJob(makeJob(place, "shell", { exec: "echo no such thing; exit 7" }));
  expect(result).toMatchObject({
    outcome: "failed",
    failure: { class: "agent", message: "the command ended with exit code 7\nno such thing" },
    exitCode: 7,
  });
});

it("read-only is refused, since a command cannot be held to it", async () => {
  const { result } = await runJob(makeJob(place, "shell", { exec: "true", permissions: "read-only" }));
  expect(result).toMatchObject({ outcome: "failed", failure: { class: "spawn" } });
  expect(result.failure?.message).toContain("read-only");
});

it("a command sees the run's pins, and none of the variables that would lead another agent astray", async () => {
  const job = makeJob(place, "shell", {
    exec: 'echo "$PIN|$OPENAI_API_KEY|$ANTHROPIC_BASE_URL|$WG_RUN_ID"',
    env: { PIN: "planned" },
  });
  const env = { ...job.env, OPENAI_API_KEY: "stray", ANTHROPIC_BASE_URL: "http://stray" };
  const { events } = await runJob({ ...job, env });
  expect(textsOf(events)).toEqual([`planned|||${job.plan.run}`]);
});
