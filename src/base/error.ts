// The one error a person may see: what was refused, where, and what to do next.

/**
 * Exit statuses: 0 done, 1 refused, 2 usage, 3 blocked by a check, 4 nothing to do, 70 bug. As from a shell, 126 and 127
 * are for a command to be run for somebody that cannot be executed, or is not there.
 */
export type ExitStatus = 0 | 1 | 2 | 3 | 4 | 70 | 126 | 127;

/** A place in a file that a person can open: path, and line (from 1) where it is known. */
export interface Place {
  path: string;
  line?: number;
}

/**
 * A refusal: nothing was changed. `code` is kebab-case and stable for scripts; `message` is lower case
 * without a full stop; `hint` says what to do next; `at` says where the cause stands.
 */
export class WgError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly at: Place | undefined;
  readonly exit: ExitStatus;

  constructor(
    code: string,
    message: string,
    more: { hint?: string; at?: Place; exit?: ExitStatus; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = "WgError";
    this.code = code;
    this.hint = more.hint;
    this.at = more.at;
    this.exit = more.exit ?? 1;
  }
}

/** `path:line`, or `path` where the line is unknown. */
export function placeText(at: Place): string {
  return at.line === undefined ? at.path : `${at.path}:${at.line}`;
}

/** The system's error code (`ENOENT`, `EACCES` ...) of a thrown value, or undefined. */
export function errnoOf(error: unknown): string | undefined {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return undefined;
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
