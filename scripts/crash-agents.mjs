// A game with the real claude at a simulated model server, in place of shell commands.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { environmentOf, main, ok } from "./crash-wg.mjs";

/** Starts the model server, whose one answer is `shell` and then "done"; answers what a profile needs to reach it. */
export async function startAgents(game, shell) {
  const script = path.join(game.root, "script.json");
  const rules = [{ steps: [{ shell }, { final: "all done" }] }];
  fs.writeFileSync(script, JSON.stringify({ rules }));
  const args = [main, "simulate", "--port", "0", "--json", "--script", script, "--log", "/dev/null"];
  const server = spawn(process.execPath, args, {
    env: environmentOf(game),
    stdio: ["ignore", "pipe", "inherit"],
  });
  game.server = server;
  const [line] = await once(createInterface({ input: server.stdout }), "line");
  const where = execFileSync(process.execPath, [path.join(import.meta.dirname, "agents.mjs"), "--where"]);
  await ok(game, "config", "set", "handlers.claude.command", JSON.parse(where).claude);
  return ["-e", JSON.parse(line).url, "--key-ref", "env:SIM_KEY"];
}
