// The switch against services that follow, lag, refuse, stay silent or go their own way.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WgError } from "../base/error.ts";
import { homeOf, type Project, projectAt } from "../base/home.ts";
import { processMark } from "../base/process.ts";
import type { ReloadAnswer } from "../ipc/protocol.ts";
import { type Server, serve } from "../ipc/server.ts";
import { socketPathOf } from "../ipc/socket.ts";
import type { Target } from "./aim.ts";
import { readSwitches } from "./history.ts";
import { loadSettings, originText, ownLayers } from "./load.ts";
import { type SwitchOutcome, switchSentence } from "./outcome.ts";
import { readPointer } from "./pointer.ts";
import { removeProfile } from "./remove.ts";
import { rewriteProfile } from "./rewrite.ts";
import { registerService } from "./services.ts";
import { ensureStarters } from "./starters.ts";
import { useProfile } from "./switch.ts";
import type { Where } from "./where.ts";

let root: string;
let where: Where;
let servers: Server[];
const signal = new AbortController().signal;
const by = { pid: 1, user: "ada" };
const now = () => new Date("2026-11-23T12:00:00Z");

beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "wg-switch-")));
  where = { home: homeOf({ WG_HOME: path.join(root, "home") }), env: {} };
  ensureStarters(where.home);
  servers = [];
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close(0)));
  fs.rmSync(root, { recursive: true });
});

function use(target: Target | string, project?: Project): Promise<SwitchOutcome> {
  const meant: Target = typeof target === "string" ? { kind: "named", word: target } : target;
  return useProfile(where, { target: meant, ...(project && { project }), by, now }, signal);
}

const clear: Target = { kind: "clear" };
const undo: Target = { kind: "undo" };
const previous: Target = { kind: "previous" };

async function refusal(step: Promise<unknown>): Promise<WgError> {
  const error = await step.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof WgError) return error;
  throw error ?? new Error("was not refused");
}

function pointer(): string {
  const read = readPointer(where.home.pointer);
  return read.kind === "profile" ? read.name : read.kind;
}

function project(name: string): Project {
  const at = projectAt(path.join(root, name));
  fs.mkdirSync(at.service, { recursive: true });
  return at;
}

/** A service as far as a switch can tell: it answers `reload`, from the files unless told otherwise. */
async function service(
  name: string,
  answer: (own: Where) => ReloadAnswer | Promise<ReloadAnswer> = answerFromFiles,
  env: Record<string, string> = {},
): Promise<{ project: Project; asked: string[] }> {
  const own: Where = { home: where.home, project: project(name), env };
  const asked: string[] = [];
  const notAsked = () => {
    throw new Error("nobody should ask that");
  };
  const at = own.project ?? project(name);
  const server = await serve(socketPathOf(at), {
    ping: notAsked,
    nudge: notAsked,
    status: notAsked,
    stop: notAsked,
    reload(params) {
      asked.push(params.by);
      return answer(own);
    },
  });
  servers.push(server);
  const mark = processMark(process.pid);
  if (mark === undefined) throw new Error("this process is not alive");
  registerService(where.home, { project: at.root, socket: socketPathOf(at), mark, ...ownLayers(own) });
  return { project: at, asked };
}

function answerFromFiles(own: Where, inFlight: ReloadAnswer["inFlight"] = []): ReloadAnswer {
  const { active, revision } = loadSettings(own).settings;
  const isPinned = active.origin.layer !== "global" && active.origin.layer !== "default";
  return {
    applied: {
      profile: active.name ?? "base",
      revision,
      appliedAt: "2026-11-23T12:00:00.000Z",
      ...(isPinned && { pinned: originText(active.origin) }),
    },
    changed: true,
    inFlight,
  };
}

describe("use", () => {
  it("points at the profile and remembers the switch", async () => {
    const outcome = await use("codex");
    expect(pointer()).toBe("codex");
    expect(outcome).toMatchObject({ from: { profile: "base" }, to: { profile: "codex" }, changed: true });
    expect(readSwitches(where.home)).toEqual([
      {
        at: "2026-11-23T12:00:00.000Z",
        kind: "use",
        from: "base",
        to: "codex",
        revision: outcome.to.revision,
        by,
      },
    ]);
  });

  it("of what is active already writes nothing, and still tells the services", async () => {
    await use("codex");
    const { asked } = await service("shop");
    const before = fs.statSync(where.home.pointer);
    const outcome = await use("codex");
    expect(outcome).toMatchObject({ changed: false, replies: [{ kind: "applied" }] });
    expect(fs.statSync(where.home.pointer).ino).toBe(before.ino);
    expect(readSwitches(where.home)).toHaveLength(1);
    expect(asked).toEqual(["profile use codex"]);
  });

  it("of a profile that is not there, or is no good, changes nothing", async () => {
    await use("codex");
    fs.writeFileSync(path.join(where.home.profiles, "bad.toml"), "agent.model =\n");
    expect((await refusal(use("codx"))).hint).toBe("did you mean codex?");
    expect((await refusal(use("bad"))).at).toMatchObject({ line: 1 });
    expect(pointer()).toBe("codex");
    expect(readSwitches(where.home)).toHaveLength(1);
  });

  it("leaves a profile that has become no good, or has gone, or a broken pointer", async () => {
    const file = path.join(where.home.profiles, "codex.toml");
    await use("codex");
    fs.writeFileSync(file, "agent.model =\n");
    expect((await use("claude")).from).toEqual({ profile: "codex" });
    await use("wgnext");
    fs.rmSync(path.join(where.home.profiles, "wgnext.toml"));
    expect((await use("claude")).from).toEqual({ profile: "wgnext" });
    fs.writeFileSync(where.home.pointer, "../x\n");
    expect(await use("claude")).toMatchObject({ changed: true, from: { profile: "a broken pointer" } });
    expect(pointer()).toBe("claude");
  });

  it("is refused where a config file is broken, before anything is written", async () => {
    fs.writeFileSync(where.home.config, "\n[agent\n");
    expect((await refusal(use("codex"))).at).toMatchObject({ path: where.home.config, line: 2 });
    expect(pointer()).toBe("absent");
  });

  it("goes back and forth with -, and not before there was a switch", async () => {
    expect((await refusal(use(previous))).code).toBe("no-previous");
    await use("codex");
    await use("claude");
    await use(previous);
    expect(pointer()).toBe("codex");
    await use(previous);
    expect(pointer()).toBe("claude");
  });

  it("undoes one switch after the other, down to the beginning", async () => {
    await use("codex");
    await use("claude");
    await use("wgnext");
    const seen: string[] = [];
    for (let n = 0; n < 3; n++) {
      await use(undo);
      seen.push(pointer());
    }
    expect(seen).toEqual(["claude", "codex", "absent"]);
    expect(await refusal(use(undo))).toMatchObject({ code: "nothing-to-undo", exit: 4 });
  });

  it("does not undo where the pointer was set by other means since", async () => {
    await use("codex");
    fs.writeFileSync(where.home.pointer, "claude\n");
    expect((await refusal(use(undo))).code).toBe("cannot-undo");
    expect(pointer()).toBe("claude");
  });

  it("names what beats it in this shell", async () => {
    where.env = { WG_PROFILE: "claude", WG_AGENT_MODEL: "claude:haiku" };
    const { overrides, to, next } = await use("codex");
    expect(overrides.map(({ key, value, origin }) => [key, value, origin.source])).toEqual([
      ["profile", "claude", "WG_PROFILE"],
      ["agent.model", "claude:haiku", "WG_AGENT_MODEL"],
    ]);
    expect([to.profile, next]).toEqual(["codex", "codex:gpt-5.5"]);
  });

  it("names a variable that beats it even where that cannot be used", async () => {
    where.env = { WG_PROFILE: "gone" };
    const { notes } = await use("codex");
    expect(notes).toEqual(['this place cannot follow: profile "gone" not found']);
    expect(pointer()).toBe("codex");
  });
});

describe("use and services", () => {
  it("collects what each acknowledged, and the workers that stay", async () => {
    const staying = [{ profile: "claude", revision: "0123456789ab", runs: 2 }];
    await service("api", (own) => answerFromFiles(own, staying));
    await service("shop", (own) => answerFromFiles(own, staying));
    const outcome = await use("codex");
    expect(outcome.replies.map(({ kind }) => kind)).toEqual(["applied", "applied"]);
    expect(switchSentence(outcome)).toContain("4 workers stay on claude@0123456789ab");
  });

  it("tells services all at once, and goes on without those that are silent", async () => {
    let asked = 0;
    const never = () => {
      asked += 1;
      return new Promise<ReloadAnswer>(() => {});
    };
    const answersOnceAllAreAsked = async (own: Where) => {
      while (asked < 2) await new Promise((resolve) => setTimeout(resolve, 5));
      return answerFromFiles(own);
    };
    await service("a", answersOnceAllAreAsked);
    for (const name of ["b", "c"]) await service(name, never);
    const outcome = await use("codex");
    expect(outcome.replies.map(({ kind }) => kind)).toEqual(["applied", "unreachable", "unreachable"]);
    expect(switchSentence(outcome)).toContain("looks for itself before its next claim");
    expect(pointer()).toBe("codex");
  });

  it("puts the old pointer back when one refuses, tells the others again, and says both", async () => {
    await use("claude");
    const good = await service("good");
    await service("sore", () => {
      throw new WgError("no-luck", "the moon is wrong", { hint: "wait", at: { path: "/moon", line: 3 } });
    });
    const error = await refusal(use("codex"));
    expect(error).toMatchObject({
      code: "service-refused",
      exit: 1,
      hint: "wait",
      at: { path: "/moon", line: 3 },
    });
    expect(error.message).toContain("the moon is wrong");
    expect(error.message).toContain("taken back");
    expect(pointer()).toBe("claude");
    expect(good.asked).toEqual(["profile use codex", "profile use codex, taken back"]);
    expect(readSwitches(where.home).map(({ kind, to }) => `${kind} ${to}`)).toEqual([
      "use claude",
      "use codex",
      "put-back claude",
    ]);
  });

  it("puts the pointer back when one keeps another revision than it should", async () => {
    const stale = answerFromFiles(where);
    await service("stale", () => stale);
    expect((await refusal(use("codex"))).message).toContain("it keeps base@");
    expect(pointer()).toBe("absent");
  });

  it("puts the pointer back when one says it has a problem", async () => {
    const applied = answerFromFiles(where).applied;
    const problem = { message: "cannot read", since: "2026-11-23T12:00:00.000Z" };
    await service("sick", (own) => ({ ...answerFromFiles(own), applied: { ...applied, problem } }));
    expect((await refusal(use("codex"))).message).toContain("cannot read");
    expect(pointer()).toBe("absent");
  });

  it("is refused before it begins where a service that follows could not load what comes", async () => {
    const { project, asked } = await service("shop");
    fs.writeFileSync(project.config, "agent.modle = 1\n");
    const error = await refusal(use("codex"));
    expect(error.message).toContain(`the service of ${project.root} could not follow`);
    expect(error.at).toMatchObject({ path: project.config, line: 1 });
    expect([pointer(), asked]).toEqual(["absent", []]);
  });

  it("lets a service with its own pointer stay, whatever it says", async () => {
    const pinned = project("pinned");
    fs.writeFileSync(pinned.pointer, "wgnext\n");
    await service("pinned");
    await service("flagged", answerFromFiles, { WG_PROFILE: "claude" });
    const outcome = await use("codex");
    expect(outcome.replies).toMatchObject([
      { kind: "pinned", profile: "claude", why: "env WG_PROFILE" },
      { kind: "pinned", profile: "wgnext" },
    ]);
    fs.writeFileSync(pinned.config, "broken =\n");
    expect((await use("claude")).changed).toBe(true);
  });

  it("knows that a service's own variables give it another revision", async () => {
    await service("shop", answerFromFiles, { WG_AGENT_MODEL: "codex:own" });
    const { to, replies } = await use("codex");
    const [reply] = replies;
    expect(reply?.kind === "applied" && reply.revision !== to.revision).toBe(true);
  });
});

describe("use of a project's own pointer", () => {
  it("is told to that project alone, and beats the global one there", async () => {
    await use("claude");
    const shop = await service("shop");
    const api = await service("api");
    where = { ...where, project: shop.project };
    const outcome = await use("codex", shop.project);
    expect(outcome.replies).toMatchObject([
      { kind: "applied", project: shop.project.root, profile: "codex" },
    ]);
    expect([shop.asked.length, api.asked.length, pointer()]).toEqual([1, 0, "claude"]);
    const [override] = (await use("wgnext")).overrides;
    expect(override).toMatchObject({ key: "profile", value: "codex" });
  });

  it("can be base, which is not the same as none", async () => {
    await use("claude");
    const { project } = await service("shop");
    where = { ...where, project };
    await use("base", project);
    expect(loadSettings(where).settings.active.name).toBeUndefined();
    const outcome = await use(clear, project);
    expect(outcome.to.profile).toBe("claude");
    expect(fs.existsSync(project.pointer)).toBe(false);
    await use(undo, project);
    expect(readPointer(project.pointer)).toEqual({ kind: "base" });
    expect((await refusal(use(undo).then(() => use(undo)))).code).toBe("nothing-to-undo");
  });
});

describe("for every row of switches", () => {
  it("use A, B, A is use A; clearing is as though never used; and nothing but pointer, history and revisions is written", async () => {
    const files = () =>
      fs
        .readdirSync(where.home.root, { recursive: true, encoding: "utf8" })
        .filter((name) => !name.startsWith("revisions"))
        .filter((name) => fs.statSync(path.join(where.home.root, name)).isFile())
        .map((name) => [name, fs.readFileSync(path.join(where.home.root, name), "latin1")]);
    fs.writeFileSync(where.home.config, "# mine\nagent.max_turns = 7   # why\n");
    const begun = loadSettings(where);
    await use("claude");
    await use(clear);
    const bytes = new Map(files() as [string, string][]);
    bytes.delete("profile-history.jsonl");
    const names = fc.constantFrom("claude", "codex", "wgnext", "base");
    await fc.assert(
      fc.asyncProperty(fc.array(names, { minLength: 1, maxLength: 4 }), names, async (row, last) => {
        await use(last);
        const direct = loadSettings(where);
        for (const name of [...row, last]) await use(name);
        expect(loadSettings(where).fingerprint).toBe(direct.fingerprint);
        await use(clear);
        expect(loadSettings(where)).toEqual(begun);
        const after = new Map(files() as [string, string][]);
        after.delete("profile-history.jsonl");
        expect(after).toEqual(bytes);
      }),
      { numRuns: 15 },
    );
  });
});

describe("changing a profile that services run on", () => {
  const setting = (text: string) => ({ name: "codex", by: "profile set codex", text: () => text });
  const good = 'agent.model = "codex:other"\n';

  it("is acknowledged like a switch", async () => {
    await use("codex");
    const { asked } = await service("shop");
    await service("elsewhere", answerFromFiles, { WG_PROFILE: "claude" });
    const rewritten = await rewriteProfile(where, setting(good), signal);
    expect(rewritten).toMatchObject({
      active: true,
      changed: true,
      next: "codex:other",
      replies: [{ kind: "applied", profile: "codex", revision: rewritten.to.revision }],
    });
    expect(asked).toEqual(["profile set codex"]);
  });

  it("reaches those that run on what extends it", async () => {
    fs.writeFileSync(path.join(where.home.profiles, "child.toml"), 'extends = "codex"\n');
    await use("child");
    await service("shop");
    expect((await rewriteProfile(where, setting(good), signal)).replies).toMatchObject([
      { kind: "applied", profile: "child" },
    ]);
  });

  it("is taken back when a service refuses", async () => {
    const file = path.join(where.home.profiles, "codex.toml");
    const before = fs.readFileSync(file, "utf8");
    await use("codex");
    await service("sore", () => {
      throw new WgError("no-luck", "the moon is wrong");
    });
    expect((await refusal(rewriteProfile(where, setting(good), signal))).code).toBe("service-refused");
    expect(fs.readFileSync(file, "utf8")).toBe(before);
  });

  it("is refused where it breaks a good profile, also one that extends it and is active", async () => {
    const file = path.join(where.home.profiles, "codex.toml");
    const before = fs.readFileSync(file, "utf8");
    expect((await refusal(rewriteProfile(where, setting("# empty\n"), signal))).code).toBe("no-model");
    fs.writeFileSync(
      path.join(where.home.profiles, "child.toml"),
      'extends = "codex"\nmodels.chat.endpoint = "mine"\n[[llm_endpoints.endpoints]]\nname = "mine"\nprovider = "openai"\nurl = "http://h"\n',
    );
    await use("child");
    const misfit = setting('agent.model = "claude:opus"\n');
    expect((await refusal(rewriteProfile(where, misfit, signal))).code).toBe("endpoint-misfit");
    expect(fs.readFileSync(file, "utf8")).toBe(before);
  });

  it("may mend a bad profile in steps, and says what is still wrong", async () => {
    fs.writeFileSync(path.join(where.home.profiles, "codex.toml"), "# nothing yet\n");
    const step = await rewriteProfile(where, setting('tiers.fast = "codex:a"\n'), signal);
    expect(step.problem?.code).toBe("no-model");
    expect((await rewriteProfile(where, setting(good), signal)).problem).toBeUndefined();
  });
});

describe("deleting a profile", () => {
  const remove = (word: string, force = false) => removeProfile(where, { word, force, by, now }, signal);

  it("removes its file", async () => {
    expect((await remove("codex")).path).toBe(path.join(where.home.profiles, "codex.toml"));
    expect(fs.existsSync(path.join(where.home.profiles, "codex.toml"))).toBe(false);
  });

  it("takes no beginning of a name for the name", async () => {
    expect((await refusal(remove("cod"))).hint).toBe("write the name in full: codex");
    expect((await refusal(remove("../config"))).code).toBe("bad-name");
  });

  it("is refused while it is active here, everywhere, or for a service", async () => {
    const shop = project("shop");
    await use("codex");
    where = { ...where, project: shop };
    await use("claude", shop);
    await service("api", answerFromFiles, { WG_PROFILE: "wgnext" });
    for (const name of ["codex", "claude", "wgnext"]) {
      expect((await refusal(remove(name))).code).toBe("profile-active");
    }
    expect(fs.readdirSync(where.home.profiles)).toHaveLength(3);
  });

  it("by force switches away first, and tells the services", async () => {
    await use("codex");
    await service("shop");
    const { switches } = await remove("codex", true);
    expect(switches).toMatchObject([
      { to: { profile: "base" }, replies: [{ kind: "applied", profile: "base" }] },
    ]);
    expect(pointer()).toBe("absent");
    expect(readSwitches(where.home).map(({ to }) => to)).toEqual(["codex", "base"]);
  });

  it("is refused while another extends it, and by force names it", async () => {
    fs.writeFileSync(path.join(where.home.profiles, "child.toml"), 'extends = "codex"\n');
    expect((await refusal(remove("codex"))).message).toContain("extended by child");
    expect((await remove("codex", true)).orphans).toEqual(["child"]);
  });
});
