// The outbox of a service: each notice told at least once in each way, a few at a time, tried again, given up aloud.
import type { NotifySettings } from "../config/settings.ts";
import type { Graph } from "../graph/database.ts";
import { countNotices, dueNotices, forgetNotices, type Notice, postponeNotice } from "../graph/notice.ts";
import { type Deliver, type Way, waysOf } from "./deliver.ts";
import { messageOf } from "./message.ts";

export interface OutboxPlace {
  graph: Graph;
  /** The folder of the project. */
  project: string;
  notify(): NotifySettings;
  deliver: Deliver;
  log(level: "info" | "warn" | "error", message: string): void;
  now(): Date;
  /** Asks for another look. */
  wake(): void;
  /** Gets what is no failure of a delivery. */
  failed(error: unknown): void;
}

export interface Outbox {
  /** Begins to tell what is due; waits for nothing. */
  look(): void;
  /** Lets what is being told come to its end, for at most so long. */
  end(graceMs: number): Promise<void>;
}

/** Waits before each further try; after the last one a notice is given up. */
const waitsMs = [2_000, 15_000, 60_000, 300_000];
/** At a time. */
const maxTelling = 4;
/** Looked at in one go; the rest when these are told. */
const maxLooked = 100;
/** Kept at most; the oldest are given up. */
export const maxKept = 500;

/** An outbox over the notices of a graph: where it begins is what the graph has, so that another service goes on with it. */
export function openOutbox(place: OutboxPlace): Outbox {
  const { graph, log } = place;
  const telling = new Map<number, Promise<void>>();
  const ending = new AbortController();

  function look(): void {
    if (ending.signal.aborted) return;
    const notify = place.notify();
    const ways = waysOf(notify);
    giveUpOldest();
    const due = dueNotices(graph, place.now(), maxLooked);
    const isAsked = (notice: Notice) => ways.length > 0 && isWanted(notice.kind, notify);
    forgetNotices(
      graph,
      due.filter((notice) => !isAsked(notice)).map(({ number }) => number),
    );
    for (const notice of due.filter(isAsked)) {
      if (telling.size >= maxTelling) break;
      if (telling.has(notice.number)) continue;
      const told = tell(notice, ways, notify)
        .catch(place.failed)
        .finally(() => {
          telling.delete(notice.number);
          if (!ending.signal.aborted) place.wake();
        });
      telling.set(notice.number, told);
    }
  }

  async function tell(notice: Notice, ways: readonly Way[], notify: NotifySettings): Promise<void> {
    const message = messageOf(notice, place.project);
    const open = ways.filter((way) => !notice.told.includes(way));
    const results = await Promise.all(
      open.map(async (way) => ({ way, ...(await place.deliver(way, message, notify, ending.signal)) })),
    );
    const left = results.filter((result) => result.kind === "failed");
    if (left.length > 0 && ending.signal.aborted) return;
    const wait = waitsMs[notice.tries];
    const again = left.filter(({ final }) => !final && wait !== undefined);
    for (const { way, why } of left.filter((each) => !again.includes(each))) {
      log("error", `gave up telling "${message.subject}" by ${way}: ${why}`);
    }
    if (again.length === 0 || wait === undefined) return forgetNotices(graph, [notice.number]);
    for (const { way, why } of again) log("warn", `could not tell "${message.subject}" by ${way}: ${why}`);
    const told = ways.filter((way) => !again.some((each) => each.way === way));
    postponeNotice(graph, notice.number, told, new Date(place.now().getTime() + wait));
    setTimeout(place.wake, wait + 1).unref();
  }

  function giveUpOldest(): void {
    const surplus = countNotices(graph) - maxKept;
    if (surplus <= 0) return;
    // Those that wait for another try are not due and older than what piles up behind them.
    const oldest = dueNotices(graph, new Date(8.64e15), surplus).map(({ number }) => number);
    forgetNotices(graph, oldest);
    log("error", `gave up telling ${oldest.length} notices: more than ${maxKept} wait to be told`);
  }

  return {
    look,
    async end(graceMs) {
      const timer = setTimeout(() => ending.abort(new Error("the service is stopping")), graceMs);
      await Promise.all(telling.values());
      clearTimeout(timer);
      ending.abort();
    },
  };
}

/** A budget that is used up needs a person too. */
function isWanted(kind: string, { events }: NotifySettings): boolean {
  return events.some((event) => event === kind || (event === "needs-you" && kind === "budget"));
}
