// Whose turn it is: turns of one chat come one after the other, over all processes, and a dead one holds up nobody.
import { setTimeout as sleep } from "node:timers/promises";
import { WgError } from "../base/error.ts";
import { readText, removeFile, writeText } from "../base/file.ts";
import { objectIn } from "../base/jsonl.ts";
import { type Lock, takeLock } from "../base/lock.ts";
import { sweepRun } from "../handlers/sweep.ts";
import type { ChatFolder } from "./folder.ts";

/** Who has the turn: one answer, a terminal for as long as it is open, or whoever changes the chat. */
export interface Holder {
  kind: "turn" | "terminal" | "change";
  pid: number;
  /** What the processes it starts are marked with; absent where it starts none. */
  run?: string;
  since: string;
}

const pollMs = 50;

/**
 * Waits for the turn of a chat and takes it. What a holder that died left running is ended first. Refuses with
 * `chat-live` when a terminal has the chat; throws the reason of `signal` when that aborts.
 */
export async function takeTurn(folder: ChatFolder, holder: Holder, signal: AbortSignal): Promise<Lock> {
  const lock = await waitForLock(folder, signal);
  try {
    const dead = readHolder(folder);
    if (dead?.run !== undefined) await sweepRun(dead.run, { graceMs: 500 });
    writeText(folder.holder, `${JSON.stringify(holder)}\n`);
  } catch (error) {
    lock.release();
    throw error;
  }
  return {
    release() {
      removeFile(folder.holder);
      lock.release();
    },
  };
}

/** Who has the turn now, or undefined when nobody has. */
export function liveHolder(folder: ChatFolder): Holder | undefined {
  const holder = readHolder(folder);
  if (holder === undefined) return undefined;
  const probe = takeLock(folder.lock, "shared", 0);
  probe?.release();
  return probe === undefined ? holder : undefined;
}

async function waitForLock(folder: ChatFolder, signal: AbortSignal): Promise<Lock> {
  for (;;) {
    signal.throwIfAborted();
    const lock = takeLock(folder.lock, "exclusive", 0);
    if (lock !== undefined) return lock;
    const holder = liveHolder(folder);
    if (holder?.kind === "terminal") {
      throw new WgError("chat-live", `chat ${folder.id} is open in a terminal (pid ${holder.pid})`, {
        hint: "close it there first",
      });
    }
    // Its own rejection says nothing of why.
    await sleep(pollMs, undefined, { signal }).catch(() => {});
  }
}

function readHolder(folder: ChatFolder): Holder | undefined {
  const value = objectIn(readText(folder.holder)?.trim() ?? "");
  return value === undefined || typeof value["kind"] !== "string" ? undefined : (value as unknown as Holder);
}
