// The verbs of `wg chat` as a person and a script meet them.
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { markedPids } from "../../src/base/marked.ts";
import { runMarker } from "../../src/handlers/sweep.ts";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { isPlayedHere, playHere } from "../support/here.ts";
import { makePlace, type Place, program, run } from "../support/wg.ts";

let place: Place;
let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ script: { rules: [{ steps: [{ final: "heard" }] }] } });
  place = makePlace();
  await ok("init");
  await ok("profile", "create", "here", "-m", "local:qwen", "-e", simulator.url);
  await ok("profile", "create", "there", "-m", "local:glm", "-e", simulator.url);
  await ok("profile", "use", "here", "--no-check");
});
afterEach(async () => {
  await simulator.close();
  place.remove();
});

const chat = (...args: string[]) => place.wg("chat", ...args);

async function ok(...args: string[]): Promise<string> {
  const ended = await (isPlayedHere(args) ? playHere(place, args) : place.wg(...args));
  expect(ended.status, `wg ${args.join(" ")}: ${ended.stderr}`).toBe(0);
  return ended.stdout;
}

const opened = async (...args: string[]): Promise<string> => (await ok("chat", "new", ...args)).trim();

const recordOf = (id: string) => path.join(place.home, ".wg", "chats", id, "chat.json");

describe("a chat", () => {
  it("opens without a terminal, talks, is listed and shown, and ends", async () => {
    const { status, stdout, stderr } = await chat("new", "--title", "the parser");
    const id = stdout.trim();
    expect({ status, id }).toEqual({ status: 0, id: expect.stringMatching(/^c-[a-z0-9]{5}$/) });
    expect(stderr).toMatch(/^chat c-\w+ on here@[0-9a-f]{12}: local:qwen at http/);
    expect(await ok("chat", "send", id, "are", "you", "there?")).toBe("heard\n");
    const { stdout: piped } = await run(process.execPath, [program, "chat", "send", id.slice(2), "-"], {
      cwd: place.project,
      env: place.env,
      input: "from a pipe\n",
    });
    expect(piped).toBe("heard\n");
    expect(await ok("chat", "list")).toMatch(
      new RegExp(`${id}  here@\\w+  local:qwen  2 .* idle   same    the parser`),
    );
    expect(await ok("chat", "show", id)).toMatch(/you {6}are you there\?\n.*text {5}heard\n.*result {3}done/);
    expect(await ok("chat", "end", id)).toBe(`${id}\n`);
    const refused = await chat("send", id, "still there?");
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining("has ended") });
    expect(await ok("chat", "list")).toContain("ended");
    expect(await ok("chat", "show", id)).toContain("from a pipe");
  });

  it("stays where it was when the switch goes on, and says so", async () => {
    const [first, second] = [await opened(), await opened()];
    const { stderr } = await place.wg("profile", "use", "there", "--no-check");
    expect(stderr).toMatch(/\n2 chats stay on here@[0-9a-f]{12}\n$/);
    const third = await opened();
    expect((await chat("show", first)).stderr).toMatch(/active now: there@\w+; this chat stays as it is/);
    const { chats } = JSON.parse(await ok("chat", "list", "--json"));
    expect(chats.map(({ id, profile, differs }: Record<string, unknown>) => [id, profile, differs])).toEqual([
      [third, "there", false],
      [second, "here", true],
      [first, "here", true],
    ]);
    await ok("chat", "end", second);
    const again = JSON.parse(await ok("profile", "use", "here", "--no-check", "--json"));
    expect(again.chats.map(({ profile, chats: count }: Record<string, unknown>) => [profile, count])).toEqual(
      [
        ["here", 1],
        ["there", 1],
      ],
    );
  });

  it("of a profile that is gone still talks, and can be put on another", async () => {
    const id = await opened("--profile", "ther");
    await ok("profile", "delete", "there");
    expect(JSON.parse(await ok("chat", "send", id, "hello", "--json"))).toMatchObject({
      turn: 1,
      answer: "heard",
      on: { profile: "there", route: "local:glm" },
      result: { outcome: "done", servedModels: ["glm"] },
    });
    const { stdout, stderr } = await chat("switch", id, "--profile", "here");
    expect(stdout).toBe(`${id}\n`);
    expect(stderr).toMatch(
      /goes on at here@\w+: local:qwen; it was on there@\w+: local:glm\n.*its own session/,
    );
    expect((await chat("switch", id)).stderr).toContain("already");
  });

  it("belongs to its project, and to none outside of one", async () => {
    const inside = await opened();
    const elsewhere = path.join(place.home, "elsewhere");
    fs.mkdirSync(elsewhere);
    const wg = (...args: string[]) =>
      run(process.execPath, [program, ...args], { cwd: elsewhere, env: place.env });
    const outside = (await wg("chat", "new")).stdout.trim();
    expect((await wg("chat", "send", outside, "hello")).stdout).toBe("heard\n");
    expect(await ok("chat", "list")).not.toContain(outside);
    expect((await wg("chat", "list")).stdout).not.toContain(inside);
    const all = await ok("chat", "list", "--all");
    expect(all).toContain(inside);
    expect(all).toContain(outside);
  });

  it("lets its agent work the graph of its project", async () => {
    const tell =
      'wg add "from the chat" --id told && printenv WG_CHAT; printenv WG_RUN WG_TASK || echo no task';
    simulator.setScript({ rules: [{ steps: [{ shell: tell }, { final: "added" }] }] });
    const id = await opened();
    expect(await ok("chat", "send", id, "add a task")).toBe("added\n");
    expect(await ok("list")).toContain("from the chat");
    expect(await ok("chat", "show", id)).toMatch(new RegExp(`${id}\\n +no task`));
  });
});

it("wg msg leaves a word for a chat, and tells which turn has heard it", async () => {
  const id = await opened();
  expect((await place.wg("msg", id, "the build is red")).stderr).toBe(
    `said to ${id}; its next turn is told\n`,
  );
  expect(await ok("msg", id)).toMatch(/user {2}not seen yet\n {2}the build is red\n/);
  await ok("chat", "send", id, "what is new?");
  expect(simulator.requests.at(-1)?.prompt).toContain("From the person: the build is red");
  expect(await ok("msg", id)).toMatch(/user {2}seen in turn 1\n/);
  expect(await ok("chat", "show", id)).toMatch(/message {2}user: the build is red\n/);
  await ok("chat", "end", id);
  expect(await place.wg("msg", id, "too late")).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("has ended"),
  });
  expect(await place.wg("msg", "c-none1", "x")).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("no chat"),
  });
});

describe("a turn that fails", () => {
  it("is told on stderr with exit status 1, and as data with --json", async () => {
    const id = await opened();
    simulator.setScript({ rules: [{ fault: { status: 400 } }] });
    const words = await chat("send", id, "hello");
    expect(words).toMatchObject({
      status: 1,
      stdout: "",
      stderr: expect.stringMatching(/^wg: the turn failed: /m),
    });
    const data = await chat("send", id, "hello", "--json");
    expect(data.status).toBe(1);
    expect(JSON.parse(data.stdout)).toMatchObject({
      turn: 2,
      result: { outcome: "failed", failure: { class: "bad-request" } },
    });
    simulator.setScript({ rules: [{ steps: [{ final: "heard" }] }] });
    expect(await ok("chat", "send", id, "once more")).toBe("heard\n");
  });

  it("by SIGKILL leaves nothing running once somebody speaks again, and loses nothing that was said", async () => {
    simulator.setScript({
      rules: [
        { match: { prompt: "quokka" }, steps: [{ shell: "sleep 600" }, { final: "slept" }] },
        { steps: [{ final: "heard" }] },
      ],
    });
    const id = await opened();
    const child = spawn(process.execPath, [program, "chat", "send", id, "quokka"], {
      cwd: place.project,
      env: place.env,
      stdio: "ignore",
    });
    const closed = once(child, "close");
    const holder = () =>
      JSON.parse(fs.readFileSync(path.join(path.dirname(recordOf(id)), "turn.json"), "utf8"));
    await vi.waitUntil(() => simulator.requests.some(({ answer }) => answer === "shell"), {
      timeout: 20_000,
    });
    const { run: mark } = holder();
    await vi.waitUntil(() => markedPids(runMarker, mark).length > 0, { timeout: 20_000 });
    expect(await ok("chat", "list")).toContain("live");
    child.kill("SIGKILL");
    await closed;
    expect(await ok("chat", "list")).toContain("idle");
    simulator.setScript({ rules: [{ steps: [{ final: "heard" }] }] });
    expect(await ok("chat", "send", id, "are you well?")).toBe("heard\n");
    expect(markedPids(runMarker, mark)).toEqual([]);
    expect(simulator.requests.at(-1)?.prompt).toContain("are you well?");
    const said = await ok("chat", "show", id);
    expect(said).toContain("quokka");
    expect(JSON.parse(fs.readFileSync(recordOf(id), "utf8"))).toMatchObject({ turns: 2 });
  });

  it("by Ctrl-C ends the turn and not the chat", async () => {
    simulator.setScript({ rules: [{ fault: { hang: "before-headers" } }] });
    const id = await opened();
    const child = spawn(process.execPath, [program, "chat", "send", id, "hello"], {
      cwd: place.project,
      env: place.env,
      stdio: "ignore",
    });
    const closed = once(child, "close");
    await vi.waitUntil(() => simulator.requests.some(({ answer }) => answer === "hang"), { timeout: 20_000 });
    child.kill("SIGINT");
    expect(await closed).toEqual([130, null]);
    simulator.setScript({ rules: [{ steps: [{ final: "heard" }] }] });
    expect(await ok("chat", "send", id, "again")).toBe("heard\n");
  });
});

it("many who send at once are heard one after the other", async () => {
  const id = await opened();
  simulator.setScript({ rules: [{ delay_ms: 150, steps: [{ final: "heard" }] }] });
  const words = ["one", "two", "three", "four"];
  expect(await Promise.all(words.map((word) => ok("chat", "send", id, word)))).toEqual(
    words.map(() => "heard\n"),
  );
  const { transcript } = JSON.parse(await ok("chat", "show", id, "--json"));
  const kinds = transcript.map(({ turn, kind }: { turn: number; kind: string }) => `${turn} ${kind}`);
  expect(kinds).toEqual([1, 2, 3, 4].flatMap((turn) => [`${turn} user`, `${turn} text`, `${turn} result`]));
  const users = transcript.filter(({ kind }: { kind: string }) => kind === "user");
  expect(users.map(({ text }: { text: string }) => text).sort()).toEqual([...words].sort());
});

it("who waits for a turn can be interrupted", async () => {
  simulator.setScript({ rules: [{ fault: { hang: "before-headers" } }] });
  const id = await opened();
  const options = { cwd: place.project, env: place.env };
  const first = spawn(process.execPath, [program, "chat", "send", id, "first"], options);
  await vi.waitUntil(() => simulator.requests.some(({ answer }) => answer === "hang"), { timeout: 20_000 });
  const second = spawn(process.execPath, [program, "chat", "end", id], options);
  let stderr = "";
  second.stderr.on("data", (piece) => {
    stderr += piece;
  });
  const closed = once(second, "close");
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(second.exitCode).toBeNull();
  second.kill("SIGINT");
  expect(await closed).toEqual([1, null]);
  expect(stderr).toBe("wg: stopped by SIGINT\n");
  const ended = once(first, "close");
  first.kill("SIGINT");
  expect(await ended).toEqual([130, null]);
});

describe("what is refused", () => {
  it.each([
    [["show", "nope"], 1, "no chat"],
    [["send", "../here", "hello"], 1, "no chat"],
    [["send", "..", "hello"], 1, "no chat"],
    [["resume", ""], 1, "no chat"],
    [["new", "--profile", "nope"], 1, "not found"],
    [["lsit"], 2, "did you mean wg chat list?"],
    [["send", "c-aaaaa"], 2, "missing required argument"],
  ])("wg chat %j", async (words, status, text) => {
    expect(await chat(...words)).toMatchObject({ status, stdout: "", stderr: expect.stringContaining(text) });
  });

  it("an empty text, and a resume without a terminal", async () => {
    const id = await opened();
    expect(await chat("send", id, " ")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("nothing was said"),
    });
    expect(await chat("resume", id)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("no terminal"),
    });
  });

  it("a damaged record, with its file, and no other chat suffers", async () => {
    const [broken, whole] = [await opened(), await opened()];
    fs.writeFileSync(recordOf(broken), '{"schemaVersion": 1');
    expect(await chat("send", broken, "hello")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(`at ${recordOf(broken)}`),
    });
    const listed = await chat("list");
    expect(listed.stdout).toContain(whole);
    expect(listed.stderr).toContain(recordOf(broken));
    expect((await place.wg("profile", "use", "there", "--no-check")).stderr).toMatch(/1 chat stays on here@/);
  });

  it("files of a chat are for their owner alone", async () => {
    const id = await opened();
    await ok("chat", "send", id, "hello");
    const folder = path.dirname(recordOf(id));
    const loose = [".", ...(fs.readdirSync(folder, { recursive: true }) as string[])].filter(
      (file) => (fs.statSync(path.join(folder, file)).mode & 0o077) !== 0,
    );
    expect(loose).toEqual([]);
  });
});
