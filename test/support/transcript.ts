// Plays the console blocks of a Markdown file in one shell, and says where the program answered something else.
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { makePlace, program } from "./wg.ts";

interface Step {
  line: number;
  command: string;
  expected: string[];
}

/** One command whose output was not what the file says. */
export interface Difference {
  line: number;
  command: string;
  expected: string;
  actual: string;
}

/**
 * Reads the ```console blocks: `$ ` begins a command, a line ending in `\` goes on, the lines below are its stdout and
 * stderr as a terminal would show them. In them `[..]` stands for any text within a line, a line `...` for any lines,
 * and `[exit N]` for an exit status other than 0.
 */
export function stepsIn(markdown: string): Step[] {
  const steps: Step[] = [];
  let inside = false;
  let open = false;
  for (const [index, line] of markdown.split("\n").entries()) {
    if (line.startsWith("```")) {
      inside = line === "```console";
      continue;
    }
    if (!inside) continue;
    const last = steps.at(-1);
    if (open && last) last.command += `\n${line.replace(/^> /, "")}`;
    else if (line.startsWith("$ ")) steps.push({ line: index + 1, command: line.slice(2), expected: [] });
    else last?.expected.push(line);
    open = (open || line.startsWith("$ ")) && line.endsWith("\\");
  }
  return steps;
}

/** Runs the steps in order, in a home and project of their own; every difference found, none when all is as written. */
export async function playTranscript(markdown: string): Promise<Difference[]> {
  const place = makePlace({ WG_PROGRAM: program, LC_ALL: "C.UTF-8", USER: "ada" });
  const bin = path.join(place.home, "bin");
  fs.mkdirSync(bin);
  fs.writeFileSync(path.join(bin, "wg"), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`, {
    mode: 0o755,
  });
  const shell = spawn("bash", ["--noprofile", "--norc"], {
    cwd: place.project,
    env: { ...place.env, PATH: `${bin}:${place.env["PATH"]}` },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let output = "";
  let wake = () => {};
  shell.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    wake();
  });
  shell.on("close", () => wake());
  const until = async (mark: RegExp): Promise<RegExpExecArray> => {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const found = mark.exec(output);
      if (found) return found;
      if (shell.exitCode !== null || Date.now() > deadline)
        throw new Error(`the shell never answered:\n${output}`);
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, 1000);
      });
    }
  };
  const differences: Difference[] = [];
  try {
    shell.stdin.write("exec 2>&1\n");
    for (const [index, step] of stepsIn(markdown).entries()) {
      output = "";
      shell.stdin.write(`${step.command}\nprintf '\\n#%s#%s#\\n' ${index} "$?" </dev/null\n`);
      const mark = await until(new RegExp(`\\n#${index}#(\\d+)#\\n`));
      const status = mark[1] === "0" ? "" : `[exit ${mark[1]}]`;
      const actual = `${output.slice(0, mark.index).trimEnd()}\n${status}`.trim();
      const expected = step.expected.join("\n").trim();
      if (!pattern(expected).test(`${actual}\n`))
        differences.push({ line: step.line, command: step.command, expected, actual });
    }
  } finally {
    // What a transcript started in the background is ended by the shell that started it.
    shell.stdin.end("wg service stop --kill-agents >/dev/null 2>&1; kill $(jobs -p) 2>/dev/null; exit\n");
    await new Promise((resolve) =>
      shell.exitCode === null ? shell.on("close", resolve) : resolve(undefined),
    );
    place.remove();
  }
  return differences;
}

function pattern(expected: string): RegExp {
  const lines = expected
    .split("\n")
    .map((line) => (line === "..." ? "(?:.*\\n)*?" : `${line.split("[..]").map(literal).join(".*?")}\\n`));
  return new RegExp(`^${lines.join("")}$`, "u");
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
