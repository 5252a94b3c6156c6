// Each reason why a task does not start has its sentence, and the one command that would help.
import { describe, expect, it } from "vitest";
import type { Chain, Link, Root } from "../graph/chain.ts";
import type { ServiceStatus } from "../ipc/protocol.ts";
import { type Cause, causesOf, type Surroundings } from "./roots.ts";
import type { ServiceView } from "./service-view.ts";

const link: Link = { id: "a", title: "A", status: "open", waitsFor: [] };
const bare: Surroundings = { service: { kind: "none" }, live: new Map(), unplannable: new Map() };

function cause(
  kind: Root["kind"],
  more: Partial<Link>,
  around: Partial<Surroundings> = {},
): Cause | undefined {
  const chain: Chain = new Map([["a", { ...link, ...more }]]);
  return causesOf(chain, [{ task: "a", kind, holdsBack: 2 }], { ...bare, ...around })[0];
}

function running(status: Partial<ServiceStatus>): ServiceView {
  const whole: Partial<ServiceStatus> = {
    stopping: false,
    maxAgents: 1,
    inFlight: [],
    waiting: [],
    ...status,
  };
  // Nothing else of a status is looked at.
  return { kind: "running", status: whole as ServiceStatus };
}

const run = { run: "r-1", task: "z" } as ServiceStatus["inFlight"][number];

describe("a cause", () => {
  it("that is a failure says what failed, in one line, and that it can be tried again", () => {
    expect(cause("failed", { status: "failed", reason: "exit 3\nmore" })).toEqual({
      task: "a",
      kind: "failed",
      why: "failed: exit 3",
      help: "wg retry a",
      holdsBack: 2,
    });
  });

  it("that is at work names its run", () => {
    const live = new Map([["a", "r-1"]]);
    expect(cause("running", { status: "in-progress" }, { live })).toMatchObject({
      why: "runs: r-1",
      help: "wg logs a -f",
    });
  });

  it("that is held says until when and for what", () => {
    const hold = {
      kind: "retry",
      reason: "quota: later",
      since: "s",
      until: "2026-11-23T12:00:00.000Z",
    } as const;
    expect(cause("held", { hold })).toMatchObject({
      why: "held until 2026-11-23T12:00:00Z (quota: later)",
      help: "wg retry a",
    });
  });

  it.each<["review" | "gate", ServiceView, string]>([
    ["review", { kind: "none" }, "wg service start"],
    ["review", running({}), "wg runs --task a"],
    ["gate", { kind: "none" }, "wg approve a"],
  ])("that is held for a %s is helped by what there is", (kind, service, help) => {
    const hold = { kind, reason: "scored 0.5", since: "s" };
    expect(cause("held", { hold }, { service })).toMatchObject({ help });
  });

  it.each<[string, Partial<Surroundings>, Partial<Cause>]>([
    ["there is no service", {}, { kind: "no-service", help: "wg service start" }],
    ["the service hangs", { service: { kind: "silent", why: "slow" } }, { kind: "silent" }],
    ["it is stopping", { service: running({ stopping: true }) }, { kind: "stopping" }],
    [
      "all agents are at work",
      { service: running({ inFlight: [run] }) },
      { kind: "no-room", help: "wg config set service.max_agents 2" },
    ],
    [
      "no plan can be made",
      { service: running({}), unplannable: new Map([["a", "no endpoint"]]) },
      { kind: "cannot-plan", why: "cannot be planned: no endpoint" },
    ],
  ])("that could start does not where %s", (_, around, expected) => {
    expect(cause("ready", {}, around)).toMatchObject(expected);
  });

  it("that is about to start needs nobody's help", () => {
    expect(cause("ready", {}, { service: running({}) })).toEqual({
      task: "a",
      kind: "next",
      why: "starts at the next look of the service",
      holdsBack: 2,
    });
  });
});
