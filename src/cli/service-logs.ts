// `wg service logs`: the service's log for people, or as it is.
import * as fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { requireProject } from "../base/home.ts";
import { objectIn } from "../base/jsonl.ts";
import { humanLine, lastLines, linesFrom, logPath } from "../service/log.ts";
import type { Io } from "./io.ts";
import { plain, print, printJson, say } from "./print.ts";

const pollMs = 200;

export async function logs(io: Io, options: { follow?: true; lines: number; json?: true }): Promise<void> {
  const file = logPath(requireProject(io.cwd, io.env));
  if (!fs.existsSync(file) && !options.follow) say(io, "no service has run here yet");
  const { lines, end } = lastLines(file, options.lines);
  if (options.json && !options.follow) {
    const entries = lines.map((line) => objectIn(line) ?? { message: line });
    return printJson(io, { path: file, entries });
  }
  const tell = (line: string) => print(io, options.json ? jsonLine(line) : plain(humanLine(line)));
  lines.forEach(tell);
  for (let from = end; options.follow && !io.signal.aborted; ) {
    await sleep(pollMs, undefined, { signal: io.signal }).catch(() => {});
    const more = linesFrom(file, from);
    more.lines.forEach(tell);
    from = more.end;
  }
}

function jsonLine(line: string): string {
  return objectIn(line) === undefined ? JSON.stringify({ message: line }) : line;
}
