// The lines of a file that grows: each once, and never half of one.
import * as fs from "node:fs";

const chunkBytes = 64 * 1024;

export interface Tail {
  /** The lines that were completed since the last call; none while the file does not exist. */
  lines(): Generator<string>;
}

/** Starts at byte `from` of `file`, which may be missing still. */
export function tailOf(file: string, from = 0): Tail {
  let offset = from;
  let rest: Buffer = Buffer.alloc(0);

  return {
    *lines() {
      for (let chunk = readAt(file, offset); chunk.length > 0; chunk = readAt(file, offset)) {
        offset += chunk.length;
        rest = Buffer.concat([rest, chunk]);
        let begin = 0;
        for (let end = rest.indexOf(10, begin); end >= 0; end = rest.indexOf(10, begin)) {
          yield rest.toString("utf8", begin, end);
          begin = end + 1;
        }
        rest = rest.subarray(begin);
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
