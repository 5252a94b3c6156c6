// What a service and its callers say to each other: JSON-RPC 2.0, one JSON object a line, over a Unix socket.
import type { Role } from "../base/role.ts";

/** A canary that a service has adopted. `aside`: why it goes on without. `at`: when it was begun or last changed. */
export interface AppliedCanary {
  since: string;
  at: string;
  share: number;
  main: { profile: string; revision: string };
  canary: { profile: string; revision: string };
  aside?: string;
}

/** What a service has applied. `pinned` says why it does not follow the global pointer, where it does not. */
export interface Applied {
  profile: string;
  revision: string;
  appliedAt: string;
  pinned?: string;
  canary?: AppliedCanary;
  /** The settings on disk cannot be used; the revision above stays in force. */
  problem?: { message: string; hint?: string; at?: { path: string; line?: number }; since: string };
}

/** The answer to `reload`: what is in force now, and what stays on something older. */
export interface ReloadAnswer {
  applied: Applied;
  /** True when this call changed what is in force. */
  changed: boolean;
  /** Workers in flight, by the profile and revision they keep. */
  inFlight: { profile: string; revision: string; runs: number }[];
}

export interface RunStatus {
  run: string;
  task: string;
  role: Role;
  profile: string;
  revision: string;
  route: string;
  pid?: number;
  startedAt?: string;
}

/** Where new runs go while what the active profile runs on is left alone, since it turned one away. */
export interface FailoverStatus {
  profile: string;
  destination: string;
  why: "quota" | "auth" | "unreachable";
  since: string;
  /** Absent when it has rested: then `probe` is the run that tries it, or the next one will. */
  until?: string;
  resetsAt?: string;
  probe?: string;
  runningOn?: string;
  /** Why fallbacks are passed over, one sentence each. */
  skipped: string[];
}

export interface ServiceStatus {
  pid: number;
  project: string;
  version: string;
  startedAt: string;
  maxAgents: number;
  applied: Applied;
  failover?: FailoverStatus;
  /** The switch that the service took back, since its first runs could not be started; while that still stands. */
  reverted?: { at: string; from: string; to: string; why?: string };
  /** What keeps the service from its work just now, such as a full disk; it goes on trying. */
  trouble?: string;
  lastReload: { at: string; result: "applied" | "unchanged" | "refused"; tookMs: number; error?: string };
  inFlight: RunStatus[];
  ready: number;
  /** Tasks that are ready but cannot be planned with the settings in force, and why. */
  waiting: { task: string; problem: string; since: string }[];
  stopping: boolean;
}

/** Each method with its parameters and its answer. */
export interface Methods {
  ping: { params: Record<string, never>; answer: { pid: number } };
  /** Look at the settings on disk now. Answers after they are in force, or refused. */
  reload: { params: { by: string }; answer: ReloadAnswer };
  /** The graph may have changed: look again soon. */
  nudge: { params: Record<string, never>; answer: Record<string, never> };
  status: { params: Record<string, never>; answer: ServiceStatus };
  stop: { params: { killAgents: boolean }; answer: { inFlight: number } };
}

export type Method = keyof Methods;

/** What the server insists on before a handler sees the parameters: each name with its `typeof`. */
export const paramTypes: { [M in Method]: { [P in keyof Methods[M]["params"]]: "string" | "boolean" } } = {
  ping: {},
  reload: { by: "string" },
  nudge: {},
  status: {},
  stop: { killAgents: "boolean" },
};
