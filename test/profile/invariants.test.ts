// What no switch may ever do, tried with real processes: tear, lose, mix, or touch a file that is not its own.
import { spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Ended, makePlace, type Place, program, run } from "../support/wg.ts";

let place: Place;
let home: string;
beforeEach(() => {
  place = makePlace();
  home = path.join(place.home, ".wg");
});
afterEach(() => place.remove());

const wg = (...args: string[]): Promise<Ended> => place.wg("profile", ...args);
const names = ["claude", "codex", "wgnext"];

interface Entry {
  kind: string;
  from: string;
  to: string;
}

function history(): Entry[] {
  return fs
    .readFileSync(path.join(home, "profile-history.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

function pointer(): string {
  return fs.readFileSync(path.join(home, "active-profile"), "utf8");
}

describe("many switches at once", () => {
  it("leave what one of them asked for, and a history in which each begins where the last one ended", async () => {
    await wg();
    const asked = Array.from({ length: 12 }, (_, n) => names[n % 3] ?? "");
    const ended = await Promise.all(asked.map((name) => wg("use", name, "--no-check")));
    expect(ended.map(({ status, stdout }) => [status, stdout])).toEqual(
      asked.map((name) => [0, `${name}\n`]),
    );
    const entries = history();
    expect(entries[0]?.from).toBe("base");
    for (const [index, entry] of entries.slice(1).entries()) expect(entry.from).toBe(entries[index]?.to);
    expect(pointer()).toBe(`${entries.at(-1)?.to}\n`);
  });

  it("and many sets of one profile lose none of them", async () => {
    await wg();
    const tiers = Array.from({ length: 8 }, (_, n) => `t${n}`);
    const ended = await Promise.all(tiers.map((tier) => wg("set", "codex", `tiers.${tier}`, "codex:x")));
    expect(ended.map(({ status }) => status)).toEqual(tiers.map(() => 0));
    const { stdout } = await wg("show", "codex", "--json");
    const keys = JSON.parse(stdout).values.map(({ key }: { key: string }) => key);
    for (const tier of tiers) expect(keys).toContain(`tiers.${tier}`);
  });
});

describe("a switch that is killed", () => {
  it("leaves the old profile or the new one, and the next one works", async () => {
    await wg("use", "claude", "--no-check");
    const startedMs = performance.now();
    await wg("use", "codex", "--no-check");
    const usualMs = performance.now() - startedMs;
    const outcomes = new Set<string>();
    for (let n = 0; n < 24; n++) {
      await killedAfter((n / 16) * usualMs, "use", names[n % 3] ?? "", "--no-check");
      outcomes.add(pointer());
      expect(names.map((name) => `${name}\n`)).toContain(pointer());
    }
    expect(outcomes.size).toBeGreaterThan(1);
    expect((await wg("use", "-", "--no-check")).status).toBe(0);
    for (const entry of history()) expect(["base", ...names]).toContain(entry.to);
    expect((await wg("current")).stdout).toBe(pointer());
  });

  it("and a killed first command leaves no half set of starters", async () => {
    for (let n = 0; n < 10; n++) {
      fs.rmSync(home, { recursive: true, force: true });
      await killedAfter(40 + n * 15, "list");
      expect((await wg()).stdout).toBe("claude\ncodex\nwgnext\n");
    }
  });
});

/** Runs a verb and kills it after a while, if it is still there. */
function killedAfter(ms: number, ...args: string[]): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, "profile", ...args], {
      cwd: place.project,
      env: place.env,
      stdio: "ignore",
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), ms);
    child.on("close", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

describe("files of the user", () => {
  it("that are symlinks stay symlinks: profile, pointer, history and config", async () => {
    await wg();
    const dotfiles = path.join(place.home, "dotfiles");
    fs.mkdirSync(dotfiles);
    const linked = ["profiles/codex.toml", "active-profile", "profile-history.jsonl", "config.toml"];
    for (const name of linked) {
      const at = path.join(home, name);
      const target = path.join(dotfiles, path.basename(name));
      if (fs.existsSync(at)) fs.renameSync(at, target);
      else fs.writeFileSync(target, name === "active-profile" ? "claude\n" : "");
      fs.symlinkSync(target, at);
    }
    for (const args of [
      ["use", "codex", "--no-check"],
      ["set", "codex", "tiers.fast", "codex:other"],
      ["use", "-", "--no-check"],
      ["undo", "--no-check"],
      ["use", "--clear"],
    ]) {
      expect((await wg(...args)).status, args.join(" ")).toBe(0);
    }
    await place.wg("config", "set", "--global", "agent.max_turns", "7");
    for (const name of linked) expect(fs.lstatSync(path.join(home, name)).isSymbolicLink(), name).toBe(true);
    expect(fs.readFileSync(path.join(dotfiles, "codex.toml"), "utf8")).toContain("codex:other");
    expect((await wg("current")).stdout).toBe("base\n");
  });

  it("are the same bytes after any number of switches, in the project too", async () => {
    await place.wg("init");
    await wg();
    const mine: Record<string, string> = {
      [path.join(home, "config.toml")]: "\ufeff# mine\r\nagent.max_turns=7#why\r\n\r\n",
      [path.join(place.project, ".wg", "config.toml")]: '[agent]\n  model   =  "claude:sonnet" # here',
      [path.join(home, "profiles", "codex.toml")]: '# a\n\n\nagent . model="codex:x"\n#z',
    };
    for (const [file, text] of Object.entries(mine)) fs.writeFileSync(file, text);
    for (const args of [
      ["use", "codex", "--no-check"],
      ["use", "claude", "--no-check"],
      ["use", "-", "--no-check"],
      ["undo", "--no-check"],
      ["use", "--clear"],
    ]) {
      expect((await wg(...args)).status, args.join(" ")).toBe(0);
    }
    for (const [file, text] of Object.entries(mine)) expect(fs.readFileSync(file, "utf8")).toBe(text);
    expect((await wg("show")).stdout).toContain("claude:sonnet");
  });

  it("that are bad are named by file and line, stay as they are, and never change what is active", async () => {
    await wg("use", "claude", "--no-check");
    const bad: [string, string][] = [
      [path.join(home, "profiles", "codex.toml"), "[agent\n"],
      [path.join(home, "config.toml"), "\nunknown_key = 1\n"],
    ];
    for (const [file, text] of bad) {
      const before = fs.existsSync(file) ? fs.readFileSync(file) : undefined;
      fs.writeFileSync(file, text);
      const refused = await wg("use", "codex", "--no-check");
      expect([refused.status, refused.stdout, pointer()]).toEqual([1, "", "claude\n"]);
      expect(refused.stderr).toMatch(new RegExp(`${file}:\\d`));
      expect(fs.readFileSync(file, "utf8")).toBe(text);
      if (before === undefined) fs.rmSync(file);
      else fs.writeFileSync(file, before);
    }
    const big = path.join(home, "profiles", "big.toml");
    fs.writeFileSync(big, Buffer.alloc(10 * 1024 * 1024, "#"));
    expect(await wg("use", "big")).toMatchObject({ status: 1, stderr: expect.stringContaining(big) });
    expect(pointer()).toBe("claude\n");
  });
});

// A mount namespace of their own lets these tests have a full and a read-only disk, as root or as anybody.
const canMount = spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;
if (!canMount)
  console.warn("SKIPPED: full and read-only homes, since this machine allows no mount namespace");

describe.runIf(canMount)("a home that cannot be written", () => {
  /** Runs lines of sh in a namespace where `disk` is `place.home`'s .wg on a file system of its own. */
  function withDisk(...lines: string[]): Promise<Ended> {
    const env = { ...place.env, HOME_DIR: home, WG: `${process.execPath} ${program} profile` };
    fs.mkdirSync(home, { recursive: true });
    const script = [
      "set -u",
      'mount -t tmpfs -o size=256k tmpfs "$HOME_DIR"',
      'cd "$HOME_DIR"',
      ...lines,
    ].join("\n");
    return run("unshare", ["-rm", "sh", "-c", script], { cwd: place.project, env });
  }

  it("on a full disk refuses clearly, and leaves everything as it was", async () => {
    const { stdout, stderr } = await withDisk(
      "$WG use claude --no-check >/dev/null 2>&1",
      "cat profiles/*.toml active-profile profile-history.jsonl | sha256sum",
      "head -c 1000000 /dev/zero > filler 2>/dev/null",
      "for try in 'use codex --no-check' 'set codex agent.model codex:other' 'create x -m codex:a' 'edit codex'; do",
      `  EDITOR="sed -i -e s/gpt/GPT/" $WG $try; echo "status $?"`,
      "done",
      "cat profiles/*.toml active-profile profile-history.jsonl | sha256sum",
      "ls -A . profiles",
      "$WG current",
      "rm filler",
      "$WG use codex --no-check",
    );
    const lines = stdout.trim().split("\n");
    const sums = lines.filter((line) => line.endsWith(" -"));
    expect(sums).toHaveLength(2);
    expect(sums[1]).toBe(sums[0]);
    expect(lines.filter((line) => line.startsWith("status"))).toEqual(Array(4).fill("status 1"));
    expect(stderr.match(/the disk is full/g)).toHaveLength(4);
    expect(stdout).not.toMatch(/\.\d+\.[0-9a-z]+$/m);
    expect(lines.slice(-2)).toEqual(["claude", "codex"]);
  });

  it("mounted read-only still lists and says what is active, and refuses to switch", async () => {
    const { stdout, stderr } = await withDisk(
      "$WG use claude --no-check >/dev/null 2>&1",
      'cd / && mount -o remount,ro "$HOME_DIR"',
      "$WG; $WG current; $WG list >/dev/null && $WG show >/dev/null && $WG history >/dev/null && echo fine",
      '$WG use codex --no-check; echo "status $?"',
      "$WG current",
    );
    expect(stdout.trim().split("\n")).toEqual([...names, "claude", "fine", "status 1", "claude"]);
    expect(stderr).toContain("read-only");
  });

  it("and empty besides, has no profile and yet fails nobody who only looks", async () => {
    const { stdout, stderr } = await withDisk(
      'cd / && mount -o remount,ro "$HOME_DIR"',
      "$WG && $WG current && $WG list && echo fine",
      '$WG use codex --no-check; echo "status $?"',
    );
    expect(stdout.trim().split("\n")).toEqual(["base", "fine", "status 1"]);
    expect(stderr).toContain("read-only");
  });
});
