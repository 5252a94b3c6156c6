// The lines of a file that grows: each once, and never half of one.
import * as fs from "node:fs";

const chunkBytes = 64 * 1024;

export interface Tail {
  /** The lines that were completed since the last call; none while the file does not exist. */
  lines(): Generator<string>;
}

/** Starts at the beginning of `file`, which may be missing still. */
export function tailOf(file: string): Tail {
  let offset = 0;
  let rest: Buffer = Buffer.alloc(0);

  return {
    *lines() {
      for (let chunk = readAt(file, offset); chunk.length > 0; chunk = readAt(file, offset)) {
        offset += chunk.length;
        rest = Buffer.concat([rest, chunk]);
        let from = 0;
        for (let end = rest.indexOf(10, from); end >= 0; end = rest.indexOf(10, from)) {
          yield rest.toString("utf8", from, end);
          from = end + 1;
        }
        rest = rest.subarray(from);
      }
    },
  };
}

function readAt(file: string, offset: number): Buffer {
  if (!fs.existsSync(file)) return Buffer.alloc(0);
  const handle = fs.openSync(file, "r");
  try {
    const buffer = Buffer.alloc(chunkBytes);
    return buffer.subarray(0, fs.readSync(handle, buffer, 0, chunkBytes, offset));
  } finally {
    fs.closeSync(handle);
  }
}
