// The `wg` that an agent calls: a script that runs this very program, whatever else is on PATH.
import * as fs from "node:fs";
import * as path from "node:path";
import { writeText } from "../base/file.ts";

/** A node and a main.js, absolute. */
export interface Program {
  node: string;
  main: string;
}

/** Writes `wg` (0700) into `folder`, which is to come first on the agent's PATH. Refuses with `cannot-write`. */
export function writeOwnWg(folder: string, { node, main }: Program): void {
  const file = path.join(folder, "wg");
  writeText(file, `#!/bin/sh\nexec ${shellQuoted(node)} ${shellQuoted(main)} "$@"\n`);
  fs.chmodSync(file, 0o700);
}

/** The text as one word of a POSIX shell. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
