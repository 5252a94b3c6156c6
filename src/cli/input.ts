// All of stdin as text, with a limit.
import { isUtf8 } from "node:buffer";
import { WgError } from "../base/error.ts";
import type { Io } from "./io.ts";

/** What stdin holds to its end. Refuses (`bad-input`) more than `maxBytes` and what is no UTF-8. */
export async function inputText(io: Io, maxBytes: number): Promise<string> {
  const pieces: Buffer[] = [];
  let held = 0;
  for await (const chunk of io.stdin) {
    const piece = Buffer.from(chunk);
    held += piece.length;
    if (held > maxBytes) throw new WgError("bad-input", `stdin holds more than ${maxBytes} bytes`);
    pieces.push(piece);
  }
  const bytes = Buffer.concat(pieces);
  if (!isUtf8(bytes)) throw new WgError("bad-input", "stdin is no UTF-8 text");
  return bytes.toString("utf8");
}
