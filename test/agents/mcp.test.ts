// wg in the hands of the real CLIs: its MCP server, started by a person or given to a run without commands, and its skill.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { codexArguments } from "../../src/handlers/codex-arguments.ts";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { agentPrograms, plannedKey } from "../support/agents.ts";
import { makeServicePlace, type ServicePlace } from "../support/service.ts";
import { type Ended, program, run } from "../support/wg.ts";

type Agent = "claude" | "codex";

let place: ServicePlace;
let simulator: Simulator;

beforeEach(async () => {
  // Outside /tmp, which Codex lets every workspace run write to.
  vi.stubEnv("TMPDIR", "/var/tmp");
  place = await makeServicePlace({ SIM_KEY: plannedKey });
  simulator = await startSimulator();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await place.end();
  await simulator.close();
});

/** A call of one of wg's tools, under the name that each CLI has for it. */
const call = (agent: Agent, tool: string, input: Record<string, string | string[]>) => ({
  call: { tool: agent === "claude" ? `mcp__wg__${tool}` : `mcp__wg.${tool}`, input },
});

/** What tools answered, as the model got it. */
const answers = () =>
  simulator.requests.flatMap(({ toolResult }) => (toolResult === undefined ? [] : [toolResult]));

describe.each(["claude", "codex"] as const)("%s, started by a person", (agent) => {
  it("adds a task and reads the graph, told of wg by what --config prints", async () => {
    const steps = [
      call(agent, "add", { title: "From outside" }),
      call(agent, "list", {}),
      { final: "all done" },
    ];
    simulator.setScript({ rules: [{ steps }] });
    const { flags } = JSON.parse(await place.ok("mcp", "--config", agent, "--json"));
    await runAgent(agent, flags);
    expect(answers()).toEqual([
      expect.stringContaining("added from-outside; ready"),
      expect.stringContaining("from-outside  ready  From outside"),
    ]);
    expect(await place.ok("list")).toContain("from-outside");
  });
});

describe.each(["claude", "codex"] as const)("a read-only run of %s", (agent) => {
  it("reports on its own task, leaves work to others, and can do nothing else", async () => {
    const steps = [
      call(agent, "log", { message: "looked at it" }),
      call(agent, "add", { title: "Do it", needs: ["review"] }),
      call(agent, "done", { id: "other" }),
      call(agent, "retry", { id: "other" }),
      call(agent, "done", { summary: "said by tool" }),
      { final: "closing words" },
    ];
    simulator.setScript({ rules: [{ match: { prompt: "Task review" }, steps }] });
    await place.ok("config", "set", `handlers.${agent}.command`, agentPrograms()[agent]);
    await place.ok("config", "set", "agent.permissions", "read-only");
    const route = agent === "claude" ? "claude:opus" : "codex:gpt-5.5";
    await place.ok("profile", "create", "it", "-m", route, "-e", simulator.url, "--key-ref", "env:SIM_KEY");
    await place.ok("profile", "use", "it");
    await place.ok("add", "other", "--id", "other", "--after", await addReview());
    await place.start("--max-agents", "1");
    await place.until("the review is over", async () => {
      const { runs } = JSON.parse(await place.ok("runs", "--task", "review", "--json"));
      return runs[0]?.status === "ended";
    });
    await place.ok("service", "stop", "--kill-agents");

    const shown = JSON.parse(await place.ok("show", "review", "--json"));
    expect(shown.task).toMatchObject({ status: "done", summary: "said by tool" });
    const [{ id }] = shown.runs;
    expect(shown.log).toContainEqual(
      expect.objectContaining({ by: "agent", run: id, message: "looked at it" }),
    );
    const added = JSON.parse(await place.ok("show", "do-it", "--json"));
    expect(added.log[0]).toMatchObject({ by: "agent", run: id, message: "added from task review" });
    const [logged, left, done, retried] = answers();
    expect(logged).toContain("noted");
    expect(left).toContain("added do-it");
    expect(done).toContain('done is for your own task, "review"');
    expect(retried).toMatch(/No such tool available|unsupported call/);
    const plan = JSON.parse(
      fs.readFileSync(path.join(place.project, ".wg", "runs", id, "plan.json"), "utf8"),
    );
    expect(plan).toMatchObject({ permissions: "read-only", mcp: true });
  });
});

it("Claude Code lists the skill that was installed, and Codex is told of wg", async () => {
  simulator.setScript({ rules: [{ steps: [{ final: "all done" }] }] });
  await place.ok("skill", "install", "--claude", "--codex");
  const claude = await runAgent("claude", ["--output-format", "stream-json", "--verbose"]);
  const [init = ""] = claude.stdout.split("\n");
  expect(JSON.parse(init).skills).toContain("wg");
  await runAgent("codex", []);
  const sessions = path.join(place.home, ".codex", "sessions");
  const names = fs.readdirSync(sessions, { recursive: true, encoding: "utf8" });
  const [rollout = ""] = names.filter((name) => name.endsWith(".jsonl"));
  expect(fs.readFileSync(path.join(sessions, rollout), "utf8")).toContain(
    "Run `wg quickstart` before anything else",
  );
});

async function addReview(): Promise<string> {
  return (await place.ok("add", "Review it", "--id", "review")).trim();
}

/** As a person would, without a terminal. */
async function runAgent(agent: Agent, flags: readonly string[]): Promise<Ended> {
  const ended = await run(agentPrograms()[agent], [...commandLine(agent), ...flags], {
    cwd: place.project,
    env: environment(),
    input: "look around",
    limitMs: 90_000,
  });
  expect(ended, ended.stdout).toMatchObject({ status: 0 });
  return ended;
}

function commandLine(agent: Agent): string[] {
  if (agent === "claude") {
    return ["-p", "--model", "opus", "--strict-mcp-config", "--allowedTools", "mcp__wg"];
  }
  const planned = codexArguments({
    run: "r-none",
    role: "worker",
    task: "none",
    project: place.project,
    cwd: place.project,
    route: { handler: "codex", model: "gpt-5.5" },
    endpoint: { name: "rehearsal", provider: "openai", url: simulator.url, keyRef: "env:SIM_KEY" },
    permissions: "workspace",
    limits: { timeoutMs: 60_000, hangAfterMs: 60_000, maxTurns: 20 },
  });
  return planned.filter((word) => word !== "-");
}

/** A terminal of the person's: `wg` on PATH, and each CLI pointed at the simulator in its own way. */
function environment(): Record<string, string> {
  const bin = path.join(place.home, "bin");
  fs.mkdirSync(bin, { recursive: true });
  fs.writeFileSync(path.join(bin, "wg"), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, {
    mode: 0o755,
  });
  return {
    ...place.env,
    PATH: `${bin}:${place.env["PATH"]}`,
    ANTHROPIC_BASE_URL: simulator.url,
    ANTHROPIC_API_KEY: plannedKey,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    WG_ENDPOINT_KEY: plannedKey,
  };
}
