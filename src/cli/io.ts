// What a command may touch: streams, environment, clock. Given to every command, so that none reaches for globals.
import type { Readable, Writable } from "node:stream";
import type { Env } from "../base/home.ts";

/** Takes data for the caller; all of a text is written when `write` returns. */
export interface Output {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
  rows?: number;
}

export interface Io {
  env: Env;
  cwd: string;
  stdin: Readable & { isTTY?: boolean; setRawMode?(on: boolean): unknown };
  stdout: Output;
  stderr: Writable & { isTTY?: boolean };
  now(): Date;
  /** Aborted by SIGINT and SIGTERM. */
  signal: AbortSignal;
  /** Set by a command whose orderly end must not be cut short: further signals then change nothing. */
  patient: boolean;
  /** What the process will exit with: an `ExitStatus`, or that of a program it ran; a command that was done leaves it at 0. */
  status: number;
}
