// A new name, and everything that follows it, is refused, or is taken back.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { draftPath } from "../base/draft.ts";
import { WgError } from "../base/error.ts";
import { homeOf, projectAt } from "../base/home.ts";
import { processMark } from "../base/process.ts";
import type { ReloadAnswer } from "../ipc/protocol.ts";
import { type Server, serve } from "../ipc/server.ts";
import { socketPathOf } from "../ipc/socket.ts";
import { profileNames, profilePath } from "./files.ts";
import { readSwitches } from "./history.ts";
import { loadNamed, loadSettings } from "./load.ts";
import { type Renamed, renameProfile } from "./rename.ts";
import { registerService } from "./services.ts";
import { useProfile } from "./switch.ts";
import type { Where } from "./where.ts";

const signal = new AbortController().signal;
const by = { pid: 1, user: "ada" };
const now = () => new Date("2026-11-23T12:00:00Z");

const plain = '# mine\n[agent]\nmodel = "claude:opus" # the large one\n';
const child =
  '# before\nextends  =  "one"   # why\nfallback = [ "two", # first\n  "one" ]\n\n[tiers]\nfast = "claude:haiku"\n';

let root: string;
let where: Where;
let servers: Server[];

beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "wg-rename-")));
  where = { home: homeOf({ WG_HOME: path.join(root, "home") }), env: {} };
  servers = [];
  fs.mkdirSync(where.home.profiles, { recursive: true });
  write("one", plain);
  write("two", '[agent]\nmodel = "codex:gpt-5.5"\n');
  write("child", child);
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close(0)));
  fs.rmSync(root, { recursive: true });
});

function write(name: string, text: string): void {
  fs.writeFileSync(profilePath(where.home, name), text);
}

function text(name: string): string {
  return fs.readFileSync(profilePath(where.home, name), "utf8");
}

function pointer(file = where.home.pointer): string {
  return fs.readFileSync(file, "utf8").trim();
}

function rename(from: string, to: string): Promise<Renamed> {
  return renameProfile(where, { from, to, by, now }, signal);
}

function use(word: string) {
  const target = word === "-" ? { kind: "previous" as const } : { kind: "named" as const, word };
  return useProfile(where, { target, by, now }, signal);
}

async function code(step: Promise<unknown>): Promise<string> {
  try {
    await step;
  } catch (error) {
    if (error instanceof WgError) return error.code;
    throw error;
  }
  return "was not refused";
}

/** Every file below the home but locks, path -> text. */
function everything(): Record<string, string> {
  const files = fs.readdirSync(where.home.root, { recursive: true, encoding: "utf8" });
  const kept = files.filter((file) => !/\.lock|history/.test(file));
  return Object.fromEntries(
    kept
      .map((file) => path.join(where.home.root, file))
      .filter((file) => fs.statSync(file).isFile())
      .map((file) => [file, fs.readFileSync(file, "utf8")]),
  );
}

/** A service that answers `reload` from the files, unless told otherwise. */
async function service(
  env: Record<string, string>,
  answer = (good: ReloadAnswer) => good,
): Promise<string[]> {
  const project = projectAt(path.join(root, "project"));
  fs.mkdirSync(project.service, { recursive: true });
  const asked: string[] = [];
  const notAsked = () => {
    throw new Error("nobody should ask that");
  };
  const server = await serve(socketPathOf(project), {
    ping: notAsked,
    nudge: notAsked,
    status: notAsked,
    stop: notAsked,
    reload(params) {
      asked.push(params.by);
      const { active, revision } = loadSettings({ home: where.home, project, env }).settings;
      const applied = { profile: active.name ?? "base", revision, appliedAt: now().toISOString() };
      return answer({ applied, changed: true, inFlight: [] });
    },
  });
  servers.push(server);
  const mark = processMark(process.pid) ?? { pid: process.pid, started: "" };
  registerService(where.home, { project: project.root, socket: socketPathOf(project), mark, env, flags: {} });
  return asked;
}

describe("a renamed profile", () => {
  it("keeps its bytes, and those beside the name in the profiles that extend it or fall back to it", async () => {
    const before = loadNamed(where, "one").revision;
    const renamed = await rename("one", "eins");
    expect(profileNames(where.home)).toEqual(["child", "eins", "two"]);
    expect(text("eins")).toBe(plain);
    expect(text("child")).toBe(child.replaceAll('"one"', '"eins"'));
    expect(renamed.followers).toEqual(["child"]);
    expect(loadNamed(where, "eins").revision).toBe(before);
  });

  it("is what the pointers name, that of a project seen before too", async () => {
    const project = projectAt(path.join(root, "other"));
    fs.mkdirSync(project.folder, { recursive: true });
    await useProfile(where, { target: { kind: "named", word: "one" }, project, by, now }, signal);
    await use("one");
    expect((await rename("one", "eins")).pointers).toEqual([where.home.pointer, project.pointer]);
    expect([pointer(), pointer(project.pointer)]).toEqual(["eins", "eins"]);
  });

  it("is where use - goes back to, under its new name", async () => {
    await use("one");
    await use("two");
    await rename("one", "eins");
    expect(readSwitches(where.home).map(({ to }) => to)).toEqual(["eins", "two"]);
    await use("-");
    expect(pointer()).toBe("eins");
  });

  it("stays a symlink to where its text is, with its mode", async () => {
    const target = path.join(root, "dotfile.toml");
    fs.renameSync(profilePath(where.home, "one"), target);
    fs.symlinkSync(target, profilePath(where.home, "one"));
    fs.chmodSync(profilePath(where.home, "two"), 0o640);
    await rename("one", "eins");
    await rename("two", "zwei");
    expect(fs.readlinkSync(profilePath(where.home, "eins"))).toBe(target);
    expect(fs.statSync(profilePath(where.home, "zwei")).mode & 0o777).toBe(0o640);
  });

  it("takes along what was typed and not saved yet", async () => {
    fs.writeFileSync(draftPath(profilePath(where.home, "one")), "a draft");
    await rename("one", "eins");
    expect(fs.readFileSync(draftPath(profilePath(where.home, "eins")), "utf8")).toBe("a draft");
  });

  it("may be one that cannot be used", async () => {
    write("one", "agent.model =\n");
    await rename("one", "eins");
    expect(text("eins")).toBe("agent.model =\n");
  });

  it("is told where a config file still names it, which is not changed", async () => {
    fs.writeFileSync(where.home.config, '# c\nfallback = ["one"]\n');
    const { notes } = await rename("one", "eins");
    expect(notes).toEqual([`fallback of ${where.home.config}:2 still names one`]);
    expect(fs.readFileSync(where.home.config, "utf8")).toBe('# c\nfallback = ["one"]\n');
  });
});

describe("a rename that was cut off", () => {
  it.each([
    ["before anything followed", () => {}],
    ["before the pointer followed", () => write("child", child.replaceAll('"one"', '"eins"'))],
    [
      "before the old name went",
      () => {
        write("child", child.replaceAll('"one"', '"eins"'));
        fs.writeFileSync(where.home.pointer, "eins\n");
      },
    ],
  ])("%s has broken nothing, and is finished by the same call", async (_, cut) => {
    await use("one");
    fs.linkSync(profilePath(where.home, "one"), profilePath(where.home, "eins"));
    cut();
    for (const name of profileNames(where.home)) loadNamed(where, name);
    loadSettings(where);
    await rename("one", "eins");
    expect(pointer()).toBe("eins");
    expect(profileNames(where.home)).toEqual(["child", "eins", "two"]);
    expect(text("child")).toBe(child.replaceAll('"one"', '"eins"'));
  });
});

describe("a rename is refused, with nothing changed,", () => {
  it.each([
    ["onto a name that is taken", "one", "two", "profile-exists"],
    ["onto itself", "one", "one", "profile-exists"],
    ["to what can be no name", "one", "../x", "bad-name"],
    ["to a reserved word", "one", "base", "bad-name"],
    ["of a name not written in full", "on", "eins", "no-profile"],
    ["of a profile there is not", "none-such", "eins", "no-profile"],
  ])("%s", async (_, from, to, expected) => {
    const before = everything();
    expect(await code(rename(from, to))).toBe(expected);
    expect(everything()).toEqual(before);
  });

  it("when a service was started on the old name", async () => {
    await service({ WG_PROFILE: "one" });
    const before = everything();
    expect(await code(rename("one", "eins"))).toBe("profile-pinned");
    expect(everything()).toEqual(before);
  });

  it("when a service refuses what it finds, and is told again", async () => {
    await use("one");
    const problem = { message: "no", since: now().toISOString() };
    const asked = await service({}, (good) =>
      good.applied.profile === "eins" ? { ...good, applied: { ...good.applied, problem } } : good,
    );
    const before = everything();
    expect(await code(rename("one", "eins"))).toBe("service-refused");
    expect(everything()).toEqual(before);
    expect(asked).toEqual(["profile rename one eins", "profile rename one eins, taken back"]);
    await use("two");
    await use("-");
    expect(pointer()).toBe("one");
  });
});

it("a service that follows takes the new name over", async () => {
  await use("one");
  await service({});
  const { replies } = await rename("one", "eins");
  expect(replies).toMatchObject([{ kind: "applied", profile: "eins" }]);
});
