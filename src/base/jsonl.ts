// Lines out of a byte stream, and JSON out of lines.

/**
 * Yields each line without its end. LF only: readline would also split on U+2028, which JSON allows. A line above
 * `maxBytes` is cut there and its rest dropped; the last line needs no LF.
 */
export async function* linesOf(
  chunks: AsyncIterable<Buffer | string>,
  maxBytes = 4 * 1024 * 1024,
): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let held = 0;
  const take = (piece: Buffer) => {
    const room = maxBytes - held;
    if (room <= 0) return;
    const kept = piece.length > room ? piece.subarray(0, room) : piece;
    parts.push(kept);
    held += kept.length;
  };
  const flush = () => {
    const line = Buffer.concat(parts).toString("utf8");
    parts = [];
    held = 0;
    return line.endsWith("\r") ? line.slice(0, -1) : line;
  };
  for await (const chunk of chunks) {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    let from = 0;
    for (let end = bytes.indexOf(10, from); end >= 0; end = bytes.indexOf(10, from)) {
      take(bytes.subarray(from, end));
      yield flush();
      from = end + 1;
    }
    if (from < bytes.length) take(bytes.subarray(from));
  }
  if (held > 0) yield flush();
}

/** The object a line holds, or undefined when it is no JSON object. */
export function objectIn(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return value !== null && typeof value === "object" ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
