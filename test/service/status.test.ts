// wg status and wg blocked in a project: without a service, with one, and outside of any project.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { makeServicePlace, type ServicePlace } from "../support/service.ts";

let place: ServicePlace;
beforeEach(async () => {
  place = await makeServicePlace();
});
afterEach(() => place.end());

const json = async (...args: string[]) => JSON.parse(await place.ok(...args, "--json"));

it("without a service it says so, and what would start if there were one", async () => {
  await place.ok("add", "A", "--id", "a", "--exec", "true");
  await place.ok("add", "B", "--id", "b", "--after", "a");
  const shown = await place.ok("status");
  expect(shown).toContain("service  none runs");
  expect(shown).toMatch(/^a +no service runs$/m);
  expect(shown).toMatch(/^b +waits for a$/m);
  expect(shown).not.toContain("\u001b");
  expect((await json("blocked", "b")).causes).toEqual([
    { task: "a", kind: "no-service", why: "no service runs", help: "wg service start", holdsBack: 1 },
  ]);
  expect(await place.ok("why-blocked", "b")).toBe(await place.ok("blocked", "b"));
});

it("with a service it shows what runs, that there is no room, and what failed today", async () => {
  await place.start("--max-agents", "1");
  await place.ok("add", "Broken", "--id", "broken", "--exec", "exit 3");
  await place.until("it failed", async () => (await json("show", "broken")).task.status === "failed");
  await place.ok("add", "Long", "--id", "long", "--exec", "sleep 60");
  await place.until("it runs", async () => (await json("status")).project.running.length === 1);
  await place.ok("add", "Next", "--id", "next", "--exec", "true");
  await place.ok("add", "Last", "--id", "last", "--after", "next", "--after", "broken");
  const { project } = await json("status");
  expect(project).toMatchObject({
    service: { kind: "running", status: { maxAgents: 1 } },
    running: [{ task: "long", route: "shell", profile: "base" }],
    today: { runs: 2, done: 0, failures: [{ class: "agent", runs: 1 }] },
  });
  expect(project.waiting.tasks.map(({ task, kind }: { task: string; kind: string }) => [task, kind])).toEqual(
    [
      ["next", "ready"],
      ["last", "needs"],
    ],
  );
  const { causes } = await json("blocked");
  expect(causes.map(({ task, kind, help }: Record<string, string>) => [task, kind, help])).toEqual([
    ["broken", "failed", "wg retry broken"],
    ["next", "no-room", "wg config set service.max_agents 2"],
  ]);
});

it("outside a project, or with settings that cannot be used, it still answers", async () => {
  fs.rmSync(path.join(place.project, ".wg"), { recursive: true });
  expect(await json("status")).not.toHaveProperty("project");
  fs.mkdirSync(path.join(place.home, ".wg"), { recursive: true });
  fs.writeFileSync(path.join(place.home, ".wg/config.toml"), "agent.timeout = 3\n");
  const shown = await json("status");
  expect(shown.profile).toMatchObject({ name: "base", problem: { code: "bad-value", at: { line: 1 } } });
});
