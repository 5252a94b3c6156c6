// `npm run smoke`: it holds for what was built here, and a wg that is broken makes it fail.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { makePlace, type Place, program, run } from "./support/wg.ts";

const script = path.resolve(import.meta.dirname, "..", "scripts", "smoke.mjs");
let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.remove());

const smoke = (wg: string, ...scenarios: string[]) =>
  run(process.execPath, [script, "--wg", wg, ...scenarios], {
    cwd: place.project,
    env: { ...place.env, TMPDIR: place.project },
    limitMs: 110_000,
  });

it("every scenario holds for the build, and nothing is left behind", async () => {
  const ended = await smoke(program);
  expect(ended.stdout).not.toContain("failed");
  expect(ended).toMatchObject({ status: 0, stderr: "" });
  expect(ended.stdout.match(/^ok {6}/gm)).toHaveLength(10);
  expect(fs.readdirSync(place.project)).toEqual([]);
});

it("a program that is no wg fails every scenario", async () => {
  const ended = await smoke("/bin/false");
  expect(ended.status).toBe(1);
  expect(ended.stdout.match(/^failed {2}/gm)).toHaveLength(10);
});

it("a wg that checks nothing fails the scenario that is about checks, with the reason, and no other", async () => {
  const careless = path.join(place.home, "wg");
  const words = `"${process.execPath}" "${program}"`;
  const lines = ["#!/bin/sh", `case "$1 $2" in`, `"profile use") exec ${words} "$@" --no-check ;;`, "esac"];
  fs.writeFileSync(careless, `${lines.join("\n")}\nexec ${words} "$@"\n`, { mode: 0o755 });
  const ended = await smoke(careless, "use without a service", "check blocks");
  expect(ended.status).toBe(1);
  expect(ended.stdout.trim().split("\n")).toEqual([
    "ok      use without a service",
    expect.stringMatching(/^failed {2}check blocks +a model that the server does not list was taken: 0$/),
    expect.stringMatching(/^1 of 2 scenarios hold for .* version \d/),
  ]);
});
