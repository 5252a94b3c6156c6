// Real work by the real CLIs: files written, permissions held, secrets kept, sessions resumed, trees ended.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sha256 } from "../../src/base/canonical.ts";
import type { RunEvent } from "../../src/handlers/handler.ts";
import { runProcesses } from "../../src/handlers/sweep.ts";
import {
  type Agent,
  modelOf,
  plannedKey,
  plannedKeyMark,
  type Rehearsal,
  startProxy,
  startRehearsal,
} from "../support/agents.ts";
import { runJob, textsOf } from "../support/contract.ts";

let rehearsal: Rehearsal;
beforeEach(async () => {
  rehearsal = await startRehearsal();
});
afterEach(() => rehearsal.end());

/** What the newest tool result told the server. */
function lastResult(): string {
  return rehearsal.simulator.requests.findLast((seen) => seen.toolResult !== undefined)?.toolResult ?? "";
}

/** What tools answered, in order. */
function outputsOf(events: readonly RunEvent[]): string[] {
  return events.filter((event) => event.kind === "tool-result").map((event) => event.output);
}

function script(steps: object[]): void {
  rehearsal.simulator.setScript({ rules: [{ steps }] });
}

function exists(...parts: string[]): boolean {
  return fs.existsSync(path.join(rehearsal.place.root, ...parts));
}

const resolved: Record<Agent, string> = { claude: "claude-opus-5-5", codex: "gpt-5.5" };

describe.each(["claude", "codex"] as const)("%s", (agent) => {
  it("writes a file, and tells model, tokens, turns and session", async () => {
    rehearsal.simulator.setScript({
      rules: [
        {
          usage: { input: 100, output: 20, cached: 10 },
          steps: [
            { say: "now" },
            { write: { path: "made.txt", text: "by {{model}}" } },
            { final: "all done" },
          ],
        },
      ],
    });
    const { events, result } = await runJob(rehearsal.job(agent, { prompt: "write made.txt" }));
    expect(result).toMatchObject({
      outcome: "done",
      summary: "all done",
      usage: { input: 200, output: 40, cached: 20 },
      cost: { source: "unknown" },
      turns: 2,
      resolvedModel: resolved[agent],
      exitCode: 0,
      denials: 0,
    });
    expect(fs.readFileSync(path.join(rehearsal.place.cwd, "made.txt"), "utf8")).toBe(`by ${resolved[agent]}`);
    expect(textsOf(events)).toEqual(["now", "all done"]);
    expect(events.filter((event) => event.kind === "warning")).toEqual([]);
    expect(events.map((event) => event.kind)).toEqual(
      expect.arrayContaining(["started", "session", "tool", "tool-result"]),
    );
    const asked = rehearsal.simulator.requests.filter((seen) => seen.provider !== undefined);
    expect(asked.map(({ model, key, prompt }) => ({ model, key, prompt }))).toEqual(
      asked.map(() => ({ model: resolved[agent], key: plannedKeyMark, prompt: "write made.txt" })),
    );
    const scratch = fs.readdirSync(path.join(rehearsal.place.root, "tmp"));
    expect(scratch.filter((name) => name.startsWith("wg-"))).toEqual([]);
  });

  it("takes a prompt that no command line could hold", async () => {
    const prompt = `${"long ".repeat(60_000)}end`;
    const { result } = await runJob(rehearsal.job(agent, { prompt }));
    expect(result.outcome).toBe("done");
    expect(rehearsal.simulator.requests.at(-1)?.prompt).toMatch(/^long long /);
  });

  it("takes a prompt that begins with a slash for a prompt", async () => {
    const { result } = await runJob(rehearsal.job(agent, { prompt: "/help me" }));
    expect(result.outcome).toBe("done");
    expect(rehearsal.simulator.requests.at(-1)?.prompt).toBe("/help me");
  });

  it("shows its commands the pins and the run, and nothing that was inherited by accident", async () => {
    script([{ shell: "env; command -v wg" }, { final: "all done" }]);
    const job = rehearsal.job(agent, { env: { PINNED: "planned", OPENAI_ORGANIZATION: "pinned-too" } });
    const bin = path.join(rehearsal.place.folder, "bin");
    fs.mkdirSync(bin);
    fs.writeFileSync(path.join(bin, "wg"), "#!/bin/sh\n", { mode: 0o755 });
    const stray = {
      ANTHROPIC_BASE_URL: "http://127.0.0.1:1",
      ANTHROPIC_API_KEY: "stray-key-value",
      ANTHROPIC_AUTH_TOKEN: "stray-token-value",
      ANTHROPIC_MODEL: "stray-model",
      CLAUDE_CODE_USE_BEDROCK: "1",
      OPENAI_API_KEY: "stray-key-value",
      OPENAI_BASE_URL: "http://127.0.0.1:1",
      CODEX_API_KEY: "stray-key-value",
      PATH: `${bin}:${job.env["PATH"]}`,
    };
    const { events, result } = await runJob({ ...job, env: { ...job.env, ...stray } });
    expect(result.outcome).toBe("done");
    const told = outputsOf(events).join("");
    expect(told).toContain("PINNED=planned");
    expect(told).toContain("OPENAI_ORGANIZATION=pinned-too");
    expect(told).toContain(`WG_RUN_ID=${job.plan.run}`);
    expect(told).toContain(path.join(bin, "wg"));
    expect(told).not.toContain("stray");
    expect(told).not.toContain("127.0.0.1:1\n");
  });

  it("keeps the key out of every command line, every event and every file", async () => {
    script([
      {
        shell:
          "for f in /proc/[0-9]*/cmdline; do tr '\\0' ' ' < $f; done 2>/dev/null | grep -c 'planned-[0]12345'",
      },
      { shell: "echo the key is $PLANNED_KEY $WG_ENDPOINT_KEY" },
      { final: "all done" },
    ]);
    const { events, result } = await runJob(rehearsal.job(agent, { permissions: "full" }));
    expect(result.outcome).toBe("done");
    expect(outputsOf(events)[0]?.trim()).toMatch(/^(0|Exit code 1\n0)$/);
    expect(JSON.stringify(events)).not.toContain(plannedKey);
    for (const name of fs.readdirSync(rehearsal.place.folder)) {
      const text = fs.readFileSync(path.join(rehearsal.place.folder, name), "utf8");
      expect(text).not.toContain(plannedKey);
    }
  });

  it("read-only writes nothing, by no tool", async () => {
    const outside = path.join(rehearsal.place.home, "outside.txt");
    script([
      { write: { path: path.join(rehearsal.place.cwd, "a.txt"), text: "x" } },
      {
        call: { tool: "Write", input: { file_path: path.join(rehearsal.place.cwd, "b.txt"), content: "x" } },
      },
      { call: { tool: "Bash", input: { command: "touch c.txt", description: "x" } } },
      { call: { tool: "exec_command", input: { cmd: `touch d.txt; touch ${outside}` } } },
      { final: "all done" },
    ]);
    await runJob(rehearsal.job(agent, { permissions: "read-only" }));
    expect(fs.readdirSync(rehearsal.place.cwd)).toEqual([]);
    expect(exists("home", "outside.txt")).toBe(false);
  });

  it("read-only reads", async () => {
    fs.writeFileSync(path.join(rehearsal.place.cwd, "in.txt"), "readable words");
    const read = {
      claude: { tool: "Read", input: { file_path: path.join(rehearsal.place.cwd, "in.txt") } },
      codex: { tool: "exec_command", input: { cmd: "cat in.txt" } },
    };
    script([{ call: read[agent] }, { final: "all done" }]);
    const { result } = await runJob(rehearsal.job(agent, { permissions: "read-only" }));
    expect(result.outcome).toBe("done");
    expect(lastResult()).toContain("readable words");
  });

  it("workspace writes inside, runs commands, and does not write outside with its own tools", async () => {
    const outside = path.join(rehearsal.place.home, "outside.txt");
    script([
      { shell: "echo made > inside.txt" },
      { write: { path: outside, text: "x" } },
      { final: "all done" },
    ]);
    const { result } = await runJob(rehearsal.job(agent));
    expect(result.outcome).toBe("done");
    expect(exists("work", "inside.txt")).toBe(true);
    expect(exists("home", "outside.txt")).toBe(false);
  });

  it("full writes anywhere", async () => {
    const outside = path.join(rehearsal.place.home, "outside.txt");
    script([{ write: { path: outside, text: "x" } }, { final: "all done" }]);
    const { result } = await runJob(rehearsal.job(agent, { permissions: "full" }));
    expect(result.outcome).toBe("done");
    expect(exists("home", "outside.txt")).toBe(true);
  });

  it("goes on with a session on the planned model, and counts only what is new", async () => {
    rehearsal.simulator.setScript({
      rules: [
        { usage: { input: 100, output: 20, cached: 0 }, steps: [{ shell: "true" }, { final: "all done" }] },
      ],
    });
    const first = await runJob(rehearsal.job(agent));
    const resume = first.result.sessionId;
    if (resume === undefined) throw new Error("no session");
    const before = rehearsal.simulator.requests.length;
    const second = await runJob(rehearsal.job(agent, { resume, prompt: "and now more" }));
    expect(second.result).toMatchObject({
      outcome: "done",
      sessionId: resume,
      usage: { input: 200, output: 40 },
      turns: 2,
      resolvedModel: resolved[agent],
    });
    const asked = rehearsal.simulator.requests.slice(before).filter((seen) => seen.provider !== undefined);
    expect(new Set(asked.map((seen) => seen.model))).toEqual(new Set([resolved[agent]]));
    expect(asked[0]?.prompt).toBe("and now more");
  });

  it("a session that does not exist is a failure of class spawn", async () => {
    const resume = "0190a0a0-0000-4000-8000-000000000001";
    const { result } = await runJob(rehearsal.job(agent, { resume }));
    expect(result).toMatchObject({ outcome: "failed", failure: { class: "spawn" } });
  });

  it("aborted in the middle of a command, it and its whole tree are gone", async () => {
    script([{ shell: "python3 -c 'import time; time.sleep(600)' & echo $! > pid; wait" }, { final: "late" }]);
    const job = rehearsal.job(agent);
    const { result } = await runJob(job, (event, abort) => {
      if (event.kind === "tool") whenThere(path.join(rehearsal.place.cwd, "pid"), abort);
    });
    expect(result).toMatchObject({ outcome: "cancelled", failure: { class: "killed" } });
    expect(runProcesses(job.plan.run)).toEqual([]);
    expect(result.sessionId).toBeDefined();
    expect(result.usage.input).toBeGreaterThan(0);
  });

  it("what a command left in the background is gone with the run", async () => {
    script([
      { shell: "(setsid python3 -c 'import time; time.sleep(600)' >/dev/null 2>&1 &); echo left" },
      { final: "all done" },
    ]);
    const job = rehearsal.job(agent, { permissions: "full" });
    const { result } = await runJob(job);
    expect(result.outcome).toBe("done");
    expect(runProcesses(job.plan.run)).toEqual([]);
  });

  it("goes where the user's own settings say when no endpoint is planned, on the planned model", async () => {
    const { home } = rehearsal.place;
    const { url } = rehearsal.simulator;
    const own = {
      claude: [
        ".claude/settings.json",
        JSON.stringify({
          model: "haiku",
          env: { ANTHROPIC_BASE_URL: `${url}/own`, ANTHROPIC_AUTH_TOKEN: "own-token" },
        }),
      ],
      codex: [
        ".codex/config.toml",
        `model = "gpt-5.4-mini"\nmodel_provider = "own"\n[model_providers.own]\nname = "own"\nbase_url = "${url}/own/v1"\nenv_key = "OWN_TOKEN"\n`,
      ],
    } as const;
    const [name, text] = own[agent];
    fs.mkdirSync(path.dirname(path.join(home, name)));
    fs.writeFileSync(path.join(home, name), text);
    const job = rehearsal.job(agent);
    const { endpoint: _, ...plan } = job.plan;
    const env = { ...job.env, OWN_TOKEN: "own-token" };
    const { result } = await runJob({ ...job, plan, env });
    expect(result).toMatchObject({ outcome: "done", cost: { source: "unknown" } });
    const asked = rehearsal.simulator.requests.filter((seen) => seen.model !== undefined);
    const key = sha256("own-token").slice(0, 8);
    expect(new Set(asked.map((seen) => `${seen.model} ${seen.key}`))).toEqual(
      new Set([`${resolved[agent]} ${key}`]),
    );
    expect(asked[0]?.path).toMatch(/^\/own\/v1\//);
  });

  it("asks nobody but the planned endpoint", async () => {
    const job = rehearsal.job(agent);
    const stray: string[] = [];
    const proxy = await startProxy((host) => stray.push(host));
    try {
      const env = { ...job.env, HTTPS_PROXY: proxy.url, https_proxy: proxy.url, NO_PROXY: "127.0.0.1" };
      const { result } = await runJob({ ...job, env });
      expect(result.outcome).toBe("done");
      expect(stray).toEqual([]);
    } finally {
      await proxy.close();
    }
  });
});

it("a model that claude's server names is told, though another was asked for", async () => {
  rehearsal.simulator.setScript({ rules: [{ echo_model: "claude-haiku-5-5", steps: [{ final: "hi" }] }] });
  const { events, result } = await runJob(rehearsal.job("claude"));
  expect(result).toMatchObject({
    outcome: "done",
    resolvedModel: "claude-opus-5-5",
    servedModels: ["claude-haiku-5-5"],
    servedBy: "answered",
  });
  expect(events).toContainEqual({ kind: "model", served: "claude-haiku-5-5" });
});

it("codex tells no served model, so the result claims none", async () => {
  rehearsal.simulator.setScript({ rules: [{ echo_model: "gpt-5.4-mini", steps: [{ final: "hi" }] }] });
  const { result } = await runJob(rehearsal.job("codex"));
  expect(result).toMatchObject({ outcome: "done", servedModels: [], servedBy: "requested-only" });
  expect(result.resolvedModel).toBe(modelOf.codex);
});

it("claude's denied tool calls are counted", async () => {
  script([
    { call: { tool: "Write", input: { file_path: path.join(rehearsal.place.home, "x"), content: "x" } } },
    { final: "all done" },
  ]);
  const { events, result } = await runJob(rehearsal.job("claude"));
  expect(result).toMatchObject({ outcome: "done", denials: 1 });
  const results = events.filter(
    (event): event is RunEvent & { kind: "tool-result" } => event.kind === "tool-result",
  );
  expect(results).toMatchObject([{ ok: false }]);
});

it("claude's read-only does not read outside the working directory", async () => {
  const outside = path.join(rehearsal.place.home, "outside.txt");
  fs.writeFileSync(outside, "words from outside");
  script([{ call: { tool: "Read", input: { file_path: outside } } }, { final: "all done" }]);
  const { result } = await runJob(rehearsal.job("claude", { permissions: "read-only" }));
  expect(result).toMatchObject({ outcome: "done", denials: 1 });
  expect(lastResult()).not.toContain("words from outside");
});

it("claude stops at the planned number of turns", async () => {
  script([{ shell: "true", repeat: 50 }, { final: "late" }]);
  const limits = { timeoutMs: 600_000, hangAfterMs: 600_000, maxTurns: 2 };
  const { result } = await runJob(rehearsal.job("claude", { limits }));
  expect(result).toMatchObject({ outcome: "failed", failure: { class: "agent" }, turns: 2 });
});

it("codex's sandbox keeps a command from writing outside and in .git, and from the network", async () => {
  fs.mkdirSync(path.join(rehearsal.place.cwd, ".git"));
  const { port } = rehearsal.simulator;
  const connect = `if (exec 3<>/dev/tcp/127.0.0.1/${port}) 2>/dev/null; then echo reached; else echo no network; fi`;
  script([
    { shell: `touch ${path.join(rehearsal.place.home, "x")} .git/x; ${connect}` },
    { final: "all done" },
  ]);
  await runJob(rehearsal.job("codex"));
  expect(exists("home", "x")).toBe(false);
  expect(exists("work", ".git", "x")).toBe(false);
  expect(lastResult()).toContain("no network");
});

function whenThere(file: string, then: () => void): void {
  const timer = setInterval(() => {
    if (!fs.existsSync(file)) return;
    clearInterval(timer);
    then();
  }, 50);
}
