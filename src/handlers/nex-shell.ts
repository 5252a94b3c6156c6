// The tool shell: a command in the working directory, within limits, ended with all it started.
import * as fs from "node:fs";
import { startChild } from "./child.ts";
import { countArgument, textArgument } from "./nex-arguments.ts";
import { maxOutput, type Outcome, objectSchema, type Tool, type ToolContext } from "./nex-tool.ts";
import { leftoverText } from "./run-child.ts";

const defaultSeconds = 120;
const maxSeconds = 600;
export const shell: Tool = {
  name: "shell",
  isSafe: false,
  description: `Run a shell command in the working directory and get its output. Nobody answers its questions. It ends after ${defaultSeconds} s, or timeout_seconds; what it leaves running in the background ends with it.`,
  parameters: objectSchema({ command: { type: "string" }, timeout_seconds: { type: "integer" } }, [
    "command",
  ]),
  run: async (args, context, signal) => {
    const command = textArgument(args, "command");
    const seconds = countArgument(args, "timeout_seconds", defaultSeconds, maxSeconds);
    return runCommand(command, Math.min(seconds * 1000, context.maxCommandMs), context, signal);
  },
};

async function runCommand(
  command: string,
  limitMs: number,
  context: ToolContext,
  signal: AbortSignal,
): Promise<Outcome> {
  const { run, folder, env, bounds, redact } = context;
  signal.throwIfAborted();
  const child = await startChild(
    // One pipe for both outputs, so that their lines keep their order.
    { program: shellProgram, args: ["-c", `exec 2>&1\n${command}`], cwd: bounds.root, env },
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
  let isOver = false;
  try {
    const output = startOutput();
    for await (const line of child.lines) output.add(line);
    const { exitCode, signal: endedBy, leftovers } = await child.ended;
    isOver = true;
    signal.throwIfAborted();
    const end = endText(exitCode, endedBy, isLate ? limitMs : undefined);
    const warning = leftovers > 0 ? leftoverText(leftovers) : "";
    const parts = [output.text(), end, warning && `[${warning}]`].filter((part) => part !== "");
    return { ok: end === "", output: parts.join("\n") || "(no output)", ...(warning && { warning }) };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
    // Reached early only when the output could not be read: the tree ends in any case.
    if (!isOver) await child.stop();
  }
}

/** Lines of which the first and the last quarter and half of what fits are kept. */
function startOutput(): { add(line: string): void; text(): string } {
  const headLength = maxOutput / 4;
  const tailLength = maxOutput / 2;
  let head = "";
  let tail = "";
  let missing = 0;
  const trimTail = () => {
    const kept = tail.slice(-tailLength).replace(/^[\uDC00-\uDFFF]/, "");
    missing += tail.length - kept.length;
    tail = kept;
  };
  return {
    add(line) {
      tail += `${line}\n`;
      const room = headLength - head.length;
      if (room > 0) {
        const part = tail.slice(0, room).replace(/[\uD800-\uDBFF]$/, "");
        head += part;
        tail = tail.slice(part.length);
      }
      // Not at every line: a flood would be copied again and again.
      if (tail.length > 4 * tailLength) trimTail();
    },
    text() {
      trimTail();
      const note = missing > 0 ? `\n[... ${missing} characters left out ...]\n` : "";
      return (head + note + tail).trimEnd();
    },
  };
}

function endText(
  exitCode: number | undefined,
  endedBy: string | undefined,
  limitMs: number | undefined,
): string {
  if (limitMs !== undefined) return `[stopped after ${Math.round(limitMs / 1000)} s]`;
  if (endedBy !== undefined) return `[ended by ${endedBy}]`;
  return exitCode === 0 ? "" : `[exit code ${exitCode}]`;
}

// Models write bash, wherever it is there.
const shellProgram = ["/bin/bash", "/usr/bin/bash"].find((file) => fs.existsSync(file)) ?? "/bin/sh";
