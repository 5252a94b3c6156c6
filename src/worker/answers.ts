// Who answered a run: the model asked for, what became of its name, and each model that answered, with how often.
import * as fs from "node:fs";
import type { Project } from "../base/home.ts";
import { objectIn } from "../base/jsonl.ts";
import type { PlannedRun } from "../graph/run.ts";
import { runFolder } from "./folder.ts";

export interface Answers {
  /** The name in the plan; "" for a command. */
  requested: string;
  resolved?: string;
  /** In the order in which they first answered. */
  served: { model: string; requests: number }[];
  servedBy: "answered" | "requested-only";
}

/** Read from the run's record, and counted in its events, where those are still there. */
export function answersOf(project: Project, run: PlannedRun): Answers {
  const counts = new Map(run.servedModels.map((model) => [model, 0]));
  for (const model of toldModels(runFolder(project, run.id).events))
    counts.set(model, (counts.get(model) ?? 0) + 1);
  const { resolvedModel } = run;
  return {
    requested: run.plan.route.model,
    ...(resolvedModel !== undefined && { resolved: resolvedModel }),
    served: [...counts].map(([model, requests]) => ({ model, requests })),
    servedBy: run.result?.servedBy ?? (counts.size > 0 ? "answered" : "requested-only"),
  };
}

/** The models of the events, one for each answer. */
function toldModels(file: string): string[] {
  let text: string;
  try {
    text = fs.readFileSync(file, "utf8");
  } catch {
    return [];
  }
  return text.split("\n").flatMap((line) => {
    if (!line.includes('"kind":"model"')) return [];
    const served = objectIn(line)?.["served"];
    return typeof served === "string" ? [served] : [];
  });
}
