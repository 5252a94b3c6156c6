// What a program says its version is when it is asked.
import { execFile } from "node:child_process";
import { messageOf } from "../base/error.ts";
import type { Env } from "../base/home.ts";

/** `failed`: it cannot be run as it is; `slow`: it had said nothing by the time limit; `silent`: it ran, and named none. */
export type VersionAnswer =
  | { kind: "version"; version: string }
  | { kind: "failed" | "slow" | "silent"; problem: string };

/** Asks `program --version`, for at most `limitMs`. Never rejects; an abort counts as `slow`. */
export function programVersion(
  program: string,
  env: Env,
  limitMs: number,
  signal: AbortSignal,
): Promise<VersionAnswer> {
  const asked = `${program} --version`;
  return new Promise((resolve) => {
    const limits = { timeout: limitMs, maxBuffer: 64 * 1024, killSignal: "SIGKILL" as const };
    const child = execFile(program, ["--version"], { env, signal, ...limits }, (error, stdout) => {
      const version = /\d+\.\d+(\.\d+)?[\w.-]*/.exec(stdout)?.[0];
      if (version !== undefined && error === null) resolve({ kind: "version", version });
      else if (error?.killed || signal.aborted)
        resolve({ kind: "slow", problem: `${asked} did not end in time` });
      else if (error) resolve({ kind: "failed", problem: `${asked} failed: ${firstLine(messageOf(error))}` });
      else resolve({ kind: "silent", problem: `${asked} names no version` });
    });
    child.stdin?.on("error", () => {});
    child.stdin?.end();
  });
}

function firstLine(text: string): string {
  return text.split("\n")[0]?.slice(0, 200) ?? "";
}
