// Which run or chat a process is inside of, as its environment says.
import type { Env } from "./home.ts";

/** Holds the token of a run, which proves to `wg mcp` whose tools it is to offer. */
export const tokenName = "WG_TOKEN";

/** A run comes first: what a chat starts as a run is one. */
export type Inside = { kind: "run"; run: string } | { kind: "chat"; chat: string };

/** Undefined where a person, or an agent that wg did not start, is at work. Pure. */
export function insideOf(env: Env): Inside | undefined {
  const { WG_RUN: run, WG_CHAT: chat } = env;
  if (run) return { kind: "run", run };
  return chat ? { kind: "chat", chat } : undefined;
}
