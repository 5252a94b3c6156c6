// The model of `local:auto`: the one that the server lists first, asked for when the run starts.
import { setTimeout as sleep } from "node:timers/promises";
import { failure } from "./failure.ts";
import { fieldsOf, textOf } from "./fields.ts";
import type { RunEvent } from "./handler.ts";
import { RequestFailure, retryWait } from "./nex-failure.ts";
import { askList, type Server } from "./nex-request.ts";

/**
 * The name of the model that the server lists first. Asked for again when a second try can help. Throws
 * `RequestFailure` (`bad-request` for a server that lists none), or the reason of `signal`.
 */
export async function* firstListed(server: Server, signal: AbortSignal): AsyncGenerator<RunEvent, string> {
  for (let attempt = 1; ; attempt++) {
    try {
      return firstOf(server, await askList(server, signal));
    } catch (error) {
      const waitMs = error instanceof RequestFailure ? retryWait(error, attempt) : undefined;
      if (!(error instanceof RequestFailure) || waitMs === undefined) throw error;
      yield { kind: "retry", attempt, reason: error.message };
      await sleep(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}

function firstOf({ url }: Server, list: unknown): string {
  const data = fieldsOf(list)["data"];
  const first = Array.isArray(data) ? textOf(fieldsOf(data[0])["id"]) : undefined;
  if (first !== undefined && /^[^\s\p{Cc}-][^\s\p{Cc}]{0,199}$/u.test(first)) return first;
  const problem = `${new URL(url).host} lists no model, so there is none for local:auto; load one, or name it in the route`;
  throw new RequestFailure(failure("bad-request", problem), false);
}
