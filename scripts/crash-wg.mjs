// Calls of wg in the world of a game, to their end or to a SIGKILL.
import { execFile, spawn } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";

/** The program under fire. */
export const main = path.join(
  process.env.WG_DIST ?? path.resolve(import.meta.dirname, "..", "dist"),
  "main.js",
);

/** Nothing of the machine's own settings reaches a game. */
export function environmentOf({ home }) {
  return {
    PATH: process.env.PATH,
    HOME: home,
    WG_HOME: path.join(home, ".wg"),
    SIM_KEY: "sk-of-nobody",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    ...{ GIT_AUTHOR_NAME: "Ada", GIT_AUTHOR_EMAIL: "ada@example.org" },
    ...{ GIT_COMMITTER_NAME: "Ada", GIT_COMMITTER_EMAIL: "ada@example.org" },
  };
}

/** Runs wg; with `killAfterMs` it is killed by then, if it has not ended. */
export function wg(game, args, killAfterMs) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], {
      cwd: game.project,
      env: environmentOf(game),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
    });
    const timer =
      killAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    child.on("error", reject);
    child.on("exit", (status, signal) => {
      clearTimeout(timer);
      const end = () => resolve({ status, killed: signal === "SIGKILL", stdout, stderr });
      // A service that it started may hold the pipes.
      const late = setTimeout(end, 500);
      child.on("close", () => {
        clearTimeout(late);
        end();
      });
    });
  });
}

/** As `wg`, for a call that must succeed; its stdout. */
export async function ok(game, ...args) {
  const { status, stdout, stderr } = await wg(game, args);
  if (status !== 0) throw new Error(`wg ${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}

/** git in the project, which must succeed; its stdout. */
export async function git(game, ...args) {
  const options = { cwd: game.project, env: environmentOf(game), maxBuffer: 64 * 1024 * 1024 };
  return (await promisify(execFile)("git", args, options)).stdout;
}
