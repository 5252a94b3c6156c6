// The acp handler: the contract with a stand-in, and turns with a small agent that does what a test tells it to.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Plan } from "../../src/graph/plan.ts";
import type { Job } from "../../src/handlers/handler.ts";
import {
  fakeSecret,
  handlerContract,
  makeJob,
  makeRunPlace,
  type RunPlace,
  runJob,
  textsOf,
} from "../support/contract.ts";
import { allBehaviours, fakeAgent } from "../support/fake-agent.ts";

handlerContract({
  name: "acp",
  // Its stdin is the way it is talked to, and stays open until its turn is over.
  behaviours: allBehaviours.filter((behaviour) => behaviour !== "no-input"),
  job: (behaviour, place) =>
    makeJob(place, "acp", {
      route: routeTo(behaviour === "missing" ? path.join(place.root, "nowhere") : fakeAgent),
      env: {
        FAKE_DIALECT: "acp",
        FAKE_BEHAVIOUR: behaviour,
        FAKE_SECRET: { ref: "env:FAKE_SECRET" },
      },
    }),
});

const agent = path.resolve(import.meta.dirname, "..", "fixtures", "acp-agent.mjs");

let place: RunPlace;
let heardFile: string;
beforeEach(() => {
  place = makeRunPlace();
  heardFile = path.join(place.root, "heard.jsonl");
});
afterEach(() => place.remove());

function routeTo(command: string, model = "") {
  return { handler: "acp" as const, model, command };
}

/** A job for the agent with that script; `model` is asked for in the route. */
function job(script: object, changes: Partial<Plan> = {}, model = ""): Job {
  const env = { FAKE_ACP: JSON.stringify(script), FAKE_HEARD: heardFile };
  return makeJob(place, "acp", {
    route: routeTo(agent, model),
    ...changes,
    env: { ...env, ...changes.env },
  });
}

function heard(): { method?: string; params: Record<string, unknown> }[] {
  const lines = fs.readFileSync(heardFile, "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line));
}

function methods(): (string | undefined)[] {
  return heard().map(({ method }) => method);
}

const says = (text: string, more = {}) => ({
  update: { sessionUpdate: "agent_message_chunk", content: { type: "text", text }, ...more },
});
const done = { stop: "end_turn" };
const asking = {
  modes: {
    currentModeId: "yolo",
    availableModes: [
      { id: "yolo", name: "Yolo" },
      { id: "default", name: "Default" },
    ],
  },
};

describe("a turn", () => {
  it("pieces of a message are told as one text, thoughts not at all, tools with what came of them", async () => {
    const turn = [
      { update: { sessionUpdate: "agent_thought_chunk", content: { type: "text", text: "hm" } } },
      says("I lo", { messageId: "a" }),
      says("ok.", { messageId: "a" }),
      says("Now.", { messageId: "b" }),
      {
        update: {
          sessionUpdate: "tool_call",
          toolCallId: "t1",
          title: "List",
          kind: "execute",
          status: "pending",
        },
      },
      { update: { sessionUpdate: "tool_call_update", toolCallId: "t1", rawInput: { command: "ls" } } },
      { update: { sessionUpdate: "tool_call_update", toolCallId: "t1", status: "in_progress" } },
      {
        update: {
          sessionUpdate: "tool_call_update",
          toolCallId: "t1",
          status: "failed",
          content: [{ type: "content", content: { type: "text", text: "no such file" } }],
        },
      },
      {
        update: {
          sessionUpdate: "usage_update",
          used: 10,
          size: 100,
          cost: { amount: 0.25, currency: "USD" },
        },
      },
      says("all done"),
      done,
    ];
    const usage = { totalTokens: 160, inputTokens: 100, outputTokens: 20, cachedReadTokens: 40 };
    const { events, result } = await runJob(job({ session: asking, turn, usage }));
    expect(textsOf(events)).toEqual(["I look.", "Now.", "all done"]);
    expect(events).toContainEqual({ kind: "tool", id: "t1", name: "execute", input: '{"command":"ls"}' });
    expect(events).toContainEqual({ kind: "tool-result", id: "t1", ok: false, output: "no such file" });
    expect(result).toMatchObject({
      outcome: "done",
      summary: "all done",
      sessionId: "s-1",
      usage: { input: 140, output: 20, cached: 40 },
      cost: { usd: 0.25, source: "reported" },
      servedModels: [],
      servedBy: "requested-only",
    });
  });

  it("whoever watches hears each piece at once", async () => {
    const pieces: string[] = [];
    const watched = {
      ...job({ turn: [says("one "), says("two"), done] }),
      onText: (piece: string) => pieces.push(piece),
    };
    await runJob(watched);
    expect(pieces.join("")).toBe("one two");
  });

  it("what is to be said first is said in a new session alone", async () => {
    const said = () => heard().findLast(({ method }) => method === "session/prompt")?.params["prompt"];
    await runJob({ ...job({}), preamble: "you are here" });
    expect(said()).toEqual([
      { type: "text", text: "you are here" },
      { type: "text", text: "do it" },
    ]);
    await runJob({ ...job({ agent: { loadSession: true } }, { resume: "s-0" }), preamble: "you are here" });
    expect(said()).toEqual([{ type: "text", text: "do it" }]);
  });

  it("a secret that comes in two pieces is told in none", async () => {
    const [head, tail] = [fakeSecret.slice(0, 9), fakeSecret.slice(9)];
    const pieces: string[] = [];
    const leaking = job(
      { turn: [says(`key ${head}`), says(tail), done] },
      { env: { K: { ref: "env:FAKE_SECRET" } } },
    );
    const { events, result } = await runJob({ ...leaking, onText: (piece) => pieces.push(piece) });
    expect(result.summary).toBe("key ***");
    expect(JSON.stringify(events)).not.toContain(fakeSecret);
    expect(pieces.join("")).toBe("key ***");
    const stream = fs.readFileSync(path.join(place.folder, "stream.jsonl"), "utf8");
    expect(stream).toContain("(9 characters)");
    expect(stream).not.toContain(head);
  });

  it("an agent that does not end with its input is ended, and its turn was done", async () => {
    const { result } = await runJob(job({ stays: true, turn: [says("all done"), done] }));
    expect(result).toMatchObject({ outcome: "done", summary: "all done" });
  });

  it("an abort cancels the prompt before anything is ended", async () => {
    const { result } = await runJob(
      job({ turn: [says("at it"), { update: {} }, { wait: true }] }),
      (event, abort) => {
        if (event.kind === "session") setTimeout(abort, 300);
      },
    );
    expect(result).toMatchObject({ outcome: "cancelled", failure: { class: "killed" } });
    expect(methods().at(-1)).toBe("session/cancel");
  });

  it("what was said meanwhile is prompted before the run ends, and all of it is counted", async () => {
    const words = ["and the docs too"];
    const inbox = { take: () => words.shift(), hookCommand: () => "" };
    const usage = { totalTokens: 12, inputTokens: 10, outputTokens: 2 };
    const { result } = await runJob({ ...job({ turn: [says("done"), done], usage }), inbox });
    const prompts = heard().filter(({ method }) => method === "session/prompt");
    expect(prompts.map(({ params }) => params["prompt"])).toEqual([
      [{ type: "text", text: "do it" }],
      [{ type: "text", text: "and the docs too" }],
    ]);
    expect(result).toMatchObject({ outcome: "done", usage: { input: 20, output: 4, cached: 0 } });
  });

  it("wg serves neither files nor terminals", async () => {
    const turn = [
      {
        request: "fs/write_text_file",
        params: { sessionId: "s-1", path: path.join(place.cwd, "a"), content: "x" },
      },
      { request: "terminal/create", params: { sessionId: "s-1", command: "true" } },
      done,
    ];
    const { events } = await runJob(job({ turn }));
    expect(textsOf(events).join()).toBe("fs/write_text_file: -32601terminal/create: -32601");
    expect(heard()[0]?.params["clientCapabilities"]).toEqual({
      fs: { readTextFile: false, writeTextFile: false },
      terminal: false,
    });
    expect(fs.existsSync(path.join(place.cwd, "a"))).toBe(false);
  });
});

describe("permissions", () => {
  const ask = (kind: string, more = {}) => ({ ask: { toolCallId: `t-${kind}`, title: kind, kind, ...more } });
  const inPlace = (name: string) => ({ locations: [{ path: path.join(place.cwd, name) }] });

  /** What was answered to each question, in order, and what was counted and told as denied. */
  async function asked(permissions: Plan["permissions"], turn: object[]) {
    const { events, result } = await runJob(job({ session: asking, turn: [...turn, done] }, { permissions }));
    const warnings = events.flatMap((event) => (event.kind === "warning" ? [event.message] : []));
    return { answers: textsOf(events), denials: result.denials, warnings };
  }

  it("a workspace run edits inside its working directory alone, and runs commands", async () => {
    fs.symlinkSync(place.home, path.join(place.cwd, "link"));
    const found = await asked("workspace", [
      ask("edit", inPlace("a.txt")),
      ask("edit", { content: [{ type: "diff", path: "b.txt", newText: "" }] }),
      ask("edit", { locations: [{ path: "/etc/passwd" }] }),
      ask("move", { ...inPlace("a.txt"), rawInput: { destination: "../b.txt" } }),
      ask("delete", inPlace("link/x")),
      ask("edit", inPlace(".wg/graph.db")),
      ask("edit"),
      ask("execute", { rawInput: { command: "ls" } }),
      ask("read", { locations: [{ path: "/etc/hosts" }] }),
      ask("other"),
    ]);
    const [once, no] = ["answered once", "answered no"];
    expect(found.answers).toEqual([once, once, no, no, no, no, no, once, once, no]);
    expect(found.denials).toBe(6);
    expect(found.warnings[0]).toBe("not permitted: edit (/etc/passwd is outside the working directory)");
  });

  it("a read-only run only looks, and only at its working directory", async () => {
    const { answers } = await asked("read-only", [
      ask("read", inPlace("a.txt")),
      ask("search"),
      ask("read", { locations: [{ path: "/etc/hosts" }] }),
      ask("edit", inPlace("a.txt")),
      ask("execute"),
      ask("fetch"),
    ]);
    const [once, no] = ["answered once", "answered no"];
    expect(answers).toEqual([once, once, no, no, no, no]);
  });

  it("a full run has no limit, and nothing is allowed for good", async () => {
    const { answers, denials } = await asked("full", [
      ask("edit", { locations: [{ path: "/etc/passwd" }] }),
      ask("other"),
    ]);
    expect(answers).toEqual(["answered once", "answered once"]);
    expect(denials).toBe(0);
  });

  it("a question without an option to say no is called off", async () => {
    const options = [{ optionId: "yes", name: "Yes", kind: "allow_once" }];
    const { answers, denials } = await asked("workspace", [{ ...ask("other"), options }]);
    expect(answers).toEqual(["answered nothing"]);
    expect(denials).toBe(1);
  });

  it("an agent that gives up without a word where it was told no is not done", async () => {
    const turn = [says("I begin"), ask("other"), done];
    const silent = await runJob(job({ session: asking, turn, quiet: true }));
    expect(silent.result).toMatchObject({
      outcome: "failed",
      failure: { class: "agent", message: expect.stringContaining("went no further: not permitted: other") },
    });
    const goesOn = await runJob(
      job({ session: asking, turn: [...turn.slice(0, 2), says("then not"), done] }),
    );
    expect(goesOn.result.outcome).toBe("done");
  });

  it("the agent is put into a mode in which it asks", async () => {
    await runJob(job({ session: asking }));
    expect(heard().find(({ method }) => method === "session/set_mode")?.params).toEqual({
      sessionId: "s-1",
      modeId: "default",
    });
  });

  it("without such a mode a workspace run is warned of, and a read-only one refused", async () => {
    const { events, result } = await runJob(job({}));
    expect(result.outcome).toBe("done");
    expect(events.find((event) => event.kind === "warning")).toMatchObject({
      message: expect.stringContaining("no mode in which it asks"),
    });
    const refused = await runJob(job({}, { permissions: "read-only" }));
    expect(refused.result).toMatchObject({ outcome: "failed", failure: { class: "spawn" } });
    expect(methods()).not.toContain("session/cancel");
  });
});

describe("the model", () => {
  const option = {
    id: "model",
    name: "Model",
    category: "model",
    type: "select",
    currentValue: "small",
    options: [
      { value: "small", name: "Small One" },
      { value: "vendor/big-2", name: "Big Two" },
    ],
  };
  const listed = {
    currentModelId: "$x|small",
    availableModels: [
      { modelId: "$x|small", name: "small" },
      { modelId: "$x|big", name: "big" },
    ],
  };

  it("is chosen by the session's configuration", async () => {
    const { result } = await runJob(job({ session: { configOptions: [option] } }, {}, "big two"));
    expect(result).toMatchObject({ outcome: "done", resolvedModel: "big two" });
    const set = heard().find(({ method }) => method === "session/set_config_option");
    expect(set?.params).toMatchObject({ configId: "model", value: "vendor/big-2" });
  });

  it("is chosen from the list of an older agent", async () => {
    const { result } = await runJob(job({ session: { models: listed } }, {}, "big"));
    expect(result).toMatchObject({ outcome: "done", resolvedModel: "big" });
    expect(heard().find(({ method }) => method === "session/set_model")?.params).toMatchObject({
      modelId: "$x|big",
    });
  });

  it("is the agent's own where none is asked for, and is told", async () => {
    const { events, result } = await runJob(job({ session: { models: listed } }));
    expect(result.resolvedModel).toBe("$x|small");
    expect(events).toContainEqual({ kind: "model", resolved: "$x|small" });
    expect(methods()).toEqual(["initialize", "session/new", "session/prompt"]);
  });

  it("that the agent does not have is refused with those it has, before anything is prompted", async () => {
    const { result } = await runJob(job({ session: { configOptions: [option] } }, {}, "huge"));
    expect(result).toMatchObject({
      outcome: "failed",
      failure: {
        class: "bad-request",
        message: 'the agent has no model "huge"\nhint: it has small, vendor/big-2',
      },
    });
    expect(methods()).not.toContain("session/prompt");
  });

  it("of an agent that lets none be chosen cannot be planned", async () => {
    const { result } = await runJob(job({}, {}, "big"));
    expect(result).toMatchObject({ outcome: "failed", failure: { class: "spawn" } });
  });

  it("that the agent changes to while it works is told", async () => {
    const changed = {
      sessionUpdate: "config_option_update",
      configOptions: [{ ...option, currentValue: "small" }],
    };
    const script = { session: { configOptions: [option] }, turn: [{ update: changed }, done] };
    const { events, result } = await runJob(job(script, {}, "vendor/big-2"));
    expect(events.filter((event) => event.kind === "model")).toEqual([
      { kind: "model", resolved: "vendor/big-2" },
      { kind: "model", resolved: "small" },
    ]);
    expect(result.resolvedModel).toBe("small");
  });
});

describe("an earlier session", () => {
  const before = [
    says("said before").update,
    { sessionUpdate: "user_message_chunk", content: { text: "asked before" } },
  ];
  const turn = [says("and now"), done];

  it("is gone on with, and not told again", async () => {
    const script = { agent: { loadSession: true }, before, turn };
    const { events, result } = await runJob(job(script, { resume: "s-0" }));
    expect(textsOf(events)).toEqual(["and now"]);
    expect(result).toMatchObject({ outcome: "done", sessionId: "s-0", cost: { source: "unknown" } });
    expect(methods()).toEqual(["initialize", "session/load", "session/prompt"]);
  });

  it("is resumed where the agent can, so that nothing is replayed", async () => {
    const script = { agent: { loadSession: true, sessionCapabilities: { resume: {} } }, turn };
    await runJob(job(script, { resume: "s-0" }));
    expect(methods()).toEqual(["initialize", "session/resume", "session/prompt"]);
  });

  it("that the agent cannot have, or does not know, is a failure of class spawn", async () => {
    const cannot = await runJob(job({}, { resume: "s-0" }));
    expect(cannot.result.failure).toMatchObject({
      class: "spawn",
      message: expect.stringContaining("cannot go on"),
    });
    const errors = { "session/load": { code: -32002, message: "Resource not found" } };
    const unknown = await runJob(job({ agent: { loadSession: true }, errors }, { resume: "s-0" }));
    expect(unknown.result.failure).toMatchObject({
      class: "spawn",
      message: expect.stringContaining("does not know"),
    });
  });
});

describe("what goes wrong", () => {
  const internal = (message: string, data?: object) => ({ code: -32603, message, ...(data && { data }) });

  it.each([
    ["auth", { code: -32000, message: "Authentication required" }],
    ["auth", internal("Internal error", { details: "401 bad key" })],
    ["quota", internal("API Error: Request rejected (429) - slow down", { errorKind: "rate_limit" })],
    ["server", internal("Internal error: API Error: 529 overloaded")],
    ["unreachable", internal("Internal error", { details: "fetch failed" })],
    ["unreachable", internal("connect ECONNREFUSED 127.0.0.1:443")],
    ["bad-request", internal("Internal error", { details: "got status: 404 Not Found" })],
    ["agent", internal("Internal error")],
  ])("a prompt that ends in an error is of class %s", async (failureClass, error) => {
    const { result } = await runJob(job({ errors: { "session/prompt": error } }));
    expect(result).toMatchObject({ outcome: "failed", failure: { class: failureClass } });
  });

  it.each(["max_tokens", "max_turn_requests", "refusal", "cancelled", "something_new"])(
    "a turn that ends with %s is not done",
    async (stop) => {
      const { result } = await runJob(job({ turn: [says("half"), { stop }] }));
      expect(result).toMatchObject({ outcome: "failed", failure: { class: "agent" }, summary: "half" });
    },
  );

  it("a key of the environment that the agent misses is named", async () => {
    const wants = job({ errors: { "session/new": { code: -32000, message: "Authentication required" } } });
    const { result } = await runJob({ ...wants, env: { ...wants.env, OPENAI_API_KEY: "sk-stray" } });
    expect(result.failure?.message).toContain(
      'handlers.acp.env.OPENAI_API_KEY = { ref = "env:OPENAI_API_KEY" }',
    );
  });

  it("another version of the protocol is not guessed at", async () => {
    const { result } = await runJob(job({ version: 2 }));
    expect(result.failure).toEqual({
      class: "spawn",
      message: "the agent speaks version 2 of ACP, and wg version 1",
    });
  });

  it("an agent that dies in its turn is a failure with its exit code", async () => {
    const { result } = await runJob(job({ turn: [says("oh"), { exit: 7 }] }));
    expect(result).toMatchObject({ failure: { class: "agent" }, exitCode: 7 });
  });

  it("a program that only repeats what it hears is no agent", async () => {
    const { result } = await runJob(makeJob(place, "acp", { route: routeTo("cat") }));
    expect(result).toMatchObject({ outcome: "failed", failure: { class: "spawn" } });
  });

  it("a program that never opens a session is given up", async () => {
    const limits = { timeoutMs: 60_000, hangAfterMs: 700, maxTurns: 5 };
    const { result } = await runJob(job({ silent: ["session/new"] }, { limits }));
    expect(result.failure).toMatchObject({
      class: "spawn",
      message: expect.stringContaining("not ready within"),
    });
  });
});
