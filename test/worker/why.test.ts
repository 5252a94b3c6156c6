// `wg why`: the plan of a run with its origins, who answered, and what has changed since.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { makeServicePlace, type ServicePlace } from "../support/service.ts";

let place: ServicePlace;
let simulator: Simulator;
beforeEach(async () => {
  place = await makeServicePlace();
  simulator = await startSimulator();
  for (const name of ["first", "second"]) {
    await place.ok("profile", "create", name, "-m", `local:${name}`, "-e", simulator.url);
  }
  await place.ok("profile", "use", "first", "--no-check");
});
afterEach(async () => {
  await place.end();
  await simulator.close();
});

interface Reason {
  name: string;
  was: string;
  origin?: string;
  now?: string;
  changed: boolean;
}

it("names file and line of every value, counts who answered, and says what would be chosen now", async () => {
  simulator.setScript({ rules: [{ steps: [{ shell: "true" }, { final: "done", echo_model: "other" }] }] });
  await place.start();
  await place.ok("add", "talk", "--id", "talk");
  await place.until("it is done", async () => (await place.ok("list", "--json")).includes('"done"'));
  await place.ok("profile", "use", "second", "--no-check");

  const { runs } = JSON.parse(await place.ok("why", "talk", "--json"));
  expect(runs).toMatchObject([
    {
      profile: "first",
      requested: "first",
      served: [
        { model: "first", requests: 1 },
        { model: "other", requests: 1 },
      ],
      servedBy: "answered",
    },
  ]);
  const reasons: Reason[] = runs[0].reasons;
  const file = path.join(place.home, ".wg", "profiles", "first.toml");
  const line =
    fs
      .readFileSync(file, "utf8")
      .split("\n")
      .findIndex((text) => text.includes("local:first")) + 1;
  expect(reasons.find(({ name }) => name === "route")).toEqual({
    name: "route",
    was: "local:first",
    origin: `profile ${file}:${line}`,
    now: "local:second",
    changed: true,
  });
  expect(reasons.filter(({ changed }) => changed).map(({ name }) => name)).toEqual([
    "profile",
    "revision",
    "route",
  ]);
  const text = await place.ok("why", runs[0].run.slice(0, -1));
  expect(text).toContain("answered by: first (1 answer), other (1 answer)");
  expect(text).toMatch(/^route {2,}local:first {2,}profile \S+first\.toml:\d+ {2,}local:second$/m);
});

it("still answers when the profile is gone, and the settings are broken", async () => {
  await place.start();
  await place.ok("add", "talk", "--id", "talk");
  await place.until("it is done", async () => (await place.ok("list", "--json")).includes('"done"'));
  fs.rmSync(path.join(place.home, ".wg", "profiles", "first.toml"));
  const text = await place.ok("why", "talk");
  expect(text).toContain("local:first");
  expect(text).toMatch(/now nothing would be chosen: profile "?first/);
});

it("says that a task never ran, and refuses what is neither task nor run", async () => {
  await place.ok("add", "talk", "--id", "talk");
  expect(await place.wg("why", "talk")).toMatchObject({ status: 0, stdout: "", stderr: "talk never ran\n" });
  expect((await place.wg("why", "tlak")).stderr).toContain("did you mean talk?");
  expect((await place.wg("why", "r-2026")).status).toBe(1);
});
