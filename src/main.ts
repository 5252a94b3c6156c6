// argv -> command -> exit status; the only place that exits.
import { getEventListeners } from "node:events";
import { messageOf, WgError } from "./base/error.ts";
import type { Io } from "./cli/io.ts";
import { printJson } from "./cli/print.ts";
import { runCommand, wantsJson } from "./cli/program.ts";
import { standardOutput } from "./cli/stdout.ts";

const abort = new AbortController();
let hasSpoken = false;
const io: Io = {
  env: process.env,
  get cwd() {
    return workingFolder();
  },
  // Looked at by few, and 5 ms in the making where it is a file.
  get stdin() {
    return process.stdin;
  },
  stdout: standardOutput(() => process.exit(0)),
  get stderr() {
    hasSpoken = true;
    return process.stderr;
  },
  now: () => new Date(),
  signal: abort.signal,
  patient: false,
  status: 0,
};

let interruptions = 0;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    interruptions += 1;
    // Whoever listens ends in order; the second time, or when nobody listens, we end at once.
    const isOver = interruptions > 1 || getEventListeners(abort.signal, "abort").length === 0;
    if (isOver && !io.patient) process.exit(signal === "SIGINT" ? 130 : 143);
    abort.abort(new WgError("interrupted", `stopped by ${signal}`));
  });
}
// What it stays at when a command hangs with nothing left to wait for.
process.exitCode = 70;
void main();

async function main(): Promise<void> {
  try {
    await runCommand(process.argv.slice(2), io);
  } catch (bug) {
    process.stderr.write(
      `wg: this is a bug in wg, please report it\n${bug instanceof Error ? bug.stack : String(bug)}\n`,
    );
    if (wantsJson(process.argv)) printJson(io, { error: { code: "bug", message: messageOf(bug) } });
    io.status = 70;
  }
  // Leaving at once spares V8 from taking the heap apart, and a command from what it may have left open.
  if (!hasSpoken) process.exit(io.status);
  process.stderr.write("", () => process.exit(io.status));
}

/** Where the program was started; refuses when that is no more. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new WgError("no-folder", "the folder you are in is gone", {
      hint: "cd to one that is there",
      cause,
    });
  }
}
