// What a quick check says against what a run then does: a yes is a run that works, a no is a run that fails.
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { homeOf } from "../../src/base/home.ts";
import { checkQuickly, quickMs } from "../../src/check/check.ts";
import { checkReally } from "../../src/check/real.ts";
import type { ProfileCheck, UsedRoute } from "../../src/check/verdict.ts";
import type { Settings } from "../../src/config/settings.ts";
import type { RunResult } from "../../src/graph/result.ts";
import { loadNamed } from "../../src/profile/load.ts";
import type { Script } from "../../src/simulate/script.ts";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { expected, faultyServer, tryFaults } from "../support/check-faults.ts";
import { makeJob, makeRunPlace, type RunPlace, runJob } from "../support/contract.ts";

const key = "sk-check-0123456789";
let place: RunPlace;
let simulator: Simulator;
beforeEach(async () => {
  place = makeRunPlace();
  place.env["SIM_KEY"] = key;
  simulator = await startSimulator();
});
afterEach(async () => {
  await simulator.close();
  place.remove();
});

const never = new AbortController().signal;

/** The settings of a profile with this text, in a home of its own. */
function settingsOf(text: string): Settings {
  const home = homeOf({ HOME: place.home });
  fs.mkdirSync(home.profiles, { recursive: true });
  fs.writeFileSync(path.join(home.profiles, "tried.toml"), text);
  return loadNamed({ home, env: {} }, "tried");
}

function profile(url: string, more = "", model = "local:qwen3-coder-30b"): string {
  return `[agent]\nmodel = "${model}"\n[[llm_endpoints.endpoints]]\nname = "here"\nprovider = "oai-compat"\nurl = "${url}"\n${more}\n`;
}

async function quick(text: string): Promise<{ check: ProfileCheck; worker: UsedRoute }> {
  const [check] = await checkQuickly([request(text)], never);
  const worker = check?.routes[0];
  if (check === undefined || worker === undefined) throw new Error("nothing was checked");
  expect(JSON.stringify(check)).not.toContain(key);
  return { check, worker };
}

function request(text: string) {
  return { settings: settingsOf(text), place: { env: place.env, cwd: place.cwd } };
}

/** What becomes of a run on the same route; one that hangs is ended. */
async function outcomeOf(text: string): Promise<RunResult["outcome"]> {
  const { bundle } = settingsOf(text);
  const [endpoint] = bundle.endpoints;
  const job = makeJob(place, bundle.agent.model.handler, {
    route: bundle.agent.model,
    ...(endpoint && { endpoint }),
  });
  const { result } = await runJob(job, (event, abort) => {
    const hung = { outcome: "timed-out", failure: { class: "hang", message: "too quiet" } } as const;
    if (event.kind === "started") setTimeout(() => abort(hung), 8000).unref();
  });
  return result.outcome;
}

const withKey = 'api_key_ref = "env:SIM_KEY"';

it("nex runs where a real check says yes and nowhere else, and where a quick one says no it does not", async () => {
  simulator.setScript(faultyServer);
  const found = await tryFaults(place, simulator.url, {
    handler: "nex",
    model: "qwen3-coder-30b",
    limitMs: 5000,
  });
  expect(found).toEqual(expected);
});

describe("a definite no", () => {
  const faults: [what: string, Script, message: string][] = [
    [
      "a key that is turned away",
      { rules: [{ fault: { status: 401 } }] },
      "does not take the key of env:SIM_KEY",
    ],
    ["a key that is forbidden", { rules: [{ fault: { status: 403 } }] }, "(status 403)"],
    ["a model that is not listed", { models: ["qwen3-coder-3b"] }, "is not among the models it lists"],
    ["a connection that is cut", { rules: [{ fault: { cut: "before-headers" } }] }, "cut the connection"],
    ["a server that says nothing", { rules: [{ fault: { hang: "before-headers" } }] }, "does not answer"],
  ];
  it.each(faults)("is %s, and the run fails", async (_, script, message) => {
    simulator.setScript(script);
    const text = profile(simulator.url, withKey);
    const { worker } = await quick(text);
    expect(worker.verdict).toBe("no");
    expect(worker.findings.find(({ verdict }) => verdict === "no")?.message).toContain(message);
    expect(await outcomeOf(text)).not.toBe("done");
  });

  it("is a port where nobody listens", async () => {
    const { url } = simulator;
    await simulator.close();
    const { worker } = await quick(profile(url));
    expect(worker).toMatchObject({ verdict: "no", findings: [{ about: "endpoint", verdict: "no" }] });
    expect(await outcomeOf(profile(url))).toBe("failed");
  });

  it("is a key without a value, and then the server is not asked", async () => {
    const text = profile(simulator.url, 'api_key_ref = "env:NO_SUCH_KEY"');
    const { worker } = await quick(text);
    expect(worker).toMatchObject({
      verdict: "no",
      findings: [{ about: "key", message: "env:NO_SUCH_KEY has no value" }],
    });
    expect(simulator.requests).toEqual([]);
    expect(await outcomeOf(text)).toBe("failed");
  });

  it("is a CLI that is not on PATH, or cannot be run as it is", async () => {
    place.env["PATH"] = path.join(place.root, "bin");
    const missing = (await quick('[agent]\nmodel = "codex:gpt-5.5"\n')).worker;
    expect(missing).toMatchObject({ verdict: "no", findings: [{ about: "program" }, { about: "login" }] });
    fs.mkdirSync(place.env["PATH"]);
    fs.writeFileSync(path.join(place.env["PATH"], "codex"), "#!/no/such/interpreter\n", { mode: 0o755 });
    const broken = (await quick('[agent]\nmodel = "codex:gpt-5.5"\n')).worker;
    expect(broken.findings[0]).toMatchObject({ about: "program", verdict: "no" });
    expect(await outcomeOf('[agent]\nmodel = "codex:gpt-5.5"\n')).toBe("failed");
  });
});

describe("a yes", () => {
  it("is a server that lists the model and takes no key, and the run works", async () => {
    const { worker } = await quick(profile(simulator.url));
    expect(worker).toMatchObject({ verdict: "yes", latencyMs: expect.any(Number) });
    expect(await outcomeOf(profile(simulator.url))).toBe("done");
  });

  it("is a key that is needed and taken", async () => {
    simulator.setScript({ rules: [{ match: { key: false }, fault: { status: 401 } }] });
    const text = profile(simulator.url, withKey);
    expect((await quick(text)).worker.verdict).toBe("yes");
    expect(await outcomeOf(text)).toBe("done");
  });

  it("is a model that the server accepts without listing it", async () => {
    const text = profile(simulator.url, "", "local:org/of-mine");
    const { worker } = await quick(text);
    expect(worker.findings.at(-1)?.message).toBe("org/of-mine is accepted");
    expect(await outcomeOf(text)).toBe("done");
  });
});

describe("unknown", () => {
  it("is a key that the list of models does not depend on", async () => {
    simulator.setScript({ rules: [{ match: { provider: "oai-compat" }, fault: { status: 401 } }] });
    const text = profile(simulator.url, withKey);
    const { worker } = await quick(text);
    expect(worker).toMatchObject({ verdict: "unknown" });
    expect(worker.findings.find(({ about }) => about === "key")?.message).toContain("not proven");
    expect(await outcomeOf(text)).toBe("failed");
  });

  it.each([404, 429, 500])("is a server that answers %i when asked for its models", async (status) => {
    const server = http.createServer((_, response) => response.writeHead(status).end("no"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const { worker } = await quick(profile(`http://127.0.0.1:${port}`));
    expect(worker).toMatchObject({ verdict: "unknown", findings: [{ about: "endpoint" }] });
    await new Promise((resolve) => server.close(resolve));
  });

  it("is the login of a CLI", async () => {
    place.env["PATH"] = path.join(place.root, "bin");
    fs.mkdirSync(place.env["PATH"]);
    const script = '#!/bin/sh\n[ "$*" = --version ] && echo "9.8.7 (Claude Code)"\n';
    fs.writeFileSync(path.join(place.env["PATH"], "claude"), script, { mode: 0o755 });
    const { worker } = await quick('[agent]\nmodel = "claude:opus"\n');
    expect(worker).toMatchObject({
      verdict: "unknown",
      program: { version: "9.8.7" },
      findings: [
        { about: "program", verdict: "yes" },
        { about: "login", verdict: "unknown" },
      ],
    });
  });
});

describe("the time of a check", () => {
  it("has one limit, however many endpoints say nothing", async () => {
    simulator.setScript({ rules: [{ fault: { hang: "before-headers" } }] });
    const requests = Array.from({ length: 20 }, (_, n) => request(profile(`${simulator.url}/${n}`, withKey)));
    const startMs = performance.now();
    const checks = await checkQuickly(requests, never);
    expect(performance.now() - startMs).toBeLessThan(quickMs + 2000);
    expect(new Set(checks.map(({ verdict }) => verdict))).toEqual(new Set(["no"]));
  });

  it("is not spent on a command that prints a key for ever, nor on a program that does not say its version", async () => {
    place.env["PATH"] = `${path.join(place.root, "bin")}:${place.env["PATH"]}`;
    fs.mkdirSync(path.join(place.root, "bin"));
    fs.writeFileSync(path.join(place.root, "bin", "claude"), "#!/bin/sh\nsleep 60\n", { mode: 0o755 });
    const startMs = performance.now();
    const [slow] = await checkQuickly(
      [
        request(profile(simulator.url, 'api_key_ref = "cmd:sleep 60"')),
        request('[agent]\nmodel = "claude:opus"\n'),
      ],
      never,
    );
    expect(performance.now() - startMs).toBeLessThan(quickMs + 2000);
    expect(slow).toMatchObject({
      verdict: "unknown",
      routes: [{ findings: [{ about: "key" }] }],
    });
  });

  it("ends with the signal", async () => {
    simulator.setScript({ rules: [{ fault: { hang: "before-headers" } }] });
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error("enough")), 100);
    await expect(checkQuickly([request(profile(simulator.url))], stop.signal)).rejects.toThrow("enough");
  });
});

describe("distinct questions", () => {
  it("are asked once, for all roles and all profiles", async () => {
    const other = request(profile(simulator.url));
    await checkQuickly([request(profile(simulator.url)), other, other], never);
    expect(simulator.requests.map(({ path }) => path)).toEqual(["/v1/models"]);
  });
});

describe("the real check", () => {
  it("asks one tiny question on every distinct route, and says which model answered", async () => {
    const text = `${profile(simulator.url, withKey)}\n[models.evaluator]\nmodel = "local:gpt-5.5"\n`;
    const [check] = await checkReally([request(text)], never);
    expect(check?.verdict).toBe("yes");
    expect(check?.routes.map(({ users, served }) => [users.length, served])).toEqual([
      [5, ["qwen3-coder-30b"]],
      [1, ["gpt-5.5"]],
    ]);
    const asked = simulator.requests.filter(({ method }) => method === "POST");
    expect(asked.map(({ model }) => model).sort()).toEqual(["gpt-5.5", "qwen3-coder-30b"]);
    expect(asked.every(({ tools }) => !tools?.includes("shell") && !tools?.includes("write"))).toBe(true);
  });

  it("finds what the list of models cannot show", async () => {
    simulator.setScript({ rules: [{ match: { provider: "oai-compat" }, fault: { status: 401 } }] });
    const [check] = await checkReally([request(profile(simulator.url))], never);
    expect(check?.routes[0]).toMatchObject({ verdict: "no", findings: [{}, {}, { about: "answer" }] });
    expect(check?.routes[0]?.findings.at(-1)?.message).toMatch(/^auth: /);
  });

  it("tells another model than was asked for, and asks nothing where the quick check says no", async () => {
    simulator.setScript({ rules: [{ echo_model: "gpt-2", steps: [{ final: "ready" }] }] });
    const [check] = await checkReally([request(profile(simulator.url))], never);
    expect(check?.routes[0]).toMatchObject({ verdict: "unknown", served: ["gpt-2"] });
    const before = simulator.requests.length;
    await checkReally([request(profile(simulator.url, 'api_key_ref = "env:NO_SUCH_KEY"'))], never);
    expect(simulator.requests).toHaveLength(before);
  });
});
