// The inbox of a run: what is said to its task while it is worked on, offered to the handler.
import * as fs from "node:fs";
import type { Graph } from "../graph/database.ts";
import { messagesText, takeMessages, unseenMessages } from "../graph/message.ts";
import type { Plan } from "../graph/plan.ts";
import type { Inbox } from "../handlers/handler.ts";
import { shellQuoted } from "../handlers/own-wg.ts";
import type { RunFolder } from "./folder.ts";
import { isPassing } from "./insist.ts";

const lookEveryMs = 1000;

export interface OpenInbox extends Inbox {
  close(): void;
}

/**
 * Opens the inbox of a run. A file in the run's folder stands for "there is something": it is what hooks look at, so that
 * a tool call starts no program of ours when nothing was said. A graph that cannot be read now has said nothing yet.
 */
export function openInbox(graph: Graph, plan: Plan, folder: RunFolder, now: () => Date): OpenInbox {
  const look = () => {
    const has = attempt(() => unseenMessages(graph, plan.task, plan.run).length > 0) ?? false;
    if (has) raiseFlag(folder.inbox);
  };
  const timer = setInterval(look, lookEveryMs);
  return {
    take() {
      const messages = attempt(() => takeMessages(graph, plan.task, plan.run, "turn", now())) ?? [];
      return messages.length === 0 ? undefined : messagesText(messages);
    },
    hookCommand: (event) => {
      const [flag, wg] = [folder.inbox, folder.wg].map(shellQuoted);
      return `test -e ${flag} || exit 0; rm -f ${flag}; exec ${wg} msg ${plan.task} --hook ${event}`;
    },
    close: () => clearInterval(timer),
  };
}

function raiseFlag(file: string): void {
  try {
    fs.closeSync(fs.openSync(file, "a", 0o600));
  } catch {
    // A full disk, say: the next look tries again.
  }
}

/** Undefined where the graph cannot be read for the moment: the next look is soon. */
function attempt<T>(step: () => T): T | undefined {
  try {
    return step();
  } catch (error) {
    if (isPassing(error)) return undefined;
    throw error;
  }
}
