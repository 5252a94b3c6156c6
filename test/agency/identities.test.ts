// Agents as a person has them: made, edited, traced and shared as files, and told to a chat that keeps them.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { projectAt } from "../../src/base/home.ts";
import { claimRun } from "../../src/graph/claim.ts";
import { closeGraph, openGraph } from "../../src/graph/database.ts";
import { addEvaluation } from "../../src/graph/evaluation.ts";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { planAt } from "../support/chat.ts";
import { playHere } from "../support/here.ts";
import { makePlace, type Place } from "../support/wg.ts";

let place: Place;
let agency: string;

beforeEach(async () => {
  place = makePlace();
  agency = path.join(place.project, ".wg", "agency");
  await ok("init");
});
afterEach(() => place.remove());

async function ok(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await playHere(place, args);
  expect(status, `wg ${args.join(" ")}: ${stderr}`).toBe(0);
  return stdout;
}

async function json(...args: string[]) {
  return JSON.parse(await ok(...args, "--json"));
}

/** What the refusal of a command line says. */
async function refused(...args: string[]) {
  const { status, stdout } = await playHere(place, [...args, "--json"]);
  expect(status).toBeGreaterThan(0);
  return JSON.parse(stdout).error;
}

/** Makes `sed -i <script>` the person's editor. */
function editBy(script: string): void {
  const editor = path.join(place.home, "editor");
  fs.writeFileSync(editor, `#!/bin/sh\nsed '${script}' "$1" > "$1.new" && mv "$1.new" "$1"\n`, {
    mode: 0o755,
  });
  place.env["EDITOR"] = editor;
}

it("an edit of what agents share makes each of them another version, and keeps comments and what was before", async () => {
  await ok("agency", "init");
  const before = (await json("agent", "show", "reviewer")).agent;
  editBy("s/small steps/tiny steps/");
  const edited = await json("agent", "edit", "reviewer", "--open", "tradeoff");
  expect(edited.agents.map(({ name }: { name: string }) => name)).toEqual(["fixer", "reviewer"]);
  const text = fs.readFileSync(path.join(agency, "tradeoffs", "careful.toml"), "utf8");
  expect(text).toMatch(/^# For work that must not break/);
  const { versions, current } = await json("agent", "lineage", "reviewer");
  expect(versions).toMatchObject([
    { hash: current, parent: before.hash, by: "edit", changes: [{ key: "tradeoff.first" }] },
    { hash: before.hash, by: "init", changes: [] },
  ]);
  const kept = await json("agent", "show", before.hash.slice(0, 12));
  expect(kept).toMatchObject({ hash: before.hash, names: ["reviewer"] });
  expect(kept.text).toContain("small steps");
  await ok("agent", "rm", "reviewer");
  expect((await json("agent", "lineage", "reviewer")).current).toBeNull();
});

it("an agent made of options is changed by options, and nothing else in its file", async () => {
  await ok("agency", "init");
  await ok(
    "agent",
    "create",
    "rust",
    "--description",
    'Rust, "unsafe" too',
    "--skill",
    "rust,ffi",
    "--tradeoff",
    "careful",
  );
  const file = path.join(agency, "agents", "rust.toml");
  fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace("skills =", "# mine\nskills  ="));
  expect(await refused("agent", "edit", "rust", "--never", "a panic")).toMatchObject({ code: "shared-part" });
  await ok("agent", "edit", "rust", "--skill", "rust", "--tradeoff", "swift");
  expect(fs.readFileSync(file, "utf8")).toMatch(
    /tradeoff = "swift"\n\n\[role\]\n.*\n# mine\nskills {2}= \["rust"\]\n$/,
  );
  expect(
    (await json("agent", "list")).agents.find(({ name }: { name: string }) => name === "rust"),
  ).toMatchObject({
    role: { description: 'Rust, "unsafe" too', skills: ["rust"] },
    tradeoff: { name: "swift" },
    runs: 0,
    score: { n: 0, mean: null },
  });
});

it("the scores of an agent's work are its own, version by version, whatever its names", async () => {
  await ok("agent", "create", "a", "--description", "d", "--first", "f");
  await ok("agent", "create", "twin", "--description", "d", "--first", "f");
  const { hash } = (await json("agent", "show", "a")).agent;
  await ok("add", "work", "--id", "work");
  const graph = openGraph(projectAt(place.project));
  try {
    const now = new Date();
    const plan = {
      ...planAt(place.project, ""),
      run: "r-1",
      task: "work",
      role: "worker" as const,
      attempt: 1,
      prompt: "p",
    };
    const lease = { service: "s-1", until: now };
    claimRun(graph, { ...plan, identity: { hash, name: "a", text: "t" } }, lease, now);
    const said = {
      task: "work",
      run: "r-1",
      byRun: "r-2",
      role: "evaluator" as const,
      total: 0.75,
      scores: {},
      notes: "",
    };
    addEvaluation(graph, said, now);
  } finally {
    closeGraph(graph);
  }
  await ok("agent", "edit", "a", "--first", "g");
  const scores = async (line: string[], of: string) =>
    (await json(...line))[of].map(({ name, runs, score }: { name?: string; runs: number; score: object }) => [
      name,
      runs,
      score,
    ]);
  const none = { n: 0, mean: null };
  expect(await scores(["agent", "list"], "agents")).toEqual([
    ["a", 0, none],
    ["twin", 1, { n: 1, mean: 0.75 }],
  ]);
  expect(await scores(["agent", "lineage", "a"], "versions")).toEqual([
    [undefined, 0, none],
    [undefined, 1, { n: 1, mean: 0.75 }],
  ]);
  expect(await ok("agent", "list")).toMatch(/^twin .* 1 +0\.75 over 1 /m);
});

it("a text that is no good is refused with its line, and what was typed stays", async () => {
  await ok("agency", "init");
  editBy('s/^role = .*/role = ["builder"]/');
  const refusal = await refused("agent", "edit", "builder");
  expect(refusal).toMatchObject({
    code: "bad-identity",
    at: { path: expect.stringMatching(/\.builder\.draft\.toml$/), line: 3 },
  });
  expect(fs.existsSync(refusal.at.path)).toBe(true);
  expect((await json("agent", "show", "builder")).agent.role.name).toBe("builder");
  editBy('s/^role = .*/role = "reviewer"/');
  await ok("agent", "edit", "builder");
  expect(fs.existsSync(refusal.at.path)).toBe(false);
});

it("a broken file is told by every listing and stops nothing", async () => {
  await ok("agency", "init");
  fs.writeFileSync(path.join(agency, "roles", "writer.toml"), "skills = [");
  const { agents, problems } = await json("agent", "list");
  expect(agents).toHaveLength(4);
  expect(problems[0].at).toEqual({ path: path.join(agency, "roles", "writer.toml"), line: 1 });
  expect(await refused("agent", "show", "writer")).toMatchObject({
    at: { path: path.join(agency, "agents", "writer.toml") },
  });
  await ok("agent", "edit", "builder", "--tradeoff", "careful");
});

it("outside of a project everything is the user's own, and shows in every project", async () => {
  const outside = { ...place, project: place.home };
  expect((await playHere(outside, ["agency", "init"])).status).toBe(0);
  await ok("agent", "create", "builder", "--description", "ours", "--first", "us");
  const { agents } = await json("agent", "list");
  expect(agents.map(({ name, from }: { name: string; from: string }) => `${name} ${from}`)).toContain(
    "builder project",
  );
  expect(agents).toHaveLength(5);
  expect((await json("agent", "rm", "builder")).path).toBe(path.join(agency, "agents", "builder.toml"));
  expect((await json("agent", "show", "builder")).agent.from).toBe("home");
});

it("a chat is told who it is, at every turn, whatever becomes of the file and after a switch", async () => {
  const heard = (text: string) => ({ match: { system: text }, steps: [{ final: "I know who I am" }] });
  const rules = [heard("nothing gets slower"), { steps: [{ final: "who am I?" }] }];
  const servers: Simulator[] = [];
  try {
    for (const name of ["left", "right"]) {
      const server = await startSimulator({ script: { rules } });
      servers.push(server);
      await ok("profile", "create", name, "-m", `local:${name}`, "-e", server.url);
    }
    await ok("agent", "create", "keeper", "--description", "d", "--first", "nothing gets slower");
    const opened = (await json("chat", "new", "--profile", "left", "--identity", "keep")).chat;
    expect(opened.identity).toEqual({
      name: "keeper",
      hash: (await json("agent", "show", "keeper")).agent.hash,
    });
    await ok("agent", "rm", "keeper");
    expect((await json("chat", "send", opened.id, "hello")).answer).toBe("I know who I am");
    const { chat } = await json("chat", "switch", opened.id, "--profile", "right");
    expect(chat.identity).toEqual(opened.identity);
    expect((await json("chat", "send", opened.id, "hello")).answer).toBe("I know who I am");
    expect(servers[1]?.requests.length).toBe(1);
    const plain = (await json("chat", "new", "--profile", "left")).chat;
    expect((await json("chat", "send", plain.id, "hello")).answer).toBe("who am I?");
    expect((await json("agent", "show", opened.identity.hash)).tradeoff.first).toEqual([
      "nothing gets slower",
    ]);
  } finally {
    for (const server of servers) await server.close();
  }
});

it("what makes no agent is refused, and nothing is written", async () => {
  await ok("agency", "init");
  const before = fs.readdirSync(agency, { recursive: true }).sort();
  for (const [line, code] of refusals) expect(await refused(...line), line.join(" ")).toMatchObject({ code });
  expect(fs.readdirSync(agency, { recursive: true }).sort()).toEqual(before);
});

const refusals: [string[], string][] = [
  [["agent", "create", "../x", "--role", "builder", "--tradeoff", "swift"], "bad-name"],
  [["agent", "create", "auto", "--role", "builder", "--tradeoff", "swift"], "bad-name"],
  [["agent", "create", "builder", "--role", "builder", "--tradeoff", "swift"], "agent-exists"],
  [["agent", "create", "x", "--role", "nobody", "--tradeoff", "swift"], "bad-identity"],
  [["agent", "create", "x", "--role", "../agents/builder", "--tradeoff", "swift"], "bad-name"],
  [["agent", "create", "x", "--role", "builder"], "usage"],
  [["agent", "create", "x", "--tradeoff", "swift"], "usage"],
  [["agent", "create", "x", "--role", "builder", "--skill", "y", "--tradeoff", "swift"], "usage"],
  [
    ["agent", "create", "x", "--description", "d", "--skill", "two words", "--tradeoff", "swift"],
    "bad-identity",
  ],
  [["agent", "show", "nobody"], "no-agent"],
  [["agent", "show", "fffffff"], "no-identity"],
  [["agent", "lineage", "nobody"], "no-agent"],
  [["chat", "new", "--identity", "nobody"], "no-agent"],
];
