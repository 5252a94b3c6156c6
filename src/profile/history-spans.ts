// How long each switch held: until the next one of the same pointer. Pure.
import type { Switch } from "./history.ts";

/** A switch with when it ended, ISO 8601 UTC; without `until` it holds still. */
export interface SwitchSpan extends Switch {
  until?: string;
  activeMs: number;
}

/** The spans of switches, in their order, oldest first. `now` ends those that hold still. */
export function spansOf(entries: readonly Switch[], now: Date): SwitchSpan[] {
  const nextOf = new Map<string | undefined, string>();
  const spans = entries.toReversed().map((entry): SwitchSpan => {
    const until = nextOf.get(entry.project);
    nextOf.set(entry.project, entry.at);
    const end = until === undefined ? now.getTime() : Date.parse(until);
    const activeMs = Math.max(0, end - Date.parse(entry.at)) || 0;
    return { ...entry, ...(until !== undefined && { until }), activeMs };
  });
  return spans.reverse();
}
