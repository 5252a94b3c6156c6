// What a past run ran on can be shown for good, and the history tells what each switch led to.
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

async function ranOn(id: string): Promise<{ id: string; profile: string; revision: string }> {
  return place.until(`${id} is done`, async () => {
    const { task, runs } = await json("show", id);
    return task.status === "done" && runs[0];
  });
}

it("a run's revision shows its bundle after the profile was changed, and after it was deleted", async () => {
  await place.ok("profile", "create", "mine", "-m", "claude:opus", "--env", "claude.X=1");
  await place.ok("profile", "use", "mine", "--no-check");
  await place.start();
  await place.ok("add", "first", "--exec", "true");
  const first = await ranOn("first");
  // While it is active, and by hand: only the service sees this revision come into force.
  fs.appendFileSync(
    path.join(place.home, ".wg", "profiles", "mine.toml"),
    '\n[tiers]\nfast = "claude:haiku"\n',
  );
  await place.ok("service", "reload");
  await place.ok("add", "second", "--exec", "true");
  const second = await ranOn("second");
  expect(second.revision).not.toBe(first.revision);
  await place.ok("profile", "delete", "mine", "--force");

  const shown = await json("profile", "show", "--revision", first.revision.slice(0, 8));
  expect(shown).toMatchObject({ revision: first.revision, profiles: ["mine"] });
  expect(shown.bundle).toMatchObject({ agent: { model: { handler: "claude", model: "opus" } }, tiers: {} });
  expect(shown.bundle.handlerEnv).toEqual({ claude: { X: "1" } });
  expect((await json("profile", "show", "--revision", second.revision)).bundle.tiers).toEqual({
    fast: { handler: "claude", model: "haiku" },
  });
  expect(await place.ok("profile", "show", "--revision", first.revision)).toContain("claude:opus");

  const { switches } = await json("profile", "history");
  const held = switches.find((entry: { to: string }) => entry.to === "mine");
  expect(held).toMatchObject({ runs: 2, until: switches[0].at });
  expect(held.activeMs).toBe(Date.parse(switches[0].at) - Date.parse(held.at));
});

it("runs go on and stay explained where the home cannot be written", async () => {
  await place.ok("profile", "use", "claude", "--no-check");
  const folder = path.join(place.home, ".wg", "revisions");
  fs.rmSync(folder, { recursive: true });
  // As a file, since root may write into any folder.
  fs.writeFileSync(folder, "");
  await place.start();
  await place.ok("add", "first", "--exec", "true");
  const { revision } = await ranOn("first");
  expect(fs.readdirSync(path.join(place.project, ".wg", "revisions"))).toEqual([`${revision}.json`]);
  expect((await json("profile", "show", "--revision", revision)).revision).toBe(revision);
});

it("an unknown revision is refused with the way to the known ones", async () => {
  const ended = await place.wg("profile", "show", "--revision", "0123456789ab");
  expect(ended).toMatchObject({ status: 1, stderr: expect.stringContaining("hint: wg profile history") });
});
