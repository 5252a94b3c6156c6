// Each rule of the linter on a profile that breaks it, and none of them on profiles that are in order.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { homeOf } from "../base/home.ts";
import { profileNames, profilePath } from "../profile/files.ts";
import { ensureStarters } from "../profile/starters.ts";
import type { Where } from "../profile/where.ts";
import { isKnownModel, likeModel } from "./known-models.ts";
import { lintProfile } from "./lint.ts";

let root: string;
let where: Where;

beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "wg-lint-")));
  where = { home: homeOf({ WG_HOME: root }), env: {} };
  ensureStarters(where.home);
});
afterEach(() => fs.rmSync(root, { recursive: true }));

function write(text: string, mode = 0o600): void {
  fs.writeFileSync(profilePath(where.home, "mine"), text);
  fs.chmodSync(profilePath(where.home, "mine"), mode);
}

/** The findings on the profile as `line level rule: message`. */
function findings(text: string, mode?: number): string[] {
  write(text, mode);
  return lintProfile(where, "mine", (line) => line.includes("sk-live-")).map(
    ({ level, rule, message, at }) => `${at?.line ?? "-"} ${level} ${rule}: ${message}`,
  );
}

const opus = '[agent]\nmodel = "claude:opus"\n';
const gate = (more = "") =>
  `[[llm_endpoints.endpoints]]\nname = "gate"\nprovider = "anthropic"\nurl = "http://h:1"\n${more}`;

it("the starters, the base and a plain profile are in order", () => {
  for (const name of [...profileNames(where.home), undefined]) {
    expect(lintProfile(where, name, () => false)).toEqual([]);
  }
  expect(findings(opus)).toEqual([]);
});

describe("an error is", () => {
  it("a profile that cannot be used, with its place", () => {
    expect(findings('[agent]\nmodle = "claude:opus"\n')).toEqual([
      "2 error unknown-key: unknown key agent.modle",
    ]);
    expect(findings(`extends = "gone"\n${opus}`)).toEqual([
      '1 error no-profile: extends: profile "gone" not found',
    ]);
    expect(findings(`${opus}[env]\nPATH = "/x"\n`)[0]).toContain("4 error bad-name");
  });

  it("a line with a key in it, also where the rest cannot be read, and the key is not repeated", () => {
    expect(findings(`# sk-live-123\n${opus}`)).toEqual([
      "1 error inline-secret: holds what looks like a key",
    ]);
    expect(findings("a = = sk-live-123\n")).toContain("1 error inline-secret: holds what looks like a key");
    expect(findings("a = = sk-live-123\n").join()).not.toContain("sk-live-123");
  });

  it("a fallback that is no profile", () => {
    expect(findings(`${opus}`.replace("[agent]", 'fallback = ["codex", "gone", "mine"]\n[agent]'))).toEqual([
      '1 error fallback: falls back to "gone", and there is no such profile',
      "1 warning fallback: falls back to itself",
    ]);
  });

  it("a file with a command in it that others can change; that they can read it is a warning", () => {
    const text = `${opus}${gate('api_key_ref = "cmd:pass show gate"\n')}`;
    const said = (level: string, verb: string) =>
      `7 ${level} open-file: holds a command that wg runs for a key, and others can ${verb} it`;
    expect(findings(text, 0o600)).toEqual([]);
    expect(findings(text, 0o644)).toEqual([said("warning", "read")]);
    expect(findings(text, 0o660)).toEqual([said("error", "change")]);
    expect(findings(opus, 0o666)).toEqual([]);
  });
});

describe("a warning is", () => {
  it("a model like none that is known, unless a server of its own is asked", () => {
    expect(findings('[agent]\nmodel = "claude:opsu"\n')).toEqual([
      "2 warning unknown-model: agent.model: claude:opsu is like no model known in November 2026",
    ]);
    expect(findings('[agent]\nmodel = "codex:gtp-5.5"\n[tiers]\nfast = "codex:gpt-9"\n')).toHaveLength(2);
    expect(findings(`[agent]\nmodel = "claude:glm-5"\n${gate()}`)).toEqual([]);
    expect(findings('[agent]\nmodel = "claude:glm-5"\n[env]\nANTHROPIC_BASE_URL = "http://h"\n')).toEqual([]);
  });

  it("an endpoint that nobody uses", () => {
    const second = gate("is_default = true\n") + gate().replace('"gate"', '"spare"');
    expect(findings(`${opus}${second}`)).toEqual([
      '8 warning unused-endpoint: endpoint "spare" is used by no role and no tier',
    ]);
    expect(findings(`${opus}[models.chat]\nendpoint = "spare"\n${second}`)).toEqual([]);
  });

  it("a pin without effect, or with too much of it", () => {
    expect(findings(`${opus}[env]\nANTHROPIC_BASE_URL = "http://x"\n${gate()}`)).toEqual([
      "4 warning env-trap: env.ANTHROPIC_BASE_URL has no effect beside an endpoint, whose url wins",
    ]);
    expect(findings(`${opus}[handlers.claude.env]\nCLAUDE_CODE_USE_BEDROCK = "1"\n`)).toEqual([]);
    expect(
      findings(
        `${opus}[handlers.claude.env]\nCLAUDE_CODE_USE_BEDROCK = "1"\nANTHROPIC_MODEL = "haiku"\n${gate()}`,
      ),
    ).toHaveLength(2);
    expect(findings('[agent]\nmodel = "codex:gpt-5.5"\n[env]\nOPENAI_BASE_URL = "http://x"\n')).toHaveLength(
      1,
    );
    expect(findings(`${opus}[env]\nPYTHONPATH = "/x"\nTZ = "UTC"\n`)).toEqual([
      "4 warning env-trap: env.PYTHONPATH changes what every program of a run loads or runs",
    ]);
  });

  it("what the active profile hides in the config files, and a variable that beats it", () => {
    fs.writeFileSync(
      where.home.config,
      '[agent]\nmodel = "claude:haiku"\n[tiers]\npremium = "claude:opus"\n',
    );
    expect(findings(opus)).toEqual([]);
    fs.writeFileSync(where.home.pointer, "mine\n");
    where = { ...where, env: { WG_AGENT_MODEL: "codex:gpt-5.5", WG_AGENT_TIMEOUT: "1h" } };
    expect(findings(opus)).toEqual([
      "2 warning shadowed-key: agent.model counts no more while mine is active",
      "4 warning shadowed-key: tiers.premium counts no more while mine is active",
      "- warning shadowed-by-variable: in this shell WG_AGENT_MODEL is set and beats agent.model",
    ]);
  });
});

it("ids of the past and of today are known, and a slip of the pen is guessed at", () => {
  for (const id of ["opus", "sonnet[1m]", "claude-opus-5-5", "claude-haiku-4-5-20251001", "claude-fable-5"]) {
    expect(isKnownModel("claude", id), id).toBe(true);
  }
  for (const id of ["gpt-5", "gpt-5.4-mini", "gpt-5.3-codex", "gpt-6.1-sol", "o3"]) {
    expect(isKnownModel("codex", id), id).toBe(true);
  }
  expect(isKnownModel("nex", "anything")).toBe(true);
  expect([likeModel("claude", "opsu"), likeModel("codex", "gtp-5.5")]).toEqual(["opus", "gpt-5.5"]);
});
