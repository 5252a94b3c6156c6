// Runs the built program as a person would, in a home and a project of its own.
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** The built program: `$WG_DIST`, else dist/ of this checkout. */
export const program = path.join(
  process.env["WG_DIST"] ?? path.resolve(import.meta.dirname, "..", "..", "dist"),
  "main.js",
);

export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** A fresh home and project folder; `wg` runs the program there. */
export interface Place {
  home: string;
  project: string;
  env: Record<string, string>;
  wg(...args: string[]): Promise<Ended>;
  remove(): void;
}

/** Makes a place in the system's temporary folder. `env` adds to a minimal environment. */
export function makePlace(env: Record<string, string> = {}): Place {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "wg-test-")));
  const home = path.join(root, "home");
  const project = path.join(root, "project");
  for (const folder of [home, project]) fs.mkdirSync(folder);
  const whole = {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    HOME: home,
    WG_HOME: path.join(home, ".wg"),
    ...env,
  };
  return {
    home,
    project,
    env: whole,
    wg: (...args) => run(process.execPath, [program, ...args], { cwd: project, env: whole }),
    remove: () => fs.rmSync(root, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** Runs a program to its end with stdin closed; it is killed after `limitMs`. */
export function run(
  command: string,
  args: readonly string[],
  options: { cwd: string; env: Record<string, string>; input?: string; limitMs?: number },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      timeout: options.limitMs ?? 60_000,
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.stdin.on("error", () => {});
    child.stdin.end(options.input ?? "");
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, stdout, stderr }));
  });
}
