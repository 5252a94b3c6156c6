// The crash test itself: a small seed of it holds, and a wg that breaks a promise is found out.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect, it } from "vitest";
import { program, run } from "./support/wg.ts";

const script = path.resolve(import.meta.dirname, "..", "scripts", "crash.mjs");

function play(dist: string, ...args: string[]) {
  const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", WG_DIST: dist };
  return run(process.execPath, [script, ...args], { cwd: os.tmpdir(), env, limitMs: 110_000 });
}

it("holds a small graph under fire", async () => {
  const { status, stdout } = await play(path.dirname(program), "--seed", "1", "--tasks", "16");
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: expect.stringMatching(
      /^seed 1: held; 16 tasks, \d+ runs, .*\n1 of 1 seeds held, \d+ processes were killed\n$/,
    ),
  });
});

it("finds a wg out that leaves half a file", async () => {
  const dist = fs.mkdtempSync(path.join(os.tmpdir(), "wg-liar-"));
  const tear = 'process.once("exit", () => require("node:fs").writeFileSync(".wg/half.json", "{"));';
  const liar = `if (process.argv[2] === "init") ${tear}\nrequire(${JSON.stringify(program)});\n`;
  fs.writeFileSync(path.join(dist, "main.js"), liar);
  const { status, stdout } = await play(dist, "--seed", "3", "--tasks", "4");
  fs.rmSync(dist, { recursive: true });
  expect(status).toBe(1);
  expect(stdout).toMatch(/^seed 3: BROKEN/);
  expect(stdout).toContain("half.json is torn");
  expect(stdout).toContain("play it again: npm run test:crash -- --seed 3");
  for (const [, kept] of stdout.matchAll(/left in (\S+)/g))
    fs.rmSync(kept ?? "", { recursive: true, force: true });
});
