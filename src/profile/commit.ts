// A change to what is active: made once, taken by every service that follows it, or taken back.
import { setTimeout as delay } from "node:timers/promises";
import { messageOf, WgError } from "../base/error.ts";
import type { Home } from "../base/home.ts";
import { type Lock, takeLock, withLock } from "../base/lock.ts";
import { settleHistory } from "./history.ts";
import { type Listener, nudgeServices, type Reply } from "./nudge.ts";

/** `make` is one rename, `unmake` restores what was there. `by` tells the services who asks. */
export interface Change {
  by: string;
  make(): void;
  unmake(): void;
}

type Refused = Extract<Reply, { kind: "refused" }>;

/** Longer than a row of switches that each wait for a silent service. */
const switchesMs = 60_000;
/** Longer than any claim. */
const claimsMs = 20_000;

/** Runs `step` while no other switch is under way, after what a killed one has left. Refuses with `locked` after a minute of waiting. */
export async function whileSwitching<T>(home: Home, signal: AbortSignal, step: () => Promise<T>): Promise<T> {
  const lock = await takeSwitchLock(home, signal);
  try {
    settleHistory(home);
    return await step();
  } finally {
    lock.release();
  }
}

/**
 * Makes a change while no service claims, tells the services, and waits for what they say. When one refuses, the
 * change is taken back, all reload again, and `service-refused` is thrown with its reason. Within `whileSwitching`.
 */
export async function commitChange(
  home: Home,
  change: Change,
  listeners: readonly Listener[],
  signal: AbortSignal,
): Promise<Reply[]> {
  withLock(home.pointerLock, "exclusive", claimsMs, change.make);
  const replies = await nudgeServices(home, listeners, change.by, signal);
  const refused = replies.find((reply) => reply.kind === "refused");
  if (refused === undefined) return replies;
  try {
    withLock(home.pointerLock, "exclusive", claimsMs, change.unmake);
  } catch (error) {
    throw refusal(refused, `and it could not be taken back: ${messageOf(error)}`);
  }
  const again = await nudgeServices(home, listeners, `${change.by}, taken back`, signal);
  const still = again.filter((reply) => reply.kind === "refused").map(({ project }) => project);
  throw refusal(
    refused,
    still.length === 0 ? "the change was taken back" : `taken back, but ${still.join(", ")} still refuses`,
  );
}

/** Tells the services although nothing changed; a refusal is thrown as by `commitChange`. */
export async function reloadServices(
  home: Home,
  by: string,
  listeners: readonly Listener[],
  signal: AbortSignal,
): Promise<Reply[]> {
  const replies = await nudgeServices(home, listeners, by, signal);
  const refused = replies.find((reply) => reply.kind === "refused");
  if (refused === undefined) return replies;
  throw refusal(refused, "nothing was changed");
}

function refusal({ project, problem }: Refused, afterwards: string): WgError {
  return new WgError(
    "service-refused",
    `the service of ${project} refused: ${problem.message}; ${afterwards}`,
    {
      cause: problem,
      hint: problem.hint ?? "wg service status and wg service logs say more",
      ...(problem.at && { at: problem.at }),
    },
  );
}

// Short waits in a row, not one long one: the thread stays free to be interrupted.
async function takeSwitchLock(home: Home, signal: AbortSignal): Promise<Lock> {
  for (let waitedMs = 0; waitedMs < switchesMs; waitedMs += 60) {
    const lock = takeLock(home.switchLock, "exclusive", 50);
    if (lock !== undefined) return lock;
    await delay(10);
    signal.throwIfAborted();
  }
  throw new WgError("locked", "another switch has been under way for a minute", {
    hint: "look for a wg process that does not end, then run this again",
  });
}
