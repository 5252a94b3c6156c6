// A command's way to the graph of the project it stands in: opened for one step, closed after it.
import { type Project, requireProject } from "../base/home.ts";
import { closeGraph, type Graph, openGraph } from "../graph/database.ts";
import { findRun, type PlannedRun } from "../graph/run.ts";
import type { Io } from "./io.ts";

/** Runs `step` on the graph of the project in `io`. Refuses (`no-project`, `no-graph` ...) where there is none to open. */
export function withGraph<T>(io: Io, step: (graph: Graph, project: Project) => T): T {
  const project = requireProject(io.cwd, io.env);
  const graph = openGraph(project);
  try {
    return step(graph, project);
  } finally {
    closeGraph(graph);
  }
}

/** The live run this command was called from (`$WG_RUN`), or undefined outside of one. */
export function ownRun(graph: Graph, io: Io): PlannedRun | undefined {
  const id = io.env["WG_RUN"];
  const run = id ? findRun(graph, id) : undefined;
  return run?.status === "ended" ? undefined : run;
}
