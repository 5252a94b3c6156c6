// The demo says only what holds: each way in which it could not is told.
import { describe, expect, it } from "vitest";
import type { Run } from "../graph/run.ts";
import type { SeenRequest } from "../simulate/seen.ts";
import { brokenClaims, type Facts, type Switch } from "./claims.ts";
import { wrapped } from "./stage.ts";

const at = (second: number) => `2026-11-23T12:00:${String(second).padStart(2, "0")}.000Z`;
const claude = { profile: "claude", revision: "aaa" };
const codex = { profile: "codex", revision: "bbb" };

function run(task: string, on: typeof claude, from: number, to: number, more: Partial<Run> = {}): Run {
  const model = on === claude ? "claude-opus-5-5" : "gpt-5.5";
  return {
    id: `r-${task}`,
    task,
    role: "worker",
    status: "ended",
    attempt: 1,
    ...on,
    route: `${on.profile}:${on === claude ? "opus" : model}`,
    service: "service 1",
    leaseUntil: at(59),
    claimedAt: at(from),
    startedAt: at(from),
    endedAt: at(to),
    resolvedModel: model,
    servedModels: [model],
    result: {
      outcome: "done",
      summary: "",
      usage: { input: 0, output: 0, cached: 0 },
      cost: { source: "unknown" },
      turns: 1,
      servedModels: [model],
      servedBy: "answered",
      denials: 0,
    },
    ...more,
  };
}

function request(task: string, on: typeof claude, model: string, served = model): SeenRequest {
  const prompt = `# Task ${task}: whatever`;
  const path = `/${on.profile}/v1/messages`;
  return {
    n: 1,
    at: at(1),
    method: "POST",
    path,
    key: "none",
    model,
    served,
    prompt,
    answer: "text",
    status: 200,
  };
}

const change: Switch = {
  task: "survey",
  before: claude,
  after: codex,
  calledAt: at(10),
  returnedAt: at(11),
};

function facts(changes: Partial<Facts> = {}): Facts {
  return {
    runs: [run("survey", claude, 5, 20), run("parser", codex, 12, 15)],
    switches: [change],
    requests: [request("survey", claude, "claude-opus-5-5"), request("parser", codex, "gpt-5.5")],
    ...changes,
  };
}

describe("the demo's claims", () => {
  it("hold when everything is as it should be", () => {
    expect(brokenClaims(facts())).toEqual([]);
  });

  it("hold without a served name where the handler is told none", () => {
    const silent = run("parser", codex, 12, 15, { servedModels: [] });
    expect(brokenClaims(facts({ runs: [run("survey", claude, 5, 20), silent] }))).toEqual([]);
  });

  const survey = run("survey", claude, 5, 20);
  const parser = run("parser", codex, 12, 15);
  const requests = facts().requests;
  it.each<[string, Partial<Facts>, RegExp]>([
    [
      "a run moved to the new profile",
      { runs: [{ ...survey, ...codex }, parser] },
      /survey did not stay on claude@aaa/,
    ],
    [
      "a run ended before the switch was made",
      { runs: [{ ...survey, endedAt: at(9) }, parser] },
      /was not in flight/,
    ],
    [
      "a run began after the switch was called",
      { runs: [{ ...survey, startedAt: at(11) }, parser] },
      /was not in flight/,
    ],
    [
      "a later claim is on the old profile",
      { runs: [survey, { ...parser, ...claude }] },
      /parser was claimed under codex@bbb/,
    ],
    [
      "a later claim is on another revision",
      { runs: [survey, { ...parser, revision: "ccc" }] },
      /ran on codex@ccc/,
    ],
    ["the switch changed nothing", { switches: [{ ...change, after: claude }] }, /changed nothing/],
    ["a run has no result", { runs: [survey, omitResult(parser)] }, /parser was not done/],
    ["a model server saw nothing", { requests: requests.slice(1) }, /no request of survey/],
    [
      "a request went to another endpoint",
      { requests: [...requests, request("survey", codex, "claude-opus-5-5")] },
      /survey on claude asked \/codex\//,
    ],
    [
      "a request was for another model",
      { requests: [...requests, request("survey", claude, "haiku")] },
      /asked for haiku/,
    ],
    [
      "another model answered than the run says",
      {
        requests: [requests[0], request("parser", codex, "gpt-5.5", "gpt-4")].filter(
          (one) => one !== undefined,
        ),
      },
      /parser was answered by gpt-4/,
    ],
  ])("do not hold when %s", (_, changes, complaint) => {
    expect(brokenClaims(facts(changes)).join("\n")).toMatch(complaint);
  });
});

it("text is broken between words, and only there", () => {
  expect(wrapped("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrapped("unbreakable is long", 5)).toEqual(["unbreakable", "is", "long"]);
});

function omitResult({ result: _, ...rest }: Run): Run {
  return rest;
}
