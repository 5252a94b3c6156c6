// Artifacts: the files a task produced, for those that need it.
import { isAbsolute, relative, sep } from "node:path";
import { WgError } from "../base/error.ts";
import { change, type Graph } from "./database.ts";
import { execute, query, rowOf, rowsOf } from "./query.ts";
import { requireTask } from "./task.ts";

/** `path` is relative to the project where it lies inside, else absolute. */
export interface Artifact {
  path: string;
  at: string;
  run?: string;
}

/**
 * How a file is recorded: from the project's root where it lies inside, else as it is. What a run made in its worktree
 * (`cwd`) will be at the same place in the project. All are absolute. Pure.
 */
export function artifactPath(root: string, file: string, cwd = root): string {
  if (cwd !== root) {
    const inside = artifactPath(cwd, file);
    if (inside !== file) return inside;
  }
  const inside = relative(root, file);
  const isOutside = inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside);
  return isOutside ? file : inside || ".";
}

/**
 * Records a path; recording it again moves its time and run. What a rerun made goes nowhere, so of that nothing is recorded.
 * Refuses an unknown task and a path that could not be one.
 */
export function addArtifact(
  graph: Graph,
  task: string,
  path: string,
  run: string | undefined,
  now: Date,
): Artifact {
  if (path === "" || path.length > 4_096 || path.includes("\0")) {
    throw new WgError("bad-path", "an artifact is a path of 1 to 4,096 characters");
  }
  const row = { at: now.toISOString(), run: run ?? null };
  return change(graph, () => {
    requireTask(graph, task);
    const of = query
      .selectFrom("run")
      .select("subject")
      .where("id", "=", run ?? "");
    if (rowOf(graph, of)?.subject) return { path, at: row.at };
    execute(
      graph,
      query
        .insertInto("artifact")
        .values({ task, path, ...row })
        .onConflict((conflict) => conflict.columns(["task", "path"]).doUpdateSet(row)),
    );
    return { path, at: row.at, ...(run !== undefined && { run }) };
  });
}

/** The artifacts of a task by path. */
export function artifacts(graph: Graph, task: string): Artifact[] {
  const rows = rowsOf(
    graph,
    query.selectFrom("artifact").selectAll().where("task", "=", task).orderBy("path"),
  );
  return rows.map(({ path, at, run }) => ({ path, at, ...(run !== null && { run }) }));
}
