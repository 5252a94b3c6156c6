// Finding processes by a variable: exact, alive only, whatever group they are in.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import { markedProcesses } from "./marked.ts";
import { processMark } from "./process.ts";

it("a process is found by the very value of its variable, while it lives, also outside our group", async () => {
  const value = `r-${process.pid}-${performance.now()}`;
  const env = { ...process.env, WG_TEST_MARK: value };
  const child = spawn(process.execPath, ["-e", "console.log('up'); setInterval(() => {}, 1000)"], {
    env,
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
  await once(child.stdout, "data");
  const mark = processMark(child.pid ?? 0);
  expect(markedProcesses("WG_TEST_MARK", value)).toEqual([mark]);
  expect(markedProcesses("WG_TEST_MARK", value.slice(0, -1))).toEqual([]);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(markedProcesses("WG_TEST_MARK", value)).toEqual([]);
});
