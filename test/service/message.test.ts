// A word to a task on its way: who is told, when, and what is kept of it.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeServicePlace, type ServicePlace } from "../support/service.ts";

let place: ServicePlace;
beforeEach(async () => {
  place = await makeServicePlace();
});
afterEach(() => place.end());

const messages = async (task: string) => JSON.parse(await place.ok("msg", task, "--json")).messages;

describe("wg msg", () => {
  it("tells a run at work when it calls wg, once, and says who was told", async () => {
    await place.start();
    const go = path.join(place.project, "go");
    const command = `until test -e go; do sleep 0.05; done; wg log work one 2>said; wg log work two 2>said-again`;
    await place.ok("add", "work", "--id", "work", "--exec", command);
    await place.until("it runs", async () => (await place.status()).inFlight.length === 1);
    const sent = await place.wg("msg", "work", "numbers may", "have underscores");
    expect(sent.stderr).toMatch(/^said to work; r-\S+ works on it and is told$/m);
    fs.writeFileSync(go, "");
    await place.until("it is done", async () => (await place.ok("list", "--json")).includes('"done"'));
    expect(fs.readFileSync(path.join(place.project, "said"), "utf8")).toContain(
      "numbers may have underscores",
    );
    expect(fs.readFileSync(path.join(place.project, "said-again"), "utf8")).not.toContain("underscores");
    expect(await messages("work")).toMatchObject([{ by: "user", seen: [{ how: "command" }] }]);
    expect(await place.ok("msg", "work")).toMatch(/user {2}seen by r-\S+ \(when it called wg\)\n {2}numbers/);
  });

  it("waits for the next attempt where nobody is at work", async () => {
    await place.ok("add", "talk", "--id", "talk");
    expect((await place.wg("msg", "talk", "hello")).stderr).toBe("said to talk; its next attempt is told\n");
    await place.ok("done", "talk");
    expect((await place.wg("msg", "talk", "more")).stderr).toContain(
      "it is done, so that takes: wg retry talk",
    );
    expect(await messages("talk")).toMatchObject([{ seen: [] }, { seen: [] }]);
  });

  it("is refused for a task that is not there, with the nearest as hint", async () => {
    await place.ok("add", "talk", "--id", "talk");
    const ended = await place.wg("msg", "tlak", "hello");
    expect(ended).toMatchObject({ status: 1, stdout: "" });
    expect(ended.stderr).toContain("did you mean talk?");
    expect((await place.wg("msg", "talk", " ")).status).toBe(1);
  });
});
