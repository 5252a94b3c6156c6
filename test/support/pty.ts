// The built program in a terminal of its own: keys go in, what is shown comes out.
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { onTestFinished } from "vitest";
import { type Place, program } from "./wg.ts";

export interface Pty {
  /** Types, as a person would. */
  type(keys: string): void;
  /** Waits (at most 20 s) until something is shown after what was waited for last; answers all that was shown since. */
  until(what: string | RegExp): Promise<string>;
  /** Everything that was shown, with its control sequences. */
  raw(): string;
  /** The status the program ended with. */
  ended: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
}

const limitMs = 20_000;

/** Starts `wg` with these arguments; `script`, which every system has, gives it its terminal. */
export function startPty(place: Place, args: readonly string[], env: Record<string, string> = {}): Pty {
  const quoted = [process.execPath, program, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  // The pid first, since signals are for the program and not for its terminal.
  const command = `stty cols 100 rows 40; echo "pid $$"; exec ${quoted.join(" ")}`;
  const words =
    process.platform === "darwin"
      ? ["-q", "/dev/null", "/bin/sh", "-c", command]
      : ["-qefc", command, "/dev/null"];
  const child = spawn("script", words, {
    cwd: place.project,
    env: { ...place.env, TERM: "xterm-256color", SHELL: "/bin/sh", ...env },
    timeout: 100_000,
  });
  // Its terminal gone, the program ends too.
  onTestFinished(() => void child.kill());
  let shown = "";
  let seen = 0;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    shown += text;
  });
  child.stdin.on("error", () => {});
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  return {
    type: (keys) => void child.stdin.write(keys),
    async until(what) {
      for (const untilMs = performance.now() + limitMs; performance.now() < untilMs; await sleep(20)) {
        const since = withoutControls(shown.slice(seen));
        if (typeof what === "string" ? !since.includes(what) : !what.test(since)) continue;
        seen = shown.length;
        return since;
      }
      throw new Error(`never shown: ${what}\n${JSON.stringify(shown.slice(-2000))}`);
    },
    raw: () => shown,
    ended,
    kill(signal) {
      const pid = Number(/pid (\d+)/.exec(shown)?.[1]);
      process.kill(pid, signal);
    },
  };
}

function withoutControls(text: string): string {
  return stripVTControlCharacters(text).replaceAll("\r", "");
}
