// Whose tools a server offers: everything of a person, what is a run's own, or only what reads.
import { WgError } from "../base/error.ts";
import type { Env } from "../base/home.ts";
import { insideOf, tokenName } from "../base/inside.ts";
import type { Graph } from "../graph/database.ts";
import type { PlannedRun } from "../graph/run.ts";
import { runOfToken } from "../graph/token.ts";

/** `reader`: inside a run that it cannot prove to be, or that is over. */
export type Scope = { kind: "person" } | { kind: "run"; run: PlannedRun } | { kind: "reader" };

/** Looked at anew with every request, since a run ends while its server lives. A chat has the scope of its person. */
export function scopeOf(graph: Graph, env: Env): Scope {
  const inside = insideOf(env);
  if (inside?.kind !== "run") return { kind: "person" };
  const run = runOfToken(graph, inside.run, env[tokenName] ?? "");
  return run === undefined ? { kind: "reader" } : { kind: "run", run };
}

/** What a tool may be: for everyone, for a run on its own task alone, for a run too, or for a person only. */
export type Reach = "read" | "own" | "add" | "person";

/** True when a tool of this reach is offered. Pure. */
export function isOffered(reach: Reach, scope: Scope): boolean {
  if (reach === "read" || scope.kind === "person") return true;
  return scope.kind === "run" && reach !== "person";
}

/** Why a tool that exists is not offered. */
export function outOfScope(name: string, scope: Scope): WgError {
  if (scope.kind === "reader") {
    return new WgError("no-token", `${name} needs the token of a run that is in flight`, {
      hint: "this run is over, or WG_TOKEN did not reach the server; what reads still answers",
    });
  }
  return new WgError("inside-a-run", `${name} is not for a run`, {
    hint: "add a follow-up task, or say in your closing words what should be done",
  });
}
