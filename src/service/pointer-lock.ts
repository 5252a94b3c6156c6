// Claims and switches kept apart: a switch falls before a claim or after it, never into it.
import { WgError } from "../base/error.ts";
import { type Lock, takeLock } from "../base/lock.ts";
import type { Context } from "./context.ts";

/** A switch holds the pointer's lock for one rename; longer than this it hangs, and claims wait for the next tick. */
const pointerWaitMs = 2000;

/**
 * Runs `step` while no switch can move the pointer, so that a run claimed after `use` has returned is on what it set.
 * Undefined, with the step not run, when a switch holds the pointer for too long.
 */
export function underPointerLock<T>(
  { home, log }: Pick<Context, "home" | "log">,
  step: () => T,
): T | undefined {
  let lock: Lock | undefined;
  try {
    lock = takeLock(home.pointerLock, "shared", pointerWaitMs);
  } catch (error) {
    if (!(error instanceof WgError)) throw error;
    // A home that cannot be written cannot be switched in either: there is nothing to keep apart.
    return step();
  }
  if (lock === undefined) {
    log.write("warn", `waiting: ${home.pointerLock} is held by a switch that does not end`);
    return undefined;
  }
  try {
    return step();
  } finally {
    lock.release();
  }
}
