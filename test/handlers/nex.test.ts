// The nex handler against the simulator: the contract, its tools, its limits, and how it is stopped.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Plan } from "../../src/graph/plan.ts";
import type { RunEvent, StopReason } from "../../src/handlers/handler.ts";
import { handlerFor } from "../../src/handlers/registry.ts";
import { runProcesses } from "../../src/handlers/sweep.ts";
import type { Rule, Step } from "../../src/simulate/script.ts";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import {
  type Behaviour,
  fakeSecret,
  handlerContract,
  makeRunPlace,
  type RunPlace,
  runJob,
  textsOf,
} from "../support/contract.ts";
import { fakeAgent } from "../support/fake-agent.ts";
import { chunk, nexJob, scripted } from "../support/nex.ts";

const contract = await startSimulator({
  script: {
    rules: [
      { match: { prompt: "behave: silent" }, fault: { hang: "after-headers" } },
      { match: { prompt: "behave: unicode" }, steps: [{ final: "naïve 漢字 🦀 e\u0301 \u2028 end" }] },
      {
        match: { prompt: "behave: leak" },
        steps: [{ shell: 'echo "$FAKE_SECRET"' }, { final: `the key is ${fakeSecret}` }],
      },
      { match: { prompt: "behave: done" }, steps: [{ final: "all done" }] },
      { steps: [{ shell: `exec "${process.execPath}" "${fakeAgent}"` }, { final: "all done" }] },
    ],
  },
});
afterAll(() => contract.close());

handlerContract({
  name: "nex",
  behaviours: ["done", "unicode", "flood", "silent", "stubborn", "hydra", "leftover", "leak", "missing"],
  job: (behaviour: Behaviour, place) => {
    const job = nexJob(place, contract.url, {
      prompt: `behave: ${behaviour}`,
      env: { FAKE_BEHAVIOUR: behaviour, FAKE_SECRET: { ref: "env:FAKE_SECRET" } },
    });
    if (behaviour === "missing") delete job.plan.endpoint;
    return job;
  },
});

let place: RunPlace;
let simulator: Simulator;
beforeEach(async () => {
  place = makeRunPlace();
  simulator = await startSimulator();
});
afterEach(async () => {
  await simulator.close();
  place.remove();
});

/** Runs a script of steps (or rules) to its end. */
async function played(steps: Step[], changes: Partial<Plan> = {}, rule: Omit<Rule, "steps"> = {}) {
  simulator.setScript({ rules: [{ steps, ...rule }] });
  return runJob(nexJob(place, simulator.url, changes));
}

/** What the model was told came of each call. */
function toldResults(): (string | undefined)[] {
  return simulator.requests.filter(({ step }) => (step ?? 0) > 0).map(({ toolResult }) => toolResult);
}

const inWork = (...parts: string[]) => path.join(place.cwd, ...parts);
const call = (tool: string, input: Record<string, unknown> | string): Step => ({
  call: { tool, input } as NonNullable<Step["call"]>,
});

describe("a task that goes well", () => {
  it("is worked on step by step, and told of as events", async () => {
    fs.writeFileSync(inWork("greet.py"), 'print("hello")\n');
    const usage = { input: 100, output: 10, cached: 60 };
    const { events, result } = await played(
      [
        { say: "I look.", ...call("list", {}) },
        call("read", { path: "greet.py" }),
        call("edit", { path: "greet.py", old_text: "hello", new_text: "hello, world" }),
        { write: { path: "notes/one.md", text: "# done\n" } },
        call("search", { pattern: "wor(ld)", files: "*.py" }),
        { shell: "cat greet.py; echo err >&2; exit 3" },
        { final: "changed the greeting" },
      ],
      {},
      { usage },
    );
    expect(result).toEqual({
      outcome: "done",
      summary: "changed the greeting",
      usage: { input: 700, output: 70, cached: 420 },
      cost: { source: "unknown" },
      turns: 7,
      servedModels: ["qwen"],
      servedBy: "answered",
      denials: 0,
    });
    expect(fs.readFileSync(inWork("greet.py"), "utf8")).toBe('print("hello, world")\n');
    expect(fs.readFileSync(inWork("notes", "one.md"), "utf8")).toBe("# done\n");
    expect(toldResults()).toEqual([
      "greet.py",
      'print("hello")',
      "changed greet.py in one place",
      "wrote notes/one.md, 1 lines",
      'greet.py:1: print("hello, world")',
      'error: print("hello, world")\nerr\n[exit code 3]',
    ]);
    expect(events.map(({ kind }) => kind).slice(0, 7)).toEqual([
      "started",
      "text",
      "usage",
      "model",
      "tool",
      "tool-result",
      "usage",
    ]);
    expect(events).toContainEqual({
      kind: "tool-result",
      id: expect.any(String),
      ok: false,
      output: expect.stringContaining("[exit code 3]"),
    });
    expect(textsOf(events)).toEqual(["I look.", "changed the greeting"]);
    expect(simulator.requests[0]).toMatchObject({
      path: "/v1/chat/completions",
      stream: true,
      model: "qwen",
      key: "none",
      prompt: "do it",
    });
  });

  it("keeps the whole conversation in the run's folder", async () => {
    await played([{ shell: "echo hi" }, { final: "done" }]);
    const log = fs
      .readFileSync(path.join(place.folder, "stream.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(log.map(({ role }) => role)).toEqual(["user", "assistant", "tool", "assistant"]);
  });

  it("uses the model's own name from the answer, whatever was asked for", async () => {
    const { events, result } = await played([{ final: "ok" }], {}, { echo_model: "tiny-model" });
    expect(result).toMatchObject({ servedModels: ["tiny-model"], servedBy: "answered" });
    expect(events).toContainEqual({ kind: "model", served: "tiny-model" });
  });

  it("finds the server by an url with and without /v1", async () => {
    for (const suffix of ["", "/", "/v1", "/team/v1"]) {
      const { result } = await runJob(
        nexJob(place, simulator.url, {
          endpoint: { name: "x", provider: "oai-compat", url: simulator.url + suffix },
        }),
      );
      expect(result.outcome).toBe("done");
    }
    expect(new Set(simulator.requests.map(({ path: asked }) => asked))).toEqual(
      new Set(["/v1/chat/completions", "/team/v1/chat/completions"]),
    );
  });

  it("makes several calls of one answer in their order", async () => {
    const two = [
      {
        index: 0,
        id: "a",
        type: "function",
        function: { name: "write", arguments: '{"path":"a","content":"1"}' },
      },
      {
        index: 1,
        id: "b",
        type: "function",
        function: { name: "shell", arguments: '{"command":"cat a; rm a"}' },
      },
    ];
    const server = await scripted([
      [chunk({ tool_calls: two }, "tool_calls")],
      [chunk({ content: "ok" }, "stop")],
    ]);
    const { result } = await runJob(nexJob(place, server.url));
    expect(result.outcome).toBe("done");
    expect(server.bodies[1]?.messages.slice(-2)).toEqual([
      { role: "tool", tool_call_id: "a", content: "wrote a, 1 lines" },
      { role: "tool", tool_call_id: "b", content: "1" },
    ]);
    await server.close();
  });
});

describe("a model that stumbles", () => {
  it("is told of unknown tools, broken JSON and wrong arguments, and may go on", async () => {
    const { result } = await played([
      call("bash", { command: "ls" }),
      call("shell", "{command: ls"),
      call("read", {}),
      call("read", { path: 7 }),
      call("read", { path: "none.txt" }),
      call("read", "[1]"),
      call("read", { path: "." }),
      call("edit", { path: "none.txt", old_text: "a", new_text: "b" }),
      call("search", { pattern: "(" }),
      call("read", { path: "a\0b" }),
      { final: "got there" },
    ]);
    expect(result).toMatchObject({ outcome: "done", summary: "got there", denials: 0 });
    const told = toldResults();
    expect(told[0]).toBe('error: there is no tool "bash"; you have: read, write, edit, list, search, shell');
    expect(told[1]).toMatch(/^error: the arguments are no JSON/);
    expect(told.slice(2, 8)).toEqual([
      "error: path is missing",
      "error: path is no text",
      "error: there is no such file or folder",
      "error: the arguments are no JSON object",
      "error: . is a folder; use list",
      "error: there is no such file or folder",
    ]);
    expect(told[8]).toMatch(/^error: SyntaxError/);
    expect(told[9]).toBe("error: a path cannot hold a NUL");
  });

  it("is stopped when it makes the same call with the same outcome again and again", async () => {
    const { events, result } = await played([{ shell: "echo same", repeat: 50 }]);
    expect(result).toMatchObject({
      outcome: "failed",
      failure: { class: "agent", message: "the model made the same call of shell 6 times in a row" },
      turns: 6,
    });
    expect(events.filter(({ kind }) => kind === "tool")).toHaveLength(6);
    expect(toldResults()[2]).toContain("this was the same call 3 times");
  });

  it("may make the same call while its outcome changes", async () => {
    const { result } = await played([{ shell: "echo x >> log; wc -l < log", repeat: 12 }, { final: "ok" }]);
    expect(result.outcome).toBe("done");
  });

  it("is stopped when none of its calls make sense", async () => {
    const steps = Array.from({ length: 20 }, (_, n) => call(`tool${n}`, {}));
    const { result } = await played(steps);
    expect(result).toMatchObject({ outcome: "failed", failure: { class: "agent" }, turns: 6 });
    expect(result.failure?.message).toContain("6 calls in a row made no sense");
  });

  it("is reminded when it says nothing, and stopped when it goes on so", async () => {
    const { events, result } = await played([{ final: "" }]);
    expect(result).toMatchObject({
      outcome: "failed",
      failure: { class: "agent", message: "the model gave no usable answer 3 times" },
      turns: 3,
    });
    expect(events.filter(({ kind }) => kind === "warning")).toHaveLength(2);
    expect(simulator.requests.at(-1)?.prompt).toMatch(/^Your answer was empty/);
  });

  it("is told to go on when the server cut its answer short", async () => {
    const server = await scripted([
      [chunk({ content: "I will" }, "length")],
      [chunk({ content: "ok" }, "stop")],
    ]);
    const { result } = await runJob(nexJob(place, server.url));
    expect(result).toMatchObject({ outcome: "done", summary: "ok" });
    expect(server.bodies[1]?.messages.at(-1)?.content).toMatch(/cut off by its token limit/);
    await server.close();
  });

  it("fails after its turns are used up", async () => {
    const limits = { timeoutMs: 60_000, hangAfterMs: 60_000, maxTurns: 4 };
    const { result } = await played([{ shell: "date +%N", repeat: 50 }], { limits });
    expect(result).toMatchObject({
      outcome: "failed",
      failure: { class: "agent", message: "not done after 4 turns" },
      turns: 4,
    });
  });

  it("is not quoted with its thoughts", async () => {
    const { result } = await played([{ final: "<think>hm, {{prompt}}?\n</think>\n\nThe answer is 4." }]);
    expect(result.summary).toBe("The answer is 4.");
  });
});

describe("the ground a run stands on", () => {
  it("is its working directory: nothing outside is read, written, edited, listed or searched", async () => {
    fs.writeFileSync(path.join(place.root, "secret.txt"), "treasure");
    fs.symlinkSync(place.root, inWork("up"));
    fs.symlinkSync(path.join(place.root, "new.txt"), inWork("dangling"));
    const outside = ["../secret.txt", path.join(place.root, "secret.txt"), "up/secret.txt", "/etc/passwd"];
    const writes = [
      "../new.txt",
      "up/new.txt",
      "up/a/b/new.txt",
      "dangling",
      path.join(place.root, "new.txt"),
      "a/../../new.txt",
    ];
    const { result } = await played(
      [
        ...outside.flatMap((name) => [
          call("read", { path: name }),
          call("edit", { path: name, old_text: "t", new_text: "x" }),
        ]),
        ...writes.map((name) => call("write", { path: name, content: "x" })),
        ...["..", "up", "/"].flatMap((name) => [
          call("list", { path: name }),
          call("search", { path: name, pattern: "treasure" }),
        ]),
        { final: "ok" },
      ],
      { limits: { timeoutMs: 60_000, hangAfterMs: 60_000, maxTurns: 50 } },
    );
    expect(result).toMatchObject({ outcome: "done", denials: outside.length * 2 + writes.length + 6 });
    expect(toldResults().every((told) => told?.includes("is outside the working directory"))).toBe(true);
    expect(fs.readdirSync(place.root).sort()).toEqual(["home", "run", "secret.txt", "tmp", "work"]);
    expect(fs.readFileSync(path.join(place.root, "secret.txt"), "utf8")).toBe("treasure");
  });

  it("with full permissions is everything but .wg", async () => {
    const file = path.join(place.root, "outside.txt");
    const { result } = await played(
      [{ write: { path: file, text: "x" } }, { write: { path: ".wg/graph.db", text: "x" } }, { final: "ok" }],
      { permissions: "full" },
    );
    expect(result).toMatchObject({ outcome: "done", denials: 1 });
    expect(fs.readFileSync(file, "utf8")).toBe("x");
    expect(toldResults()[1]).toContain("inside .wg, which belongs to wg");
    expect(fs.existsSync(inWork(".wg"))).toBe(false);
  });

  it("with read-only permissions has no tool that writes or runs", async () => {
    const { result } = await played(
      [
        { write: { path: "a", text: "x" } },
        call("shell", { command: "touch a" }),
        call("edit", { path: "a" }),
        call("list", {}),
        { final: "ok" },
      ],
      { permissions: "read-only" },
    );
    expect(simulator.requests[0]?.tools).toEqual(["read", "list", "search"]);
    // Where no tool fits, the simulator says so and is done.
    expect(result.summary).toMatch(/no tool offered fits/);
    const denied = await played(
      [
        call("shell", { command: "touch a" }),
        call("write", { path: "a", content: "" }),
        call("list", {}),
        { final: "ok" },
      ],
      {
        permissions: "read-only",
      },
    );
    expect(denied.result).toMatchObject({ outcome: "done", denials: 2 });
    expect(toldResults().slice(-3)).toEqual([
      "error: shell is not permitted in this run; you have: read, list, search",
      "error: write is not permitted in this run; you have: read, list, search",
      "(empty)",
    ]);
    expect(fs.existsSync(inWork("a"))).toBe(false);
  });
});

describe("the key of the endpoint", () => {
  const endpoint = () => ({
    name: "x",
    provider: "oai-compat" as const,
    url: simulator.url,
    keyRef: "env:MY_KEY",
  });

  it("goes to the server and nowhere else", async () => {
    simulator.setScript({
      rules: [{ steps: [{ shell: "env; cat /proc/self/environ" }, { final: "{{result}}" }] }],
    });
    const job = nexJob(place, simulator.url, {
      endpoint: endpoint(),
      env: { COPY: { ref: "env:MY_KEY" }, PIN: "planned" },
    });
    const env = { ...job.env, MY_KEY: "sk-very-secret-key", OPENAI_API_KEY: "stray", WG_TASK: "t1" };
    const { events, result } = await runJob({ ...job, env });
    expect(result.outcome).toBe("done");
    expect(simulator.requests.every(({ key }) => key !== "none")).toBe(true);
    const said = JSON.stringify([
      events,
      fs.readdirSync(place.folder).map((name) => fs.readFileSync(path.join(place.folder, name), "utf8")),
    ]);
    expect(said).not.toContain("very-secret");
    expect(said).not.toContain("MY_KEY");
    expect(said).not.toContain("stray");
    expect(result.summary).toContain("PIN=planned");
    expect(result.summary).toContain("WG_TASK=t1");
  });

  it("is missed before anything is asked", async () => {
    const { result } = await runJob(nexJob(place, simulator.url, { endpoint: endpoint() }));
    expect(result).toMatchObject({ outcome: "failed", failure: { class: "auth" } });
    expect(result.failure?.message).toContain("env:MY_KEY has no value");
    expect(simulator.requests).toEqual([]);
  });
});

it("an earlier session is refused where none is kept", async () => {
  const { result } = await runJob(nexJob(place, simulator.url, { resume: "s1" }));
  expect(result).toMatchObject({ outcome: "failed", failure: { class: "bad-request" } });
  expect(simulator.requests).toEqual([]);
});

describe("an abort", () => {
  const reason: StopReason = { outcome: "timed-out", failure: { class: "hang", message: "enough" } };

  async function abortedAt(isTime: (event: RunEvent) => boolean, extraMs = 0) {
    const job = nexJob(place, simulator.url);
    let abortedAtMs = 0;
    const { result, events } = await runJob(job, (event, abort) => {
      if (abortedAtMs > 0 || !isTime(event)) return;
      abortedAtMs = performance.now();
      setTimeout(() => {
        abortedAtMs = performance.now();
        abort(reason);
      }, extraMs);
    });
    expect(performance.now() - abortedAtMs).toBeLessThan(5000);
    expect(result).toMatchObject(reason);
    expect(runProcesses(job.plan.run)).toEqual([]);
    return { result, events };
  }

  it("ends a stream", async () => {
    simulator.setScript({ rules: [{ chunk_delay_ms: 100, steps: [{ final: "word ".repeat(1000) }] }] });
    await abortedAt(({ kind }) => kind === "started", 300);
  });

  it("ends a pause between two tries", async () => {
    simulator.setScript({ rules: [{ fault: { status: 429, retry_after: 10 } }] });
    await abortedAt(({ kind }) => kind === "retry", 50);
  });

  it("ends a command with all it started, and keeps what was used so far", async () => {
    const usage = { input: 9, output: 1 };
    simulator.setScript({
      rules: [{ usage, steps: [{ shell: "(trap '' TERM; setsid sleep 600) & sleep 600" }] }],
    });
    const { result } = await abortedAt(({ kind }) => kind === "tool", 500);
    expect(result).toMatchObject({
      turns: 1,
      usage: { input: 9, output: 1, cached: 0 },
      servedModels: ["qwen"],
    });
  });
});

it("a reader that turns away ends the request that is under way", async () => {
  let isClosed = () => {};
  const closed = new Promise<void>((resolve) => {
    isClosed = resolve;
  });
  const server = await scripted([
    (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const timer = setInterval(() => response.write(chunk({ content: "a line\n" })), 50);
      response.on("close", () => {
        clearInterval(timer);
        isClosed();
      });
    },
  ]);
  const handler = await handlerFor("nex");
  for await (const event of handler.run(nexJob(place, server.url), new AbortController().signal)) {
    if (event.kind === "text") break;
  }
  await closed;
  await server.close();
});

it("a call that was cut off by the token limit is told so", async () => {
  const cutCall = {
    tool_calls: [{ index: 0, id: "a", function: { name: "write", arguments: '{"path":"a","conte' } }],
  };
  const server = await scripted([[chunk(cutCall, "length")], [chunk({ content: "ok" }, "stop")]]);
  const { result } = await runJob(nexJob(place, server.url));
  expect(result.outcome).toBe("done");
  expect(server.bodies[1]?.messages.at(-1)?.content).toMatch(
    /^error: the arguments are no JSON[\s\S]*make shorter calls\]$/,
  );
  expect(server.bodies[1]?.messages.at(-2)).toMatchObject({
    tool_calls: [{ function: { arguments: "{}" } }],
  });
  await server.close();
});

it("a conversation that outgrew the model goes on with shorter tool results", async () => {
  fs.writeFileSync(inWork("long"), "x".repeat(3000));
  const read = {
    tool_calls: [{ index: 0, id: "a", function: { name: "read", arguments: '{"path":"long"}' } }],
  };
  const tooLong = JSON.stringify({
    error: { message: "the request exceeds the available context size", code: 400 },
  });
  const server = await scripted([[chunk(read, "tool_calls")], tooLong, [chunk({ content: "ok" }, "stop")]]);
  const { events, result } = await runJob(nexJob(place, server.url));
  expect(result).toMatchObject({ outcome: "done", turns: 2 });
  expect(events).toContainEqual({
    kind: "warning",
    message: expect.stringContaining("tool results were shortened"),
  });
  expect(server.bodies[1]?.messages.at(-1)?.content).toMatch(/^x{3000}$/);
  expect(server.bodies[2]?.messages.at(-1)?.content.length).toBeLessThan(300);
  await server.close();
});

it("a long answer is told while it comes", async () => {
  simulator.setScript({ rules: [{ chunk_delay_ms: 60, steps: [{ final: "line of text\n".repeat(40) }] }] });
  const { events, result } = await runJob(nexJob(place, simulator.url));
  const texts = textsOf(events);
  expect(texts.length).toBeGreaterThan(2);
  expect(texts.join("\n").trim()).toBe("line of text\n".repeat(40).trim());
  expect(result.summary).toBe("line of text\n".repeat(40).trim());
});
