// The sentence of a switch, word by word.
import { describe, expect, it } from "vitest";
import { WgError } from "../base/error.ts";
import { overrideSentence, type SwitchOutcome, switchSentence } from "./outcome.ts";

const plain: SwitchOutcome = {
  from: { profile: "claude", revision: "aaaaaaaaaaaa" },
  to: { profile: "codex", revision: "bbbbbbbbbbbb" },
  changed: true,
  next: "codex:gpt-5.5",
  replies: [],
  overrides: [],
  notes: [],
  tookMs: 12.4,
};
const applied = { kind: "applied" as const, profile: "codex", revision: "bbbbbbbbbbbb", staying: [] };
const older = { profile: "claude", revision: "aaaaaaaaaaaa" };

function said(more: Partial<SwitchOutcome>): string {
  return switchSentence({ ...plain, ...more });
}

describe("the sentence of a switch", () => {
  it("says what was active, what is, that nobody had to be told, and what comes next", () => {
    expect(said({})).toBe(
      "switched from claude@aaaaaaaaaaaa to codex@bbbbbbbbbbbb in 12 ms; no service is running; the next dispatch uses codex:gpt-5.5",
    );
  });

  it("names the services that acknowledged, and that nobody stays behind", () => {
    expect(said({ replies: [{ ...applied, project: "/a" }] })).toContain(
      "; the service of /a acknowledged; no worker stays on an older revision; ",
    );
    expect(said({ replies: ["/a", "/b"].map((project) => ({ ...applied, project })) })).toContain(
      "; 2 services acknowledged (/a, /b); ",
    );
  });

  it("adds up the workers that stay, by what they stay on", () => {
    const base = { profile: "base", revision: "cccccccccccc", runs: 1 };
    const replies = [
      { ...applied, project: "/a", staying: [{ ...older, runs: 2 }, base] },
      { ...applied, project: "/b", staying: [{ ...older, runs: 1 }] },
    ];
    expect(said({ replies })).toContain(
      "; 3 workers stay on claude@aaaaaaaaaaaa, 1 on base@cccccccccccc to the end; ",
    );
  });

  it("says of a single one that it stays", () => {
    const replies = [{ ...applied, project: "/a", staying: [{ ...older, runs: 1 }] }];
    expect(said({ replies })).toContain("; 1 worker stays on claude@aaaaaaaaaaaa to the end; ");
  });

  it("names those that stay pinned and those that did not answer", () => {
    const sentence = said({
      replies: [
        { kind: "pinned", project: "/p", ...older, staying: [], why: "env WG_PROFILE" },
        { kind: "unreachable", project: "/s", why: "too slow" },
        { kind: "refused", project: "/r", problem: new WgError("x", "no") },
      ],
    });
    expect(sentence).toContain("; /p stays on claude@aaaaaaaaaaaa (env WG_PROFILE); ");
    expect(sentence).toContain(
      "; the service of /s did not answer and looks for itself before its next claim (too slow); ",
    );
    expect(sentence).toContain("; the service of /r refused (no); ");
    expect(sentence).not.toContain("no service is running");
  });

  it("says that nothing had to be switched", () => {
    expect(said({ changed: false })).toMatch(/^codex@bbbbbbbbbbbb was active already; /);
  });

  it("says whose pointer it was, and does without a revision it cannot know", () => {
    expect(said({ project: "/a", from: { profile: "gone" } })).toMatch(
      /^switched for \/a from gone to codex@/,
    );
  });
});

describe("the warning for what beats a switch", () => {
  it("says how to follow the switch, for a variable and for a project", () => {
    const env = { layer: "env" as const, source: "WG_AGENT_MODEL" };
    expect(overrideSentence({ key: "agent.model", value: "codex:a", origin: env })).toBe(
      "in this shell WG_AGENT_MODEL is set and wins: agent.model = codex:a; to follow the switch: unset WG_AGENT_MODEL",
    );
    const project = { layer: "project" as const, source: "/a/.wg/active-profile" };
    expect(overrideSentence({ key: "profile", value: "claude", origin: project })).toBe(
      "in this project /a/.wg/active-profile wins: profile claude; to follow the switch: wg profile use --clear --project",
    );
  });
});
