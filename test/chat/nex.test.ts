// `wg nex` as a person meets it: in a terminal of its own, and behind a pipe.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Script } from "../../src/simulate/script.ts";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { type Pty, startPty } from "../support/pty.ts";
import { makePlace, type Place, program, run } from "../support/wg.ts";

let place: Place;
let simulator: Simulator;
beforeEach(async () => {
  place = makePlace();
  simulator = await startSimulator({ script: echo });
});
afterEach(async () => {
  await simulator.close();
  place.remove();
});

const echo: Script = { rules: [{ steps: [{ final: "You said: {{prompt}}" }] }] };
const here = () => ["nex", "-m", "qwen", "-e", simulator.url];
const chatIn = (text: string) => /chat (c-[a-z0-9]{5})/.exec(text)?.[1] ?? "none";
const prompt = "› ";

async function opened(...args: string[]): Promise<{ pty: Pty; id: string }> {
  const pty = startPty(place, args.length > 0 ? args : here());
  return { pty, id: chatIn(await pty.until(prompt)) };
}

async function left(pty: Pty): Promise<void> {
  pty.type("\u0004");
  expect(await pty.ended).toBe(0);
}

const piped = (input: string, ...args: string[]) =>
  run(process.execPath, [program, ...args], { cwd: place.project, env: place.env, input });

describe("wg nex in a terminal", () => {
  it("says what it runs on, answers turn after turn, and shows what was used", async () => {
    const pty = startPty(place, here());
    const banner = await pty.until(prompt);
    expect(banner).toMatch(/chat c-[a-z0-9]{5} on base@[0-9a-f]{12}: local:qwen at http/);
    pty.type("hello\r");
    expect(await pty.until(/qwen · \d+ in, \d+ out · [\d.]+s/)).toContain("You said: hello");
    pty.type("again\r");
    await pty.until("You said: again");
    await left(pty);
    const messages = simulator.requests.filter(({ method }) => method === "POST");
    expect(messages.map((request) => request.prompt)).toEqual(["hello", "again"]);
  });

  it("shows Markdown and tools, and nothing that a terminal would obey", async () => {
    const final = "# Title\n\nA **bold** `word`.\n\n```js\nlet a;\n```\n\u001b]0;pwned\u0007\u001b[2Jend";
    simulator.setScript({ rules: [{ steps: [{ shell: "seq 1 9; exit 3" }, { final }] }] });
    const { pty } = await opened();
    pty.type("show me\r");
    const shown = await pty.until("qwen ·");
    expect(shown).toContain("▸ shell seq 1 9; exit 3\n  1\n  2\n  3\n  4\n  … 6 more lines\n");
    expect(shown).toContain("Title\n\nA bold word.\n\njs\n  let a;\n\\x1b]0;pwned\\x07\\x1b[2Jend\n");
    expect(pty.raw()).not.toContain("\u001b]0;");
    expect(pty.raw()).not.toContain("\u001b[2J");
    expect(pty.raw()).toContain("\u001b[1mbold\u001b[0m");
    await left(pty);
  });

  it("sends what is pasted, and what goes on over lines, as one message", async () => {
    const { pty } = await opened();
    pty.type("\u001b[200~one\ntwo\u001b[201~ three\r");
    await pty.until("You said: one\ntwo three");
    pty.type('"""\rfour\r  five\r"""\r');
    await pty.until("You said: four\n  five");
    pty.type("six\\\rseven\r");
    await pty.until("You said: six\nseven");
    await left(pty);
  });

  it("ends the turn and not the chat at Ctrl-C, and leaves at the second on an empty line", async () => {
    const words = "one two three four five six seven eight nine ten ".repeat(20);
    simulator.setScript({
      rules: [
        { match: { prompt: "slow" }, chunk_delay_ms: 100, steps: [{ final: words }] },
        ...(echo.rules ?? []),
      ],
    });
    const { pty } = await opened();
    pty.type("slow\r");
    await pty.until("one two three");
    pty.type("\u0003");
    await pty.until("interrupted");
    pty.type("are you there?\r");
    await pty.until("You said: are you there?");
    pty.type("\u0003");
    await pty.until("once more leaves");
    pty.type("still here\r");
    await pty.until("You said: still here");
    pty.type("\u0003");
    await pty.until("once more leaves");
    pty.type("\u0003");
    expect(await pty.ended).toBe(0);
  });

  it("has words of its own, and sends the others", async () => {
    const { pty } = await opened();
    pty.type("/help\r");
    await pty.until("/compact  have the conversation summed up");
    pty.type("/tools\r");
    await pty.until("permissions: workspace");
    pty.type("/modle\r");
    await pty.until("did you mean /model?");
    pty.type("/model other\r");
    await pty.until("the next turn runs on local:other");
    pty.type("/etc/hosts is odd\r");
    await pty.until("You said: /etc/hosts is odd");
    pty.type("//help\r");
    await pty.until("You said: /help");
    pty.type("/compact\r");
    await pty.until("there is nothing to sum up");
    pty.type("/exit\r");
    expect(await pty.ended).toBe(0);
    const asked = simulator.requests.filter(({ method }) => method === "POST");
    expect(new Set(asked.map(({ model }) => model))).toEqual(new Set(["other"]));
  });

  it("brings back what was typed before, also in the next chat of the place", async () => {
    const first = await opened();
    first.pty.type("remember me\r");
    await first.pty.until("You said: remember me");
    await left(first.pty);
    const { pty } = await opened();
    pty.type("\u001b[A\r");
    await pty.until("You said: remember me");
    await left(pty);
    const file = path.join(place.home, ".wg", "chat-history.jsonl");
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  });

  it("goes on after it was killed in the middle of an answer, by its id", async () => {
    simulator.setScript({
      rules: [{ match: { prompt: "hang" }, fault: { hang: "mid-stream" } }, ...(echo.rules ?? [])],
    });
    const { pty, id } = await opened();
    pty.type("my name is Ada\r");
    await pty.until("qwen ·");
    pty.type("hang\r");
    await vi.waitUntil(() => simulator.requests.some((request) => request.prompt === "hang"), 20_000);
    pty.kill("SIGKILL");
    await pty.ended;
    simulator.setScript(echo);
    const again = await opened("nex", "--resume", id);
    expect(again.id).toBe(id);
    again.pty.type("who am I?\r");
    await again.pty.until("who am I?\nqwen ·");
    await left(again.pty);
    const kept = fs.readdirSync(path.join(place.home, ".wg", "chats", id, "sessions"));
    expect(kept).toHaveLength(1);
    const text = fs.readFileSync(
      path.join(place.home, ".wg", "chats", id, "sessions", kept[0] ?? ""),
      "utf8",
    );
    expect(text).toContain("my name is Ada");
    expect(text).toContain("who am I?");
  });

  it("gives the terminal back when it is told to end", async () => {
    const { pty } = await opened();
    pty.kill("SIGTERM");
    await pty.ended;
    expect(pty.raw()).toContain("\u001b[?2004l");
  });

  it("is plain without colour", async () => {
    simulator.setScript({ rules: [{ steps: [{ final: "**bold**" }] }] });
    const pty = startPty(place, here(), { NO_COLOR: "1" });
    await pty.until(prompt);
    pty.type("x\r");
    await pty.until("**bold**");
    expect(pty.raw()).not.toContain("\u001b[1m");
    await left(pty);
  });
});

describe("wg nex behind a pipe", () => {
  it("takes all of stdin as one message, and prints the answer alone", async () => {
    const { status, stdout, stderr } = await piped("line one\nline two\n", ...here());
    expect({ status, stdout }).toEqual({ status: 0, stdout: "You said: line one\nline two\n" });
    expect(stderr).toMatch(/qwen · \d+ in/);
    const id = chatIn(stderr);
    const again = await piped("more", "nex", "--resume", id);
    expect(again.stdout).toBe("You said: more\n");
    expect(simulator.requests.filter(({ method }) => method === "POST")).toHaveLength(2);
  });

  it("fails with status 1 where the model cannot be asked, and says why", async () => {
    const { status, stdout, stderr } = await piped("hi", "nex", "-m", "qwen", "-e", "http://127.0.0.1:1");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("failed (unreachable): nothing listens at 127.0.0.1:1");
  });

  it.each([
    [["nex"], "profile base talks on claude:opus, which is no local route"],
    [["nex", "-m", "claude:opus"], "claude:opus, which is no local route"],
    [["nex", "-m", "qwen"], "no endpoint serves local:qwen"],
    [["nex", "-m", "qwen", "-e", "nowhere"], 'there is no endpoint "nowhere"'],
    [["nex", "--resume", "zzzzz"], 'there is no chat "zzzzz"'],
    [["nex", "--resume", "zzzzz", "-m", "x"], "stays on what it was opened with"],
  ])("%j is refused, and opens no chat", async (args, message) => {
    const { status, stderr } = await piped("hi", ...args);
    expect(status).toBeGreaterThan(0);
    expect(status).toBeLessThan(3);
    expect(stderr).toContain(message);
    expect(fs.existsSync(path.join(place.home, ".wg", "chats"))).toBe(false);
  });

  it("refuses when nothing is said", async () => {
    const { status, stderr } = await piped(" \n", ...here());
    expect({ status, stderr }).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("nothing was said"),
    });
  });
});
