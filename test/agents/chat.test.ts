// Chats with the real CLIs: turns without a terminal, a conversation carried from one to the other, native terminals.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { type Agent, agentPrograms, plannedKey, plannedKeyMark } from "../support/agents.ts";
import { makePlace, type Place, program } from "../support/wg.ts";

let place: Place;
let simulator: Simulator;
let terminals: ChildProcess[];

beforeEach(async () => {
  // Outside /tmp, which Codex lets every workspace run write to.
  vi.stubEnv("TMPDIR", "/var/tmp");
  simulator = await startSimulator({ script: { rules: [{ steps: [{ final: "heard" }] }] } });
  place = makePlace({ GATE_KEY: plannedKey, TERM: "xterm-256color" });
  terminals = [];
  await ok("init");
  const programs = agentPrograms();
  for (const agent of ["claude", "codex"] as const) {
    await ok("config", "set", `handlers.${agent}.command`, programs[agent]);
  }
  const server = ["-e", simulator.url, "--key-ref", "env:GATE_KEY"];
  await ok("profile", "create", "claude-gate", "-m", "claude:opus", ...server);
  await ok("profile", "create", "codex-gate", "-m", "codex:gpt-5.5", ...server);
  await ok("profile", "create", "haiku-gate", "-m", "claude:haiku", ...server);
  await ok("profile", "create", "local-gate", "-m", "local:qwen", ...server);
  // What a person has answered once: their theme, and that they trust the folder.
  const trusted = { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true };
  fs.writeFileSync(
    path.join(place.home, ".claude.json"),
    JSON.stringify({ hasCompletedOnboarding: true, theme: "dark", projects: { [place.project]: trusted } }),
  );
  fs.mkdirSync(path.join(place.home, ".codex"));
});
afterEach(async () => {
  for (const terminal of terminals) terminal.kill("SIGKILL");
  await simulator.close();
  vi.unstubAllEnvs();
  place.remove();
});

async function ok(...args: string[]): Promise<string> {
  const ended = await place.wg(...args);
  expect(ended.status, `wg ${args.join(" ")}: ${ended.stderr}`).toBe(0);
  return ended.stdout;
}

const opened = async (profile: string) => (await ok("chat", "new", "--profile", profile)).trim();

interface SentJson {
  answer: string;
  result: {
    outcome: string;
    usage: { input: number; output: number };
    servedModels: string[];
    resolvedModel?: string;
  };
}

const sent = async (id: string, text: string): Promise<SentJson> =>
  JSON.parse(await ok("chat", "send", id, text, "--json"));

const asked = () => simulator.requests.filter(({ model }) => model !== undefined);

/** Each once: an interactive program asks for more than was typed. */
const models = () => [...new Set(asked().map(({ model }) => model))];

const routes: [Agent, string, RegExp][] = [
  ["claude", "claude-gate", /^claude-opus-/],
  ["codex", "codex-gate", /^gpt-5\.5$/],
];

describe("without a terminal", () => {
  it.each(routes)(
    "%s goes on with one session, and each turn counts what it used alone",
    async (_, profile, model) => {
      simulator.setScript({ rules: [{ usage: { input: 1000, output: 10 }, steps: [{ final: "heard" }] }] });
      const id = await opened(profile);
      for (const text of ["one", "two", "three"]) {
        const { answer, result } = await sent(id, text);
        expect(answer).toBe("heard");
        expect(result.usage).toMatchObject({ input: 1000, output: 10 });
      }
      expect(new Set(asked().map(({ key }) => key))).toEqual(new Set([plannedKeyMark]));
      expect(asked().map(({ model: name }) => name)).toEqual(Array(3).fill(expect.stringMatching(model)));
      const { chat } = JSON.parse(await ok("chat", "show", id, "--json"));
      expect(chat.sessions).toEqual([expect.objectContaining({ knows: [1, 2, 3] })]);
      const { total } = JSON.parse(await ok("usage", "--json"));
      expect(total).toMatchObject({ runs: 3, usage: { input: 3000, output: 30 }, cost: { unknownRuns: 0 } });
      expect(total.cost.reported + total.cost.computed).toBeGreaterThan(0);
    },
  );

  it("a conversation goes from claude to codex, to a local model and back, each told what it missed", async () => {
    const id = await opened("claude-gate");
    await sent(id, "my name is Ada");
    const there = await place.wg("chat", "switch", id, "--profile", "codex-gate");
    expect(there.stderr).toContain("what was thought is left behind");
    await sent(id, "who am I?");
    expect(asked().at(-1)?.model).toBe("gpt-5.5");
    expect(asked().at(-1)?.prompt).toContain("Person: my name is Ada");
    await ok("chat", "switch", id, "--profile", "local-gate");
    await sent(id, "and now?");
    expect(asked().at(-1)).toMatchObject({
      model: "qwen",
      prompt: expect.stringContaining("my name is Ada"),
    });
    await ok("chat", "switch", id, "--profile", "claude-gate");
    await sent(id, "back again");
    expect(asked().at(-1)?.model).toMatch(/^claude-opus-/);
    expect(asked().at(-1)?.prompt).toContain("More was said in this conversation");
    expect(asked().at(-1)?.prompt).not.toContain("my name is Ada");
  });

  it("claude goes on with its own session on another model of the same server", async () => {
    const id = await opened("claude-gate");
    await sent(id, "one");
    const { resumes, lost } = JSON.parse(await ok("chat", "switch", id, "--profile", "haiku-gate", "--json"));
    expect({ resumes, lost }).toEqual({ resumes: true, lost: [] });
    expect((await sent(id, "two")).result.servedModels).toEqual([expect.stringMatching(/^claude-haiku-/)]);
    expect(asked().at(-1)?.prompt).toBe("two");
  });

  it.each(routes)("%s that is killed in a turn goes on, and hears once what was said", async (_, profile) => {
    simulator.setScript({
      rules: [
        {
          match: { prompt: "quokka" },
          steps: [{ shell: "python3 -c 'import time; time.sleep(600)'" }, { final: "slept" }],
        },
        { steps: [{ final: "heard" }] },
      ],
    });
    const id = await opened(profile);
    const child = spawn(process.execPath, [program, "chat", "send", id, "quokka"], {
      cwd: place.project,
      env: place.env,
      stdio: "ignore",
    });
    const closed = once(child, "close");
    await vi.waitUntil(() => asked().some(({ answer }) => answer === "shell"), {
      timeout: 60_000,
      interval: 100,
    });
    child.kill("SIGKILL");
    await closed;
    simulator.setScript({ rules: [{ steps: [{ final: "heard" }] }] });
    expect((await sent(id, "are you well?")).answer).toBe("heard");
    const { chat, transcript } = JSON.parse(await ok("chat", "show", id, "--json"));
    expect(chat.sessions).toHaveLength(1);
    expect(transcript.filter(({ kind }: { kind: string }) => kind === "user")).toHaveLength(2);
    // It is in the session, so it is not told again.
    expect(asked().at(-1)?.prompt).not.toContain("More was said");
  });
});

describe("in a native terminal", () => {
  it.each(routes)(
    "%s talks, keeps its model when the switch goes on, and is resumed after SIGKILL",
    async (agent, profile, model) => {
      await ok("profile", "use", profile, "--no-check");
      const terminal = openTerminal("chat", "--title", "native");
      const id = await vi.waitUntil(async () => liveChat(), { timeout: 30_000, interval: 200 });
      await type(terminal, "first words");
      await ok("profile", "use", agent === "claude" ? "codex-gate" : "claude-gate", "--no-check");
      await type(terminal, "second words");
      await killWg(id);
      terminal.kill("SIGKILL");
      expect(models()).toEqual([expect.stringMatching(model)]);

      const again = openTerminal("chat", "resume", id);
      await vi.waitUntil(async () => (await liveChat()) === id, { timeout: 30_000, interval: 200 });
      await type(again, "third words");
      expect(new Set(asked().map(({ key }) => key))).toEqual(new Set([plannedKeyMark]));
      expect((await place.wg("chat", "send", id, "from outside")).stderr).toContain("is open in a terminal");
      await killWg(id);
      again.kill("SIGKILL");

      expect((await sent(id, "fourth words")).answer).toBe("heard");
      const { chat, transcript } = JSON.parse(await ok("chat", "show", id, "--json"));
      const users = transcript.filter(({ kind }: { kind: string }) => kind === "user");
      expect(users.map(({ turn, text }: { turn: number; text: string }) => [turn, text])).toEqual([
        [1, "first words"],
        [2, "second words"],
        [3, "third words"],
        [4, "fourth words"],
      ]);
      expect(chat).toMatchObject({ profile, turns: 4, sessions: [{ handler: agent, knows: [1, 2, 3, 4] }] });
      expect(models()).toEqual([expect.stringMatching(model)]);
    },
  );

  it("is told in a terminal what was said before it was opened, in words of its own handler", async () => {
    const id = await opened("local-gate");
    await sent(id, "my name is Ada");
    await ok("chat", "switch", id, "--profile", "codex-gate");
    const terminal = openTerminal("chat", "resume", id);
    await vi.waitUntil(async () => (await liveChat()) === id, { timeout: 30_000, interval: 200 });
    await type(terminal, "who am I?");
    await killWg(id);
    terminal.kill("SIGKILL");
    await ok("chat", "end", id);
    const folder = path.join(place.home, ".codex", "sessions");
    const rollouts = (fs.readdirSync(folder, { recursive: true }) as string[]).filter((file) =>
      file.endsWith(".jsonl"),
    );
    expect(rollouts).toHaveLength(1);
    expect(fs.readFileSync(path.join(folder, rollouts[0] ?? ""), "utf8")).toContain("Person: my name is Ada");
  });
});

/** A terminal of its own, from util-linux: its stdin is the keyboard. */
function openTerminal(...args: string[]): ChildProcess {
  const line = [process.execPath, program, ...args].map((word) => `'${word}'`).join(" ");
  const terminal = spawn("script", ["-qfec", `stty rows 40 cols 120; ${line}`, "/dev/null"], {
    cwd: place.project,
    env: place.env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  terminal.stdout?.resume();
  terminals.push(terminal);
  return terminal;
}

async function liveChat(): Promise<string | undefined> {
  const { chats } = JSON.parse(await ok("chat", "list", "--json"));
  return chats.find(({ state }: { state: string }) => state === "live")?.id;
}

/** Types words and Enter until the model was asked with them and has answered: a program that still starts loses keys. */
async function type(terminal: ChildProcess, text: string): Promise<void> {
  const arrived = () => asked().some(({ prompt }) => prompt === text);
  for (let tries = 0; !arrived(); tries++) {
    if (tries > 20) throw new Error(`"${text}" was never asked`);
    // Clears the line, so that half of it does not stay there.
    terminal.stdin?.write("\u0015");
    await pause(300);
    terminal.stdin?.write(text);
    await pause(700);
    terminal.stdin?.write("\r");
    await vi.waitUntil(arrived, { timeout: 3000, interval: 100 }).catch(() => {});
  }
  // The answer has to be shown, and written down, before anything else happens.
  await pause(2000);
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function killWg(id: string): Promise<void> {
  const holder = path.join(place.home, ".wg", "chats", id, "turn.json");
  const { pid } = JSON.parse(fs.readFileSync(holder, "utf8"));
  process.kill(pid, "SIGKILL");
  await vi.waitUntil(async () => (await liveChat()) === undefined, { timeout: 10_000, interval: 100 });
}
