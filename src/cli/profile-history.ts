// `wg profile history`: the switches that were made, how long each held, and what ran on it here.
import * as fs from "node:fs";
import { closeGraph, openGraph } from "../graph/database.ts";
import { countRuns } from "../graph/run-count.ts";
import { readHistory } from "../profile/history.ts";
import { type Span, spansOf } from "../profile/history-spans.ts";
import { shareText } from "../profile/share.ts";
import type { Where } from "../profile/where.ts";
import type { Io } from "./io.ts";
import { print, printJson, say, table } from "./print.ts";
import { profilePlace } from "./profile-place.ts";
import { spanText } from "./run-text.ts";

const words = {
  ...{ use: "use", undo: "undo", "put-back": "put back", reverted: "reverted" },
  ...{ canary: "canary", "canary-ended": "canary over" },
} as const;

/** `runs`: how many runs of its profile this project started while it held; absent outside of a project it counted for. */
type Shown = Span & { runs?: number };

export function printHistory(io: Io, { limit, json }: { limit: number; json?: true }): void {
  const { where } = profilePlace(io);
  const spans = spansOf(readHistory(where.home), io.now()).reverse().slice(0, limit);
  const switches = withRuns(where, spans);
  if (json) {
    printJson(io, { switches });
    return;
  }
  if (switches.length === 0) {
    say(io, "nothing was ever switched");
    return;
  }
  const head = ["AT", "", "FROM", "TO", "REVISION", "HELD", "RUNS", "BY", "WHERE"];
  print(io, table(head, switches.map(cells)));
}

function withRuns({ project }: Where, spans: readonly Span[]): Shown[] {
  if (project === undefined || !fs.existsSync(project.database)) return [...spans];
  const counting = spans.filter(
    (span) => span.kind !== "canary-ended" && (span.project === undefined || span.project === project.root),
  );
  const graph = openGraph(project);
  try {
    const asked = counting.map(({ to, at, until }) => ({
      profile: to,
      from: at,
      ...(until !== undefined && { until }),
    }));
    const counts = countRuns(graph, asked);
    const runsOf = new Map(counting.map((span, index) => [span, counts[index]]));
    return spans.map((span) => {
      const runs = runsOf.get(span);
      return runs === undefined ? span : { ...span, runs };
    });
  } finally {
    closeGraph(graph);
  }
}

function cells(shown: Shown): string[] {
  const { at, kind, from, to, revision, activeMs, runs, by, project } = shown;
  const ran = runs === undefined ? "" : String(runs);
  const who = `${by.user}[${by.pid}]${by.through === undefined ? "" : ` by ${by.through}`}`;
  const where = project ?? "everywhere";
  const what = kind === "canary" ? `${to} ${shareText(shown.share)}` : to;
  const held = kind === "canary-ended" ? "" : spanText(activeMs);
  return [at, words[kind], from, what, revision, held, ran, who, where];
}
