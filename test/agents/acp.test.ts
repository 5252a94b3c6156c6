// Real ACP agents behind the acp handler: two programs by two makers, each with its own idea of the protocol.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PinnedValue } from "../../src/base/secret.ts";
import type { Plan } from "../../src/graph/plan.ts";
import { runProcesses } from "../../src/handlers/sweep.ts";
import type { Step } from "../../src/simulate/script.ts";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { type AcpAgent, agentPrograms, plannedKey, plannedKeyMark } from "../support/agents.ts";
import { makeJob, makeRunPlace, type RunPlace, runJob, textsOf } from "../support/contract.ts";
import { makeServicePlace } from "../support/service.ts";

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await simulator.close();
});

interface Subject {
  command: string;
  /** What leads it to the simulator. */
  env: Record<string, PinnedValue>;
  shell(command: string): Step;
  write(file: string, text: string): Step;
  /** A model it can be asked for, and the one that then goes over the wire. */
  model: [asked: string, wire: RegExp];
}

function subjectOf(agent: AcpAgent): Subject {
  const programs = agentPrograms();
  const key = { ref: "env:PLANNED_KEY" };
  if (agent === "claude-acp") {
    return {
      command: programs["claude-acp"],
      env: {
        ANTHROPIC_BASE_URL: simulator.url,
        ANTHROPIC_AUTH_TOKEN: key,
        CLAUDE_CODE_EXECUTABLE: programs.claude,
        CLAUDE_CODE_MAX_RETRIES: "1",
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      },
      shell: (command) => ({ shell: command }),
      write: (file, text) => ({ write: { path: file, text } }),
      model: ["haiku", /^claude-haiku-/],
    };
  }
  return {
    command: `${programs.qwen} --acp --auth-type openai`,
    env: { OPENAI_BASE_URL: `${simulator.url}/v1`, OPENAI_API_KEY: key, OPENAI_MODEL: "sim-coder" },
    shell: (command) => ({ call: { tool: "run_shell_command", input: { command, is_background: false } } }),
    write: (file, text) => ({ call: { tool: "write_file", input: { file_path: file, content: text } } }),
    model: ["sim-coder", /^sim-coder$/],
  };
}

describe.each(["claude-acp", "qwen"] as const)("%s", (agent) => {
  let place: RunPlace;
  let subject: Subject;
  beforeEach(() => {
    place = makeRunPlace("/var/tmp");
    subject = subjectOf(agent);
  });
  afterEach(() => place.remove());

  function job(changes: Partial<Plan> = {}, model = "") {
    const made = makeJob(place, "acp", {
      route: { handler: "acp", model, command: subject.command },
      env: subject.env,
      ...changes,
    });
    return { ...made, env: { ...made.env, PLANNED_KEY: plannedKey } };
  }

  const asked = () => simulator.requests.filter((seen) => seen.model !== undefined);

  it("works in its working directory, is kept to it, and is asked with the planned key alone", async () => {
    const outside = path.join(place.root, "outside.txt");
    simulator.setScript({
      rules: [
        {
          match: { prompt: "do it" },
          steps: [
            subject.shell("echo by command > made.txt"),
            subject.write(path.join(place.cwd, "written.txt"), "by tool\n"),
            subject.write(outside, "no\n"),
            { final: "all done" },
          ],
        },
      ],
    });
    const wanted = job();
    const { events, result } = await runJob(wanted);
    expect(fs.readFileSync(path.join(place.cwd, "made.txt"), "utf8")).toBe("by command\n");
    expect(fs.readFileSync(path.join(place.cwd, "written.txt"), "utf8")).toBe("by tool\n");
    expect(fs.existsSync(outside)).toBe(false);
    // The one goes on after a no, the other gives up, and says that it is done.
    expect(result.outcome).toBe(agent === "qwen" ? "failed" : "done");
    expect(result).toMatchObject({ denials: 1, servedModels: [], servedBy: "requested-only" });
    expect(events.filter((event) => event.kind === "tool").length).toBeGreaterThanOrEqual(3);
    expect(events.some((event) => event.kind === "warning" && /^not permitted: /.test(event.message))).toBe(
      true,
    );
    expect(result.usage.input).toBeGreaterThan(0);
    expect(result.resolvedModel).toBeDefined();
    expect(new Set(asked().map((seen) => seen.key))).toEqual(new Set([plannedKeyMark]));
    expect(runProcesses(wanted.plan.run)).toEqual([]);
  });

  it("that gets there is done, with its closing words", async () => {
    simulator.setScript({ rules: [{ steps: [{ final: "naïve 漢字 done" }] }] });
    const { events, result } = await runJob(job());
    expect(result).toMatchObject({ outcome: "done", exitCode: 0, summary: "naïve 漢字 done" });
    expect(textsOf(events)).toEqual(["naïve 漢字 done"]);
  });

  it("changes nothing in a read-only run", async () => {
    simulator.setScript({
      rules: [
        {
          match: { prompt: "do it" },
          steps: [
            subject.shell("echo x > made.txt"),
            subject.write(path.join(place.cwd, "b.txt"), "x"),
            { final: "ok" },
          ],
        },
      ],
    });
    const { result } = await runJob(job({ permissions: "read-only" }));
    expect(result.denials).toBeGreaterThan(0);
    expect(fs.readdirSync(place.cwd).filter((name) => name.endsWith(".txt"))).toEqual([]);
  });

  it("runs the model that the route names, and refuses one it does not have", async () => {
    const [model, wire] = subject.model;
    const { result } = await runJob(job({}, model));
    expect(result).toMatchObject({ outcome: "done", resolvedModel: model });
    expect(asked().find((seen) => seen.prompt === "do it")?.model).toMatch(wire);
    const none = await runJob(job({}, "no-such-model"));
    expect(none.result).toMatchObject({ outcome: "failed", failure: { class: "bad-request" } });
  });

  it("goes on with an earlier session, of which nothing is told again", async () => {
    simulator.setScript({ rules: [{ steps: [{ final: "said: {{prompt}}" }] }] });
    const first = await runJob(job({ prompt: "remember the word pelican" }));
    const resume = first.result.sessionId ?? "";
    const second = await runJob(job({ prompt: "and now go on", resume }));
    expect(second.result).toMatchObject({ outcome: "done", sessionId: resume });
    expect(textsOf(second.events).join()).not.toContain("pelican");
    const [before, after] = ["remember", "and now"].map((words) => {
      return asked().find((seen) => seen.prompt?.startsWith(words))?.tokens?.input ?? 0;
    });
    expect(after).toBeGreaterThan(before ?? 0);
  });

  it("with a key that is turned down fails as auth", async () => {
    simulator.setScript({ rules: [{ fault: { status: 401 }, steps: [{ final: "after all" }] }] });
    const { result } = await runJob(job());
    expect(result).toMatchObject({ outcome: "failed", failure: { class: "auth" } });
  });

  it("that is stopped in the middle leaves no process behind", async () => {
    simulator.setScript({ rules: [{ steps: [subject.shell("tail -f /dev/null"), { final: "late" }] }] });
    const wanted = job();
    const { result } = await runJob(wanted, (event, abort) => {
      if (event.kind === "tool") setTimeout(abort, 500);
    });
    expect(result).toMatchObject({ outcome: "cancelled" });
    expect(runProcesses(wanted.plan.run)).toEqual([]);
  });
});

it("a switch to an ACP agent moves what starts next, and every run says what it was on", async () => {
  vi.stubEnv("TMPDIR", "/var/tmp");
  const subject = subjectOf("claude-acp");
  const place = await makeServicePlace({ PLANNED_KEY: plannedKey });
  try {
    const report =
      'wg log "$WG_TASK" "at work as $WG_MODEL" && wg done "$WG_TASK" --summary "said by the agent"';
    simulator.setScript({
      rules: [{ steps: [{ shell: report }, { shell: "true", delay_ms: 3000 }, { final: "closing words" }] }],
    });
    const pins = Object.entries(subject.env).flatMap(([name, value]) => {
      const text = typeof value === "string" ? value : '{ ref = "env:PLANNED_KEY" }';
      return ["--env", `acp.${name}=${text}`];
    });
    await place.ok("profile", "create", "by-acp", "-m", `acp:${subject.command}#haiku`, ...pins);
    await place.ok(
      "profile",
      "create",
      "by-nex",
      "-m",
      "local:sim",
      "-e",
      simulator.url,
      "--key-ref",
      "env:PLANNED_KEY",
    );
    await place.ok("profile", "use", "by-acp");
    await place.start();
    await place.ok("add", "first");
    await place.until("the first task has reported", async () =>
      (await place.ok("log", "first")).includes(`at work as acp:${subject.command}#haiku`),
    );
    await place.ok("profile", "use", "by-nex");
    await place.ok("add", "second");
    await place.ok("add", "third", "--model", `acp:${subject.command}`);
    await place.until("both are done", async () => {
      const { tasks } = JSON.parse(await place.ok("list", "--json"));
      return tasks.filter((task: { status: string }) => task.status === "done").length === 2;
    });

    const { runs } = JSON.parse(await place.ok("runs", "--json"));
    const [first, second] = ["first", "second"].map((id) =>
      runs.find((run: { task: string }) => run.task === id),
    );
    expect(first).toMatchObject({
      profile: "by-acp",
      route: `acp:${subject.command}#haiku`,
      resolvedModel: "haiku",
      servedModels: [],
      result: { outcome: "done", servedBy: "requested-only", summary: "closing words" },
    });
    expect(second).toMatchObject({ profile: "by-nex", route: "local:sim", result: { outcome: "done" } });
    expect(first.revision).not.toBe(second.revision);
    // Its program is one that the profile in force does not name.
    expect((await place.status()).waiting).toMatchObject([{ task: "third" }]);
  } finally {
    await place.end();
  }
});
