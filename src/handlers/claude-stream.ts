// What the stream of one `claude -p` has told so far.
import type { Failure } from "../graph/result.ts";
import type { Fields } from "./fields.ts";

/** Claude's own word for what a server answered, the status where there was one, and its sentence for people. */
export interface ApiProblem {
  kind: string | undefined;
  status: number | undefined;
  text?: string;
}

export interface ClaudeStream {
  /** It goes where the user's own Claude goes. */
  readonly ownLogin: boolean;
  /** At least one line was an event we know. */
  understood: boolean;
  sessionId?: string;
  resolvedModel?: string;
  served: string[];
  /** Usage as of the first word, by the id of the message. */
  started: Map<string, Fields>;
  /** The ids of tool calls that permissions turned down. */
  denied: Set<string>;
  results: Fields[];
  lastText: string;
  /** When a limit that was reached ends, ISO 8601. */
  resetsAt?: string;
  /** What the server said last; forgotten when it answers. */
  problem?: ApiProblem;
  hopeless?: Failure;
  servedByAnthropic?: boolean;
}

export function newStream(ownLogin: boolean): ClaudeStream {
  return {
    ownLogin,
    understood: false,
    served: [],
    started: new Map(),
    denied: new Set(),
    results: [],
    lastText: "",
  };
}
