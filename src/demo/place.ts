// The demo's own world: a temporary home and project, a simulator, and their sure end.
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { WgError } from "../base/error.ts";
import { type Env, type Project, projectAt } from "../base/home.ts";
import { markedProcesses } from "../base/marked.ts";
import { signalProcess } from "../base/process.ts";
import type { Script } from "../simulate/script.ts";
import { type Simulator, startSimulator } from "../simulate/server.ts";

export interface Place {
  root: string;
  project: Project;
  /** Complete: nothing of the user's is in it but PATH and the locale. */
  env: Record<string, string>;
  simulator: Simulator;
  /** Runs the real program in the project; what it printed. Refuses when it does not exit with 0. */
  wg(args: readonly string[]): Promise<Said>;
  /** Ends the service, its workers, the simulator and every process that was started here, and removes the folder. */
  end(): Promise<void>;
}

export interface Said {
  stdout: string;
  stderr: string;
}

/** The variable that holds the dummy key all endpoints are given. */
export const keyName = "WG_DEMO_KEY";
const commandLimitMs = 30_000;

/** Makes the place; `main` is the built main.js. An abort of `signal` ends whatever command runs. */
export async function makePlace(main: string, script: Script, env: Env, signal: AbortSignal): Promise<Place> {
  const simulator = await startSimulator({ script });
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "wg-demo-")));
  const folder = (name: string) => {
    const made = path.join(root, name);
    fs.mkdirSync(made, { recursive: true, mode: 0o700 });
    return made;
  };
  const home = folder("home");
  const wgHome = path.join(home, ".wg");
  const project = projectAt(folder("project"));
  const own: Record<string, string> = {
    PATH: env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
    LANG: env["LANG"] ?? "C.UTF-8",
    HOME: home,
    TMPDIR: folder("tmp"),
    WG_HOME: wgHome,
    CLAUDE_CONFIG_DIR: folder("home/.claude"),
    CODEX_HOME: folder("home/.codex"),
    [keyName]: "sk-demo-not-a-key",
    NO_COLOR: "1",
  };
  const run = (args: readonly string[], limit: AbortSignal) =>
    runProgram(main, args, project.root, own, limit);
  return {
    root,
    project,
    env: own,
    simulator,
    wg: (args) => run(args, signal),
    async end() {
      if (fs.existsSync(project.database)) {
        // Whatever this comes to, what is left is ended below.
        await run(["service", "stop", "--kill-agents"], new AbortController().signal).catch(() => {});
      }
      await endMarked("WG_HOME", wgHome);
      await simulator.close();
      fs.rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function runProgram(
  main: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string>,
  signal: AbortSignal,
): Promise<Said> {
  return new Promise((resolve, reject) => {
    const options = { cwd, env, signal, timeout: commandLimitMs, stdio: ["ignore", "pipe", "pipe"] as const };
    const child = spawn(process.execPath, [main, ...args], { ...options, stdio: [...options.stdio] });
    const said: Said = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        said[name] += text;
      });
    }
    child.on("error", reject);
    child.on("close", (status, by) => {
      if (status === 0) return resolve(said);
      const message = `wg ${args.join(" ")} ended with ${status ?? by}: ${said.stderr.trim()}`;
      reject(new WgError("demo-failed", message));
    });
  });
}

/** Ends every process with this variable: a moment after SIGTERM, SIGKILL. */
async function endMarked(name: string, value: string): Promise<void> {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    for (const mark of markedProcesses(name, value)) signalProcess(mark, signal);
    for (let turn = 0; turn < 40 && markedProcesses(name, value).length > 0; turn++) await sleep(50);
  }
}
