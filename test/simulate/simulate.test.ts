// `wg simulate` as a program: its streams, its log, its script on disk, its end.
import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { makePlace, type Place, program } from "../support/wg.ts";

const open: { child: ChildProcess; place: Place }[] = [];
afterEach(() => {
  for (const { child, place } of open.splice(0)) {
    if (child.exitCode === null) child.kill("SIGKILL");
    place.remove();
  }
});

interface Running {
  place: Place;
  url: string;
  out(): string[];
  err(): string;
  end(): Promise<number | null>;
}

async function started(args: string[], prepare: (project: string) => void = () => {}): Promise<Running> {
  const place = makePlace();
  prepare(place.project);
  const child = spawn(process.execPath, [program, "simulate", "--port", "0", ...args], {
    cwd: place.project,
    env: place.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  open.push({ child, place });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const exit = new Promise<number | null>((resolve) => child.on("close", resolve));
  await until(() => (stderr.includes("\n") && stdout.includes("\n")) || child.exitCode !== null);
  const [first = ""] = stdout.split("\n");
  return {
    place,
    url: first.startsWith("{") ? JSON.parse(first).url : first,
    out: () => stdout.trimEnd().split("\n"),
    err: () => stderr,
    end() {
      child.kill("SIGINT");
      return exit;
    },
  };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function ask(url: string): Promise<{ status: number; said: string }> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: "Bearer sk-very-secret" },
    body: JSON.stringify({ model: "m", messages: [{ role: "user", content: "do it" }] }),
  });
  const body = (await response.json()) as { choices?: { message: { content: string } }[] };
  return { status: response.status, said: body.choices?.[0]?.message.content ?? "" };
}

const final = (text: string) => `[[rules]]\nsteps = [{ final = "${text}" }]\n`;

describe("wg simulate", () => {
  it("prints its url, then a line for each request, and ends on Ctrl-C", async () => {
    const server = await started([]);
    expect(await ask(server.url)).toEqual({ status: 200, said: "done" });
    await until(() => server.out().length === 2);
    expect(JSON.parse(server.out()[1] ?? "")).toMatchObject({
      n: 1,
      provider: "oai-compat",
      model: "m",
      status: 200,
    });
    expect(server.out().join()).not.toContain("secret");
    expect(await server.end()).toBe(0);
    expect(server.err()).toBe(`simulating at ${server.url}, end with Ctrl-C\n1 request was answered\n`);
  });

  it("says where it listens as JSON with --json", async () => {
    const server = await started(["--json"]);
    const first = JSON.parse(server.out()[0] ?? "");
    expect(first).toEqual({
      schemaVersion: 1,
      url: server.url,
      port: expect.any(Number),
      pid: expect.any(Number),
    });
    expect(await server.end()).toBe(0);
  });

  it("appends its log to a file that only its owner reads", async () => {
    const server = await started(["--log", "seen.jsonl"], (project) =>
      fs.writeFileSync(path.join(project, "seen.jsonl"), '{"earlier":1}\n', { mode: 0o600 }),
    );
    await ask(server.url);
    await server.end();
    const log = path.join(server.place.project, "seen.jsonl");
    expect(fs.readFileSync(log, "utf8").trim().split("\n")).toHaveLength(2);
    expect(fs.statSync(log).mode & 0o777).toBe(0o600);
    expect(server.out()).toEqual([server.url]);
  });

  it("takes a changed script at once, and keeps the last good one when a change is bad", async () => {
    const server = await started(["--script", "s.toml"], (project) =>
      fs.writeFileSync(path.join(project, "s.toml"), final("one")),
    );
    const script = path.join(server.place.project, "s.toml");
    expect((await ask(server.url)).said).toBe("one");

    fs.writeFileSync(`${script}.new`, final("two, longer"));
    fs.renameSync(`${script}.new`, script);
    await until(() => server.err().includes("in force now"));
    expect((await ask(server.url)).said).toBe("two, longer");

    fs.writeFileSync(script, `${final("three")}[[rules]]\nstep = []\n`);
    await until(() => server.err().includes("stays in force"));
    expect(server.err()).toContain(
      `${script}:4: script: rules[1] has an unknown key "step"; the script before it stays in force`,
    );
    expect((await ask(server.url)).said).toBe("two, longer");

    fs.rmSync(script);
    await until(() => server.err().includes("there is no script"));
    expect((await ask(server.url)).said).toBe("two, longer");

    fs.writeFileSync(script, final("four"));
    await until(() => server.err().split("in force now").length === 3);
    expect((await ask(server.url)).said).toBe("four");
    expect(await server.end()).toBe(0);
  });

  it("refuses a taken port, a bad port, a missing script, a bad script and a log it cannot write", async () => {
    const server = await started([]);
    const { place } = server;
    const { port } = new URL(server.url);
    expect(await place.wg("simulate", "--port", port)).toMatchObject({
      status: 1,
      stdout: "",
      stderr: expect.stringContaining(`wg: port ${port} is taken by another program\n  hint: `),
    });
    for (const bad of ["x", "-1", "65536", "1.5", ""]) {
      expect(await place.wg("simulate", `--port=${bad}`)).toMatchObject({ status: 2, stdout: "" });
    }
    expect((await place.wg("simulate", "--script", "none.toml")).stderr).toContain("there is no script at");
    fs.writeFileSync(path.join(place.project, "bad.json"), '{\n"rules": [{"steps": 3}]}');
    const refused = await place.wg("simulate", "--script", "bad.json", "--json");
    expect(refused.status).toBe(1);
    expect(JSON.parse(refused.stdout).error).toMatchObject({ code: "bad-script", at: { line: 2 } });
    const unwritable = await place.wg("simulate", "--port", "0", "--log", "no/such/folder");
    expect([unwritable.status, unwritable.stderr]).toEqual([1, expect.stringContaining("cannot write")]);
  });

  it("stops when nobody reads its output any more", async () => {
    const server = await started([]);
    const child = open.at(-1)?.child;
    child?.stdout?.destroy();
    const ended = new Promise((resolve) => child?.on("exit", resolve));
    await ask(server.url).catch(() => {});
    await ask(server.url).catch(() => {});
    expect(await ended).toBe(0);
  });
});
