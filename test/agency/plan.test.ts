// `wg plan` against a model server that answers as each test says.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { startSimulator } from "../../src/simulate/server.ts";
import { makePlace, type Place } from "../support/wg.ts";

const open: { remove?(): void; close?(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) {
    await each.close?.();
    each.remove?.();
  }
});

const proposal = {
  tasks: [
    { key: "count", title: "Count words", description: "In src/count.ts", needs: [] },
    { key: "cli", title: "Read the arguments", needs: [] },
    { key: "tests", title: "Test it all", needs: ["count", "cli"] },
  ],
};

/** A project whose dispatcher is another model than its worker. It answers `first`, and `again` when it is asked once more. */
async function project(first: string, again = first) {
  const place = makePlace();
  open.push(place);
  const rules = [
    { match: { prompt_pattern: "could not be used" }, steps: [{ final: again }] },
    { steps: [{ final: first }] },
  ];
  const simulator = await startSimulator({ script: { rules } });
  open.push(simulator);
  fs.mkdirSync(path.join(place.home, ".wg", "profiles"), { recursive: true });
  fs.writeFileSync(
    path.join(place.home, ".wg", "profiles", "here.toml"),
    `agent.model = "local:worker"\ndispatcher.model = "local:thinker"\n[[llm_endpoints.endpoints]]\nname = "here"\nprovider = "oai-compat"\nurl = "${simulator.url}"\n`,
  );
  await ok(place, "init");
  await ok(place, "profile", "use", "here", "--no-check");
  return { place, simulator };
}

async function ok(place: Place, ...args: string[]): Promise<string> {
  const ended = await place.wg(...args);
  expect(ended, ended.stderr).toMatchObject({ status: 0 });
  return ended.stdout;
}

describe("wg plan", () => {
  it("adds what the dispatcher's model proposes, with its needs, and says what thought it out", async () => {
    const { place, simulator } = await project(JSON.stringify(proposal));
    const answer = JSON.parse(await ok(place, "plan", "a word counter", "--yes", "--json"));
    expect(answer.added.map((task: { id: string }) => task.id)).toEqual(["count", "cli", "tests"]);
    expect(answer.plannedBy).toMatchObject({ profile: "here", route: "local:thinker", served: ["thinker"] });
    expect(simulator.requests.map(({ model }) => model)).toEqual(["thinker"]);
    const { task, log } = JSON.parse(await ok(place, "show", "tests", "--json"));
    expect(task).toMatchObject({ needs: ["cli", "count"], blocked: true });
    expect(JSON.stringify(log)).toContain(answer.plannedBy.run);
  });

  it("adds nothing where nobody can agree, and shows the tree", async () => {
    const { place } = await project(JSON.stringify(proposal));
    const ended = await place.wg("plan", "a word counter");
    expect(ended).toMatchObject({ status: 0, stdout: "" });
    expect(ended.stderr).toContain("└─ tests: Test it all  (also after count)");
    expect(ended.stderr).toContain("nothing was added");
    expect(JSON.parse(await ok(place, "list", "--json")).tasks).toEqual([]);
  });

  it("asks once more when the answer cannot be used, and tells the model why", async () => {
    const { place, simulator } = await project("I would start with the tests.", JSON.stringify(proposal));
    await ok(place, "plan", "a word counter", "--yes");
    expect(simulator.requests).toHaveLength(2);
    expect(JSON.parse(await ok(place, "list", "--json")).tasks).toHaveLength(3);
  });

  it("refuses an answer that would wait for itself, with nothing added", async () => {
    const circle = {
      tasks: [
        { key: "a", title: "A", needs: ["b"] },
        { key: "b", title: "B", needs: ["a"] },
      ],
    };
    const { place } = await project(JSON.stringify(circle));
    const ended = await place.wg("plan", "a circle", "--yes");
    expect(ended.status).toBe(1);
    expect(ended.stderr).toContain("these tasks wait for each other: a, b");
    expect(JSON.parse(await ok(place, "list", "--json")).tasks).toEqual([]);
  });

  it("gives a key that is taken a number, and links to the new task", async () => {
    const { place } = await project(JSON.stringify(proposal));
    await ok(place, "add", "Count words", "--id", "count");
    const printed = await ok(place, "plan", "a word counter", "--yes");
    expect(printed.trim().split("\n")).toEqual(["count-2", "cli", "tests"]);
    expect(JSON.parse(await ok(place, "show", "tests", "--json")).task.needs).toEqual(["cli", "count-2"]);
  });

  it("refuses an empty goal before anybody is asked", async () => {
    const { place, simulator } = await project("never");
    expect(await place.wg("plan", "  ", "--yes")).toMatchObject({ status: 1 });
    expect(simulator.requests).toEqual([]);
  });
});
