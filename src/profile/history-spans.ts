// How long each switch held: until the next one of the same pointer; a canary, until anything else became of that. Pure.
import type { CanaryLine, Switch } from "./history.ts";

/** A line with when it ended, ISO 8601 UTC; without `until` it holds still. The end of a canary holds for no time. */
export type Span<Line = Switch | CanaryLine> = Line & { until?: string; activeMs: number };

/** The spans of lines, in their order, oldest first. `now` ends those that hold still. */
export function spansOf<Line extends Switch | CanaryLine>(entries: readonly Line[], now: Date): Span<Line>[] {
  const nextOf = new Map<string | undefined, { line: string; move?: string }>();
  const spans = entries.toReversed().map((entry): Span<Line> => {
    const { at, kind, project } = entry;
    const next = nextOf.get(project);
    const isOfCanary = kind === "canary" || kind === "canary-ended";
    nextOf.set(project, isOfCanary ? { ...next, line: at } : { line: at, move: at });
    const until = kind === "canary-ended" ? at : isOfCanary ? next?.line : next?.move;
    const end = until === undefined ? now.getTime() : Date.parse(until);
    const activeMs = Math.max(0, end - Date.parse(at)) || 0;
    return { ...entry, ...(until !== undefined && { until }), activeMs };
  });
  return spans.reverse();
}
