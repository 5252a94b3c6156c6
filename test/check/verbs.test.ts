// `wg profile check`, and the check inside `use`, as a person meets them: exit status, streams, and what stays as it was.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { type Machine, makeMachine } from "../support/machine.ts";
import { type Ended, program, run } from "../support/wg.ts";

let machine: Machine;
let simulator: Simulator;
beforeEach(async () => {
  machine = makeMachine();
  simulator = await startSimulator();
});
afterEach(async () => {
  await machine.wg("service", "stop", "--kill-agents");
  await simulator.close();
  await machine.end();
});

const wg = (...args: string[]): Promise<Ended> => machine.wg("profile", ...args);

function pointer(): string | undefined {
  const file = path.join(machine.home, ".wg", "active-profile");
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
}

async function envelope(...args: string[]) {
  const { status, stdout } = await wg(...args, "--json");
  const { schemaVersion, ...rest } = JSON.parse(stdout);
  expect(schemaVersion).toBe(1);
  return { status, ...rest };
}

/** A profile on wg's own agent at the simulator. */
async function local(name: string, model = "qwen3-coder-30b", ...more: string[]): Promise<void> {
  const made = await wg("create", name, "-m", `local:${model}`, "-e", simulator.url, ...more);
  expect(made.status, made.stderr).toBe(0);
}

describe("wg profile check", () => {
  it("looks at tiers, and at what open tasks here ask for themselves", async () => {
    await local("home", "qwen3-coder-30b", "--tier", "slow=local:big", "--tier", "fast=claude:haiku");
    await machine.wg("init");
    await machine.wg("add", "one", "--id", "one", "--model", "codex:gpt-5.5");
    await machine.wg("add", "two", "--id", "two", "--model", "local:big");
    await machine.wg("add", "three", "--id", "three", "--model", "local:big");
    await machine.wg("add", "run", "--exec", "true");
    const { status, profiles } = await envelope("check", "home");
    expect(status).toBe(3);
    const rows = profiles[0].routes.map(({ users, route, verdict }: (typeof profiles)[0]["routes"][0]) => [
      users.map(({ name }: { name: string }) => name).join(", "),
      route,
      verdict,
    ]);
    expect(rows).toEqual([
      ["worker, dispatcher, chat", "local:qwen3-coder-30b", "yes"],
      ["assigner, evaluator, flip, tier fast", "claude:haiku", "no"],
      ["tier slow, 2 tasks", "local:big", "yes"],
      ["task one", "codex:gpt-5.5", "no"],
    ]);
  });

  it("a task's own route that nothing here serves is a definite no, and no reason not to switch", async () => {
    machine.program("claude", "2.1.0");
    await machine.wg("init");
    await machine.wg("add", "one", "--id", "one", "--model", "local:big");
    expect(await wg("check", "claude")).toMatchObject({
      status: 3,
      stdout: expect.stringMatching(/^task one +local:big .* no +no endpoint serves local:big$/m),
    });
    expect((await wg("use", "claude")).status).toBe(0);
  });

  it("has a row for every role and tier, the reason on each, and what to do on stderr", async () => {
    const { status, stdout, stderr } = await wg("check", "codex");
    expect(status).toBe(3);
    const rows = stdout.trim().split("\n").slice(1);
    expect(rows.map((row) => row.split(/ {2,}/)[0])).toEqual([
      ...["worker", "dispatcher", "assigner", "evaluator", "flip", "chat"],
      ...["tier standard", "tier premium", "tier fast"],
    ]);
    for (const row of rows) expect(row).toMatch(/ codex:gpt-5\.\S+ .* no +codex is not on PATH$/);
    expect(stderr).toContain("npm install -g @openai/codex");
  });

  it("without a name checks what is active, and exits 0 where nothing is a definite no", async () => {
    machine.program("claude", "2.1.0 (Claude Code)");
    const { status, stdout, stderr } = await wg("check");
    expect([status, stdout]).toEqual([0, expect.stringMatching(/claude 2\.1\.0 +its own login +unknown/)]);
    expect(stderr).toContain("not all of it can be known: base");
  });

  it("--all checks every profile, and one that cannot be read is a definite no", async () => {
    machine.program("claude", "2.1.0");
    machine.program("codex", "codex-cli 0.150.0");
    await wg("set", "wgnext", "endpoint", simulator.url);
    expect(await envelope("check", "--all")).toMatchObject({
      status: 0,
      verdict: "unknown",
      profiles: [
        { profile: "claude", verdict: "unknown" },
        {
          profile: "codex",
          verdict: "unknown",
          routes: [{ program: { version: "0.150.0" } }, { program: { version: "0.150.0" } }],
        },
        {
          profile: "wgnext",
          verdict: "yes",
          routes: [{ route: "local:qwen3-coder-30b" }],
        },
      ],
    });
    fs.writeFileSync(path.join(machine.home, ".wg", "profiles", "bad.toml"), "[agent\n");
    const { status, verdict, profiles } = await envelope("check", "--all");
    expect([status, verdict]).toEqual([3, "no"]);
    expect(profiles).toContainEqual(
      expect.objectContaining({
        profile: "bad",
        verdict: "no",
        problem: expect.objectContaining({ at: expect.anything() }),
      }),
    );
    expect((await wg("check", "bad")).status).toBe(3);
    expect((await wg("check", "bad", "--all")).status).toBe(2);
    expect((await wg("check", "nosuch")).status).toBe(1);
  });

  it("--real exits 3 when a model is not reached, and 0 when it answers", async () => {
    await local("home");
    const { status, stdout } = await wg("check", "home", "--real");
    expect([status, stdout]).toEqual([0, expect.stringContaining("qwen3-coder-30b answered")]);
    simulator.setScript({ rules: [{ match: { provider: "oai-compat" }, fault: { status: 401 } }] });
    expect((await wg("check", "home")).status).toBe(0);
    const refused = await wg("check", "home", "--real");
    expect([refused.status, refused.stdout]).toEqual([3, expect.stringContaining("auth: ")]);
    expect(fs.readdirSync(machine.project)).toEqual([]);
  });

  it("takes an alias of claude for what the server lists of that family", async () => {
    machine.program("claude", "2.1.0");
    await wg("create", "ours", "-m", "claude:opus", "-e", simulator.url);
    expect((await wg("check", "ours")).stdout).toContain("opus is in the list, as claude-opus-5-5");
    await wg("create", "theirs", "-m", "claude:fable", "-e", simulator.url);
    expect(await envelope("check", "theirs")).toMatchObject({ status: 0, verdict: "unknown" });
  });

  it("shows no key, in whatever it prints", async () => {
    machine.env["SIM_KEY"] = "sk-secret-0123456789";
    await local("home", "qwen3-coder-30b", "--key-ref", "env:SIM_KEY");
    for (const script of [{}, { rules: [{ fault: { status: 401 } }] }]) {
      simulator.setScript(script);
      for (const args of [
        ["check", "home"],
        ["check", "home", "--json"],
        ["check", "home", "--real", "--json"],
        ["use", "home"],
      ]) {
        const { stdout, stderr } = await wg(...args);
        expect(stdout + stderr).not.toContain("sk-secret");
      }
    }
    expect(simulator.requests.filter(({ key }) => key !== "none").length).toBeGreaterThan(0);
  });
});

describe("the last check of a profile", () => {
  const kept = (): Record<string, { verdict: string; at: string; revision: string }> => {
    const file = path.join(machine.home, ".wg", "last-checks.json");
    return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : {};
  };

  it("is kept by a check and by a switch, also by one that it refuses, and by no dry run", async () => {
    await local("home", "qwen3-coder-30b", "--key-ref", "env:HOME_KEY");
    machine.env["HOME_KEY"] = "sk-not-to-be-written-anywhere";
    await wg("use", "home", "--dry-run");
    expect(kept()).toEqual({});
    expect((await wg("use", "codex")).status).toBe(3);
    await wg("check", "home");
    const { revision } = await envelope("show", "home");
    expect(kept()).toMatchObject({ codex: { verdict: "no" }, home: { verdict: "unknown", revision } });
    await simulator.close();
    expect((await wg("use", "home")).status).toBe(3);
    expect(kept()["home"]?.verdict).toBe("no");
    expect(JSON.stringify(kept())).not.toContain("sk-");
    simulator = await startSimulator();
  });
});

describe("wg profile use", () => {
  it("refuses a definite no with exit 3, names each, and changes nothing", async () => {
    await local("home");
    await wg("use", "home");
    const before = fs.readFileSync(path.join(machine.home, ".wg", "profile-history.jsonl"), "utf8");
    await local(
      "mixed",
      "qwen3-coder-30b",
      "--role",
      "evaluator=codex:gpt-5.5",
      "--role",
      "flip=claude:haiku",
    );
    const { status, stdout, stderr } = await wg("use", "mixed");
    expect([status, stdout]).toEqual([3, ""]);
    expect(stderr).toContain(
      "mixed would not work: codex is not on PATH (evaluator); claude is not on PATH (flip)",
    );
    expect(stderr).toContain("--no-check");
    expect(pointer()).toBe("home\n");
    expect(fs.readFileSync(path.join(machine.home, ".wg", "profile-history.jsonl"), "utf8")).toBe(before);
    expect(await envelope("use", "mixed")).toEqual({
      status: 3,
      error: { code: "check-failed", message: expect.any(String), hint: expect.any(String) },
    });
  });

  it("switches all the same with --no-check, and lets go of a profile without any check", async () => {
    expect((await wg("use", "codex", "--no-check")).status).toBe(0);
    expect((await wg("use", "claude", "--no-check")).status).toBe(0);
    expect((await wg("use", "-")).status).toBe(3);
    expect((await wg("undo")).status).toBe(3);
    expect((await wg("undo", "--no-check")).stdout).toBe("codex\n");
    expect((await wg("use", "--clear")).status).toBe(0);
    expect(pointer()).toBeUndefined();
  });

  it("warns of what cannot be known, and switches", async () => {
    machine.program("claude", "2.1.0");
    const { status, stdout, stderr } = await wg("use", "claude");
    expect([status, stdout]).toEqual([0, "claude\n"]);
    expect(stderr).toMatch(/^warning: claude goes by its own login.*\(every role and tier\)$/m);
    const { notes } = await envelope("use", "claude");
    expect(notes).toEqual([expect.stringContaining("own login")]);
  });

  it("does not ask a server with --no-check", async () => {
    await local("home");
    await wg("use", "home", "--no-check");
    expect(simulator.requests).toEqual([]);
    await wg("use", "home");
    expect(simulator.requests.map(({ method, path }) => [method, path])).toEqual([["GET", "/v1/models"]]);
  });

  it.runIf(process.platform === "linux")(
    "looks with the environment of the service that would start the runs",
    async () => {
      simulator.setScript({ rules: [{ match: { key: false }, fault: { status: 401 } }] });
      await local("home", "qwen3-coder-30b", "--key-ref", "env:SIM_KEY");
      await machine.wg("init");
      const env = { ...machine.env, SIM_KEY: "sk-service" };
      const as = (env: Record<string, string>, ...args: string[]) =>
        run(process.execPath, [program, ...args], { cwd: machine.project, env });
      await as(env, "service", "start");
      expect((await as(machine.env, "profile", "use", "home")).status).toBe(0);
      await machine.wg("service", "stop");
      await machine.wg("profile", "use", "--clear");
      await machine.wg("service", "start");
      const refused = await as(env, "profile", "use", "home");
      expect(refused.status).toBe(3);
      expect(refused.stderr).toContain(`as the service of ${machine.project} would start it`);
      expect(refused.stderr).toContain("wg service stop");
    },
  );
});

describe("wg profile use --dry-run", () => {
  it("says what would change, and changes nothing", async () => {
    await machine.wg("init");
    await local("one");
    await local("two", "gpt-5.5");
    await wg("use", "one");
    await machine.wg("add", "Plain", "--id", "plain");
    await machine.wg("add", "Own", "--id", "own", "--model", "claude:opus");
    await machine.wg("add", "Command", "--id", "command", "--exec", "true");
    const asked = await envelope("use", "two", "--dry-run");
    const then = `local:gpt-5.5 at ${simulator.url}`;
    expect(asked).toMatchObject({
      status: 0,
      dryRun: true,
      from: { profile: "one" },
      to: { profile: "two" },
      differences: [{ key: "agent.model", old: "local:qwen3-coder-30b", new: "local:gpt-5.5" }],
      readyTasks: [{ task: "plain", now: `local:qwen3-coder-30b at ${simulator.url}`, then }],
      inFlight: [],
      services: [],
      check: [{ profile: "two", verdict: "yes" }],
    });
    expect(asked.roles).toContainEqual({ role: "worker", now: expect.any(String), then });
    expect(pointer()).toBe("one\n");
    const { stderr } = await wg("use", "two", "--dry-run");
    expect(stderr).toMatch(/^nothing was changed; it would go from one@\w+ to two@\w+$/m);
  });

  it("says who would follow, who would stay, and what is in flight; exit 3 when the check would refuse", async () => {
    await machine.wg("init");
    await local("one");
    await wg("use", "one");
    simulator.setScript({ rules: [{ delay_ms: 60_000 }] });
    await machine.wg("add", "Slow", "--id", "slow");
    await machine.wg("service", "start");
    for (let n = 0; n < 100 && simulator.requests.every(({ method }) => method !== "POST"); n++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const asked = await envelope("use", "codex", "--dry-run");
    expect(asked).toMatchObject({
      status: 3,
      inFlight: [{ task: "slow", route: "local:qwen3-coder-30b", profile: "one" }],
      services: [{ project: machine.project, follows: true }],
      check: [{ verdict: "no" }],
    });
    expect((await wg("use", "codex", "--dry-run", "--no-check")).status).toBe(0);
    expect(pointer()).toBe("one\n");
    await wg("use", "one", "--project");
    expect((await envelope("use", "codex", "--dry-run", "--no-check")).services).toEqual([
      { project: machine.project, follows: false, why: expect.stringContaining("active-profile") },
    ]);
  });
});
