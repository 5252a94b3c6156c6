// Ten thousand profiles: every verb that names, lists or finds one still does, and does not look at them all for it.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makePlace, type Place } from "../support/wg.ts";

const count = 10_000;
/** So many files take a busy disk a while to make, and to remove. */
const hangMs = 120_000;
const nameOf = (n: number) => `p${String(n).padStart(5, "0")}`;

let place: Place;
beforeAll(() => {
  place = makePlace();
  const folder = path.join(place.home, ".wg", "profiles");
  fs.mkdirSync(folder, { recursive: true });
  for (let n = 0; n < count; n++) {
    const broken = n === 77 ? "[agent\n" : `description = "number ${n}"\n[agent]\nmodel = "codex:m${n}"\n`;
    fs.writeFileSync(path.join(folder, `${nameOf(n)}.toml`), broken);
  }
}, hangMs);
afterAll(() => place.remove(), hangMs);

async function ok(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await place.wg(...args);
  expect(status, stderr).toBe(0);
  return stdout;
}

describe("ten thousand profiles", () => {
  it("are named, in order", async () => {
    const names = (await ok("profile")).trimEnd().split("\n");
    expect(names).toEqual(Array.from({ length: count }, (_, n) => nameOf(n)));
  });

  it("are listed with what each runs, the bad one among them with what is wrong", async () => {
    const { profiles } = JSON.parse(await ok("profile", "list", "--json"));
    expect(profiles).toHaveLength(count);
    for (const n of [0, 4711, count - 1]) {
      expect(profiles[n]).toMatchObject({
        name: nameOf(n),
        model: `codex:m${n}`,
        description: `number ${n}`,
      });
    }
    expect(new Set(profiles.map(({ revision }: { revision?: string }) => revision)).size).toBe(count);
    expect(profiles.filter((row: { problem?: unknown }) => row.problem)).toMatchObject([
      { name: nameOf(77) },
    ]);
  });

  it("are completed by what was typed", async () => {
    const found = (await ok("complete", "--", "profile", "use", "p0471")).trimEnd().split("\n");
    expect(found.map((line) => line.split("\t")[0])).toEqual(
      Array.from({ length: 10 }, (_, n) => `p0471${n}`),
    );
  });

  it("are found by a beginning that only one has, and by no other", async () => {
    fs.writeFileSync(path.join(place.home, ".wg", "profiles", "home.toml"), 'agent.model = "codex:home"\n');
    expect(await ok("profile", "use", "hom", "--no-check")).toBe("home\n");
    expect(await ok("profile", "use", nameOf(9999), "--no-check")).toBe("p09999\n");
    expect(await ok("profile", "current")).toBe("p09999\n");
    expect(await place.wg("profile", "use", "p0999", "--no-check")).toMatchObject({
      status: 1,
      stdout: "",
      stderr: expect.stringContaining("p09990"),
    });
    expect(await ok("profile", "use", "-", "--no-check")).toBe("home\n");
  });
});
