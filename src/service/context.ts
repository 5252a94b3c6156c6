// What the parts of one running service share.
import type { Env, Home, Project } from "../base/home.ts";
import type { Graph } from "../graph/database.ts";
import type { AppliedSettings } from "./applied.ts";
import type { ServiceLog } from "./log.ts";
import type { Waiting } from "./waiting.ts";
import type { RunWatch } from "./watch.ts";

/** The program that workers run: a node and a main.js, absolute. */
export interface Program {
  node: string;
  main: string;
}

export interface Context {
  home: Home;
  project: Project;
  /** What workers are started in. */
  env: Env;
  program: Program;
  graph: Graph;
  applied: AppliedSettings;
  log: ServiceLog;
  watch: RunWatch;
  waiting: Waiting;
  /** Lets go of what a budget held, where new settings leave room. */
  lookAtBudgets(): void;
  /** Who holds the leases: this very process. */
  name: string;
  now(): Date;
  random(): number;
  /** Gets what was thrown where work goes on; the same again and again is logged once. */
  failed(error: unknown): void;
  /** Asks for another look soon. */
  wake(): void;
}
