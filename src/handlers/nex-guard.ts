// Going round in circles, noticed: the same call with the same outcome, or calls that make no sense.
import type { Failure } from "../graph/result.ts";
import { failure } from "./failure.ts";
import type { CallOutcome } from "./nex-tools.ts";
import type { Call } from "./nex-turn.ts";

/** So many in a row are the end. */
const maxSameCalls = 6;
const maxMalformed = 6;

export interface LoopGuard {
  /** A word to the model when it goes round in circles, and the end when it does not stop. */
  notice(call: Call, outcome: CallOutcome): { warning?: string; problem?: Failure };
}

/** A guard for one run, or one turn of a chat. */
export function startLoopGuard(): LoopGuard {
  let last = "";
  let same = 0;
  let malformed = 0;
  return {
    notice(call, outcome) {
      const now = JSON.stringify([call.name, call.input, outcome.output]);
      same = now === last ? same + 1 : 1;
      last = now;
      malformed = outcome.problem === "malformed" ? malformed + 1 : 0;
      if (malformed >= maxMalformed) {
        return {
          problem: failure("agent", `${malformed} calls in a row made no sense, the last: ${outcome.output}`),
        };
      }
      if (same >= maxSameCalls) {
        return {
          problem: failure("agent", `the model made the same call of ${call.name} ${same} times in a row`),
        };
      }
      if (same < maxSameCalls / 2) return {};
      return { warning: `[this was the same call ${same} times, with the same outcome; do something else]` };
    },
  };
}
