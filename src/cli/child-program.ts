// Another program run in our place: it has our terminal, gets our signals, and its exit status becomes ours.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { errnoOf, messageOf, WgError } from "../base/error.ts";
import type { Io } from "./io.ts";

/** `env` is the whole environment. A `program` without a slash is looked up on the PATH in it. */
export interface ChildProgram {
  program: string;
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
}

/** Passed on when they are sent to us alone. */
const passedOn = ["SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2"] as const;

/**
 * Runs a program to its end; gives its exit status, 128 and the signal's number where a signal ended it. Ctrl-C is the
 * program's to handle, not ours. Refuses (`cannot-start`) with 127 when there is no such program, with 126 when it cannot be executed.
 */
export function runInPlace(io: Io, { program, args, cwd, env }: ChildProgram): Promise<number> {
  io.patient = true;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: "inherit" });
    const pass = (signal: NodeJS.Signals) => child.kill(signal);
    // A terminal sends it to the program as well: passed on, it would arrive twice.
    const isAtTerminal = io.stdout.isTTY || io.stderr.isTTY || io.stdin.isTTY;
    const interrupt = () => {
      if (!isAtTerminal) child.kill("SIGINT");
    };
    for (const signal of passedOn) process.on(signal, pass);
    process.on("SIGINT", interrupt);
    const settle = () => {
      for (const signal of passedOn) process.off(signal, pass);
      process.off("SIGINT", interrupt);
    };
    child.once("error", (error) => {
      settle();
      reject(cannotStart(program, error));
    });
    child.once("exit", (code, signal) => {
      settle();
      resolve(signal === null ? (code ?? 0) : 128 + constants.signals[signal]);
    });
  });
}

function cannotStart(program: string, error: Error): WgError {
  const isMissing = errnoOf(error) === "ENOENT";
  return new WgError(
    "cannot-start",
    `cannot start ${program}: ${isMissing ? "not found" : messageOf(error)}`,
    {
      cause: error,
      exit: isMissing ? 127 : 126,
      ...(isMissing && { hint: program.includes("/") ? "check the path" : "it is on no folder of PATH" }),
    },
  );
}
