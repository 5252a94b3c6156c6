// Steps that must succeed in the end: tried again while the database is locked or the disk full.
import { setTimeout as sleep } from "node:timers/promises";
import { WgError } from "../base/error.ts";

const passing: readonly string[] = ["locked", "disk-full", "cannot-open", "cannot-read", "cannot-write"];

/** True for what passes by itself or with an administrator's help: a lock held by another, a full or failing disk. */
export function isPassing(error: unknown): boolean {
  return error instanceof WgError && passing.includes(error.code);
}

/**
 * Runs `step`, again and again while it fails with what passes, waiting 0.1 s at first and 5 s at last. Throws the
 * last error after `limitMs`, and any other error at once.
 */
export async function insist<T>(step: () => T, limitMs: number): Promise<T> {
  const giveUpAtMs = performance.now() + limitMs;
  for (let waitMs = 100; ; waitMs = Math.min(5000, waitMs * 2)) {
    try {
      return step();
    } catch (error) {
      if (!isPassing(error) || performance.now() + waitMs > giveUpAtMs) throw error;
    }
    await sleep(waitMs);
  }
}
