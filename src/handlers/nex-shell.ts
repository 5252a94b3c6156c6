// The tool shell: a command in the working directory, within limits, ended with all it started.
import * as fs from "node:fs";
import { startChild } from "./child.ts";
import { countArgument, textArgument } from "./nex-arguments.ts";
import { maxOutput, middleCut, objectSchema, type Tool, type Workshop } from "./nex-tool.ts";

const defaultSeconds = 120;
const maxSeconds = 600;
/** Enough of the beginning and the end to cut the middle out of. */
const keptLength = 2 * maxOutput;

export const shell: Tool = {
  name: "shell",
  isSafe: false,
  description: `Run a shell command in the working directory and get its output. Nobody answers its questions. It ends after ${defaultSeconds} s, or timeout_seconds; what it leaves running in the background ends with it.`,
  parameters: objectSchema({ command: { type: "string" }, timeout_seconds: { type: "integer" } }, ["command"]),
  run: async (args, workshop, signal) => {
    const command = textArgument(args, "command");
    const seconds = countArgument(args, "timeout_seconds", defaultSeconds, maxSeconds);
    return runCommand(command, Math.min(seconds * 1000, workshop.maxCommandMs), workshop, signal);
  },
};

async function runCommand(command: string, limitMs: number, workshop: Workshop, signal: AbortSignal) {
  const { run, folder, env, ground, redact } = workshop;
  signal.throwIfAborted();
  const child = await startChild(
    // One pipe for both outputs, so that their lines keep their order.
    { program: shellProgram, args: ["-c", `exec 2>&1\n${command}`], cwd: ground.root, env },
    { run, folder, streamName: "shell.log", redact },
  );
  let isLate = false;
  const onAbort = () => void child.stop();
  const timer = setTimeout(() => {
    isLate = true;
    void child.stop();
  }, limitMs);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    let head = "";
    let tail = "";
    let length = 0;
    for await (const line of child.lines) {
      length += line.length + 1;
      if (head.length < keptLength) head += `${line}\n`;
      else tail = `${tail}${line}\n`.slice(-keptLength);
    }
    const { exitCode, signal: endedBy } = await child.ended;
    signal.throwIfAborted();
    const missing = length - head.length - tail.length;
    const whole = missing > 0 ? `${head}[... ${missing} characters left out ...]\n${tail}` : head + tail;
    const end = endText(exitCode, endedBy, isLate ? limitMs : undefined);
    const output = middleCut(whole.trimEnd()) || (end === "" ? "(no output)" : "");
    return { ok: end === "", output: [output, end].filter((part) => part !== "").join("\n") };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
    // Reached early only when the output could not be read: the tree ends in any case.
    await child.stop();
  }
}

function endText(exitCode: number | undefined, endedBy: string | undefined, limitMs: number | undefined): string {
  if (limitMs !== undefined) return `[stopped after ${Math.round(limitMs / 1000)} s]`;
  if (endedBy !== undefined) return `[ended by ${endedBy}]`;
  return exitCode === 0 ? "" : `[exit code ${exitCode}]`;
}

// Models write bash, wherever it is there.
const shellProgram = ["/bin/bash", "/usr/bin/bash"].find((file) => fs.existsSync(file)) ?? "/bin/sh";
