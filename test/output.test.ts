// What the program writes arrives whole, however slowly it is read; and nobody reading is no error.
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { projectAt } from "../src/base/home.ts";
import { closeGraph, openGraph } from "../src/graph/database.ts";
import { addTask } from "../src/graph/task.ts";
import { makePlace, type Place, program, run } from "./support/wg.ts";

let place: Place;
const tasks = 2000;

beforeEach(async () => {
  place = makePlace();
  await place.wg("init");
  const graph = openGraph(projectAt(place.project));
  for (let n = 0; n < tasks; n++) addTask(graph, { title: `task ${n} ${"x".repeat(100)}` }, new Date());
  closeGraph(graph);
});
afterEach(() => place.remove());

it("a slow reader of a full pipe gets all of it", async () => {
  const child = spawn(process.execPath, [program, "list"], { cwd: place.project, env: place.env });
  await delay(500);
  let text = "";
  for await (const chunk of child.stdout) text += chunk;
  expect(text.trimEnd().split("\n")).toHaveLength(tasks + 1);
});

it("a reader that leaves early ends the program quietly with 0", async () => {
  const command = `"${process.execPath}" "${program}" list | head -n 1; exit "\${PIPESTATUS[0]}"`;
  const ended = await run("bash", ["-c", command], { cwd: place.project, env: place.env });
  expect(ended).toMatchObject({ status: 0, stderr: "" });
  expect(ended.stdout.split("\n")).toHaveLength(2);
});

it("a sentence on a slow stderr is whole as well", async () => {
  const child = spawn(process.execPath, [program, "frobnicate"], { cwd: place.project, env: place.env });
  let text = "";
  const closed = once(child, "close");
  for await (const chunk of child.stderr) text += chunk;
  expect(text).toContain("hint: wg --help lists them\n");
  expect((await closed)[0]).toBe(2);
});

it("a folder that is gone is refused as anything else is", async () => {
  const script = `mkdir gone && cd gone && rmdir ../gone && "${process.execPath}" "${program}" list --json`;
  const ended = await run("bash", ["-c", script], { cwd: place.project, env: place.env });
  expect(ended).toMatchObject({ status: 1, stderr: "" });
  expect(JSON.parse(ended.stdout).error).toMatchObject({
    code: "no-folder",
    hint: "cd to one that is there",
  });
});

it("a bug is loud, ends with 70, and is told in JSON where that was asked for", async () => {
  const broken = path.join(place.home, "broken.cjs");
  fs.writeFileSync(broken, 'require("fs").statSync = () => { throw new TypeError("broken on purpose"); };');
  place.env["NODE_OPTIONS"] = `--require ${broken}`;
  const ended = await place.wg("list", "--json");
  expect(ended).toMatchObject({ status: 70, stderr: expect.stringContaining("this is a bug in wg") });
  expect(JSON.parse(ended.stdout)).toEqual({
    schemaVersion: 1,
    error: { code: "bug", message: "broken on purpose" },
  });
});
