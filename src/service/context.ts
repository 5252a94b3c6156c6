// What the parts of one running service share.
import type { Env, Home, Project } from "../base/home.ts";
import type { Graph } from "../graph/database.ts";
import type { ServiceStatus } from "../ipc/protocol.ts";
import type { Where } from "../profile/where.ts";
import type { AppliedSettings } from "./applied.ts";
import type { Examined } from "./examined.ts";
import type { ServiceLog } from "./log.ts";
import type { Waiting } from "./waiting.ts";
import type { RunWatch } from "./watch.ts";

/** The program that workers run: a node and a main.js, absolute. */
export interface Program {
  node: string;
  main: string;
}

/** Whether the last switch has to be taken back. */
export interface Probation {
  /** Looks at the first runs of the last switch; takes it back, in the background, where they say that it is no good. */
  look(): void;
  /** The switch that was taken back, while what it was put back to is still active. */
  reverted(): ServiceStatus["reverted"];
}

/** Whether the canary has to be ended. */
export interface Guard {
  /** Looks at the figures of the canary; ends it, in the background, where they say so. */
  look(): void;
}

export interface Context {
  home: Home;
  project: Project;
  /** From where settings are looked at: its home and project, what workers inherit, and the flags of the service. */
  where: Where;
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
  examined: Examined;
  probation: Probation;
  guard: Guard;
  /** Who holds the leases: this very process. */
  name: string;
  now(): Date;
  random(): number;
  /** Logs a sentence of warning, the same one once in ten minutes. */
  tell(sentence: string): void;
  /** Gets what was thrown where work goes on; the same again and again is logged once. */
  failed(error: unknown): void;
  /** Asks for another look soon. */
  wake(): void;
}
