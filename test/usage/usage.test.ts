// `wg usage` over runs and chats of a whole project: scripted tokens, prices of the settings, and nothing counted twice.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { makeServicePlace, type ServicePlace } from "../support/service.ts";

let place: ServicePlace;
let simulator: Simulator;
beforeEach(async () => {
  place = await makeServicePlace();
  simulator = await startSimulator();
  await place.ok("profile", "create", "here", "-m", "local:qwen3.5", "-e", simulator.url);
  await place.ok("profile", "use", "here", "--no-check");
});
afterEach(async () => {
  await place.end();
  await simulator.close();
});

const usage = async (...args: string[]) => JSON.parse(await place.ok("usage", ...args, "--json"));
const done = (count: number) =>
  place.until(`${count} tasks are over`, async () => {
    const { tasks } = JSON.parse(await place.ok("list", "--json"));
    return tasks.filter(({ status }: { status: string }) => status === "done").length === count;
  });

/** Each answer of the server is a million tokens in, half of them cached, and a hundred thousand out. */
const script = (steps: object[]) => ({
  rules: [{ usage: { input: 1_000_000, output: 100_000, cached: 500_000 }, steps }],
});

describe("usage", () => {
  it("adds up the turns of runs and chats once each, at the prices of the settings, and keeps unknown apart", async () => {
    simulator.setScript(script([{ shell: "true" }, { final: "done" }]));
    await place.start();
    await place.ok("add", "talk", "--id", "talk");
    await place.ok("add", "quiet", "--id", "quiet", "--exec", "true");
    await done(2);
    const twoTurns = { input: 2_000_000, output: 200_000, cached: 1_000_000 };
    expect((await usage()).total).toMatchObject({
      runs: 2,
      usage: twoTurns,
      cost: { reported: 0, computed: 0, unknownRuns: 1 },
    });

    await place.ok("config", "set", 'prices."qwen3.5"', "{ input = 2, output = 10, cached = 0.2 }");
    const { groups, total, prices } = await usage("--by", "model");
    expect(groups.map(({ key }: { key: string }) => key)).toEqual(["qwen3.5", "shell"]);
    expect(total.cost).toEqual({ reported: 0, computed: expect.closeTo(4.2, 6), unknownRuns: 0 });
    expect(prices).toEqual([{ model: "qwen3.5", input: 2, output: 10, cached: 0.2 }]);

    simulator.setScript(script([{ final: "well" }]));
    const { chat } = JSON.parse(await place.ok("chat", "new", "--json"));
    await place.ok("chat", "send", chat.id, "hello");
    await place.ok("chat", "send", chat.id, "and again");
    const roles = await usage("--by", "role");
    expect(roles.groups).toMatchObject([
      { key: "chat", runs: 2, usage: twoTurns },
      { key: "worker", runs: 2, usage: twoTurns },
    ]);
    expect(await usage("--by", "task")).toMatchObject({
      groups: [{ key: chat.id }, { key: "talk" }, { key: "quiet" }],
    });
    expect((await place.wg("usage")).stdout).toMatch(/\$8\.40 computed \(prices of the settings\)\n$/);
    expect(await usage("--since", "2099-01-01")).toMatchObject({ groups: [], total: { runs: 0 } });
  });

  it("counts the chats of other projects only when all are asked for", async () => {
    simulator.setScript(script([{ final: "well" }]));
    const { chat } = JSON.parse(await place.ok("chat", "new", "--json"));
    await place.ok("chat", "send", chat.id, "hello");
    const other = await makeServicePlace(place.env);
    try {
      const at = (...args: string[]) => other.ok("usage", ...args, "--json").then(JSON.parse);
      expect((await at()).total.runs).toBe(0);
      expect((await at("--all")).total.runs).toBe(1);
    } finally {
      await other.end();
    }
  });

  it("is refused for what is no time and no group", async () => {
    expect(await place.wg("usage", "--since", "yesterday")).toMatchObject({ status: 2, stdout: "" });
    expect(await place.wg("usage", "--by", "moon")).toMatchObject({ status: 2, stdout: "" });
  });
});
