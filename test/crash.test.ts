// The crash test itself: a wg that breaks a promise is found out. Seeds that hold are played by `npm run test:crash`.
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

it("finds a wg out that leaves half a file", async () => {
  const dist = fs.mkdtempSync(path.join(os.tmpdir(), "wg-liar-"));
  const tear = 'process.once("exit", () => require("node:fs").writeFileSync(".wg/half.json", "{"));';
  const liar = `if (process.argv[2] === "init") ${tear}\nrequire(${JSON.stringify(program)});\n`;
  fs.writeFileSync(path.join(dist, "main.js"), liar);
  const { status, stdout } = await play(dist, "--seed", "4", "--tasks", "4");
  fs.rmSync(dist, { recursive: true });
  expect(status).toBe(1);
  expect(stdout).toMatch(/^seed 4: BROKEN/);
  expect(stdout).toContain("half.json is torn");
  expect(stdout).toContain("play it again: npm run test:crash -- --seed 4");
  for (const [, kept] of stdout.matchAll(/left in (\S+)/g))
    fs.rmSync(kept ?? "", { recursive: true, force: true });
});
