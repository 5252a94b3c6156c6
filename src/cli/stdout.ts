// The standard output as a file: Node's stream for it takes longer to set up than most commands take to run.
import * as fs from "node:fs";
import { errnoOf } from "../base/error.ts";
import type { Output } from "./io.ts";

const stdout = 1;
/** A reader that is slow to empty a pipe is waited for in steps of this length. */
const fullPipeMs = 5;

/** Whole texts to file descriptor 1. `onClosed` is called when nobody reads it any more, as with `wg list | head`. */
export function standardOutput(onClosed: () => void): Output {
  return {
    write(text) {
      try {
        writeAll(Buffer.from(text, "utf8"));
      } catch (error) {
        if (errnoOf(error) !== "EPIPE") throw error;
        onClosed();
      }
    },
    get isTTY() {
      return process.stdout.isTTY;
    },
    get columns() {
      return process.stdout.columns;
    },
    get rows() {
      return process.stdout.rows;
    },
  };
}

function writeAll(bytes: Buffer): void {
  for (let written = 0; written < bytes.length; ) {
    try {
      written += fs.writeSync(stdout, bytes, written);
    } catch (error) {
      // Somebody we share the pipe with made it one that does not wait.
      if (errnoOf(error) !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, fullPipeMs);
    }
  }
}
