// A file that takes lines up to a size, then says so once and takes no more.
import * as fs from "node:fs";

export interface CappedFile {
  write(line: string): void;
  close(): void;
}

/**
 * Opens (truncates) a file, 0600. Lines beyond `maxBytes` are dropped after the line `note`. A disk that turns a line
 * away ends the file too: what is written here is for people, and no run fails for want of it.
 */
export function openCapped(file: string, maxBytes: number, note: string): CappedFile {
  const handle = openFile(file);
  let room = maxBytes;
  let isOver = false;
  return {
    write(line) {
      if (handle === undefined || isOver) return;
      room -= Buffer.byteLength(line) + 1;
      isOver = room < 0;
      try {
        fs.writeSync(handle, `${isOver ? note : line}\n`);
      } catch {
        isOver = true;
      }
    },
    close() {
      if (handle !== undefined) fs.closeSync(handle);
    },
  };
}

function openFile(file: string): number | undefined {
  try {
    return fs.openSync(file, "w", 0o600);
  } catch {
    return undefined;
  }
}
