// What keeps tasks from starting, root by root: why each does, and the one command that would help. Pure.
import type { Chain, Link, Root } from "../graph/chain.ts";
import { holdText } from "../graph/standing.ts";
import type { HoldKind } from "../graph/tables.ts";
import type { ServiceView } from "./service-view.ts";

export const causeKinds = [
  "failed",
  "running",
  "held",
  "cannot-plan",
  "no-service",
  "silent",
  "stopping",
  "no-room",
  "next",
] as const;
export type CauseKind = (typeof causeKinds)[number];

/** A root with its reason; `help` is a command, absent where there is nothing to do but wait. */
export interface Cause {
  task: string;
  kind: CauseKind;
  why: string;
  help?: string;
  /** How many of the asked tasks wait for it. */
  holdsBack: number;
}

/** What is known besides the graph: `live` runs by task, and why ready tasks cannot be planned, by task. */
export interface Surroundings {
  service: ServiceView;
  live: ReadonlyMap<string, string>;
  unplannable: ReadonlyMap<string, string>;
}

/** The roots as causes, in their order. */
export function causesOf(chain: Chain, roots: readonly Root[], around: Surroundings): Cause[] {
  return roots.flatMap(({ task, kind, holdsBack }) => {
    const link = chain.get(task);
    return link === undefined ? [] : [{ task, ...causeOf(link, kind, around), holdsBack }];
  });
}

type Told = Pick<Cause, "kind" | "why" | "help">;

function causeOf(link: Link, kind: Root["kind"], around: Surroundings): Told {
  const { id, reason, hold } = link;
  switch (kind) {
    case "failed":
      return {
        kind,
        why: reason === undefined ? "failed" : `failed: ${firstLine(reason)}`,
        help: `wg retry ${id}`,
      };
    case "running": {
      const run = around.live.get(id);
      return {
        kind,
        why: run === undefined ? "is being worked on" : `runs: ${run}`,
        help: `wg logs ${id} -f`,
      };
    }
    case "held":
      return {
        kind,
        why: hold === undefined ? "held" : firstLine(holdText(hold)),
        help: hold === undefined ? `wg retry ${id}` : helpFor(id, hold.kind, around.service),
      };
    case "ready":
      return readyCause(id, around);
  }
}

/** Only a service has work assigned and looked at by itself. */
function helpFor(id: string, kind: HoldKind, service: ServiceView): string {
  const isForService = kind === "assign" || kind === "review";
  return isForService && service.kind === "none" ? "wg service start" : `${letGo[kind]} ${id}`;
}

/** What ends a hold before its time, or shows how far that is. */
const letGo: Record<HoldKind, string> = {
  retry: "wg retry",
  budget: "wg approve",
  merge: "wg merge",
  assign: "wg runs --task",
  review: "wg runs --task",
  gate: "wg approve",
};

/** Why a task that waits for nothing in the graph has not started. */
export function readyCause(task: string, { service, unplannable }: Omit<Surroundings, "live">): Told {
  const problem = unplannable.get(task);
  if (problem !== undefined) {
    return { kind: "cannot-plan", why: `cannot be planned: ${firstLine(problem)}`, help: "wg profile check" };
  }
  if (service.kind === "none")
    return { kind: "no-service", why: "no service runs", help: "wg service start" };
  if (service.kind === "silent") {
    return { kind: "silent", why: `the service does not answer: ${service.why}`, help: "wg service logs" };
  }
  const { stopping, maxAgents, inFlight } = service.status;
  if (stopping) return { kind: "stopping", why: "the service is stopping", help: "wg service start" };
  if (inFlight.length < maxAgents) return { kind: "next", why: "starts at the next look of the service" };
  return {
    kind: "no-room",
    why: `no room: ${inFlight.length} of ${maxAgents} agents are at work`,
    help: `wg config set service.max_agents ${maxAgents + 1}`,
  };
}

function firstLine(text: string): string {
  const [first = ""] = text.split("\n");
  return first.length > 200 ? `${first.slice(0, 199)}…` : first;
}
