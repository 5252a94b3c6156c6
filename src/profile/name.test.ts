// Names taken, refused and guessed at.
import { describe, expect, it } from "vitest";
import { WgError } from "../base/error.ts";
import { checkName, exactMatch, isProfileName, matchName } from "./name.ts";

const names = ["claude", "claude-big", "codex", "wgnext"];

function refusal(step: () => unknown): WgError {
  try {
    step();
  } catch (error) {
    if (error instanceof WgError) return error;
    throw error;
  }
  throw new Error("was not refused");
}

describe("checkName", () => {
  it.each(["a", "codex", "gpt-5.5", "0", "a_b.c-d", "x".repeat(64)])("takes %s", (name) => {
    expect(checkName(name)).toBe(name);
  });

  it.each([
    "",
    "../config",
    "a/b",
    "a/",
    "/etc/passwd",
    ".hidden",
    "-x",
    "Codex",
    "a b",
    "a\0b",
    "a\n",
    "ä",
    "x".repeat(65),
    "x".repeat(300),
  ])("refuses %j", (name) => {
    const error = refusal(() => checkName(name));
    expect(error.code).toBe("bad-name");
    expect(error.message.length).toBeLessThan(200);
  });

  it.each(["base", "none", "-"])("keeps %s for itself", (name) => {
    expect(isProfileName(name)).toBe(false);
    expect(refusal(() => checkName(name)).message).toContain("reserved");
  });
});

describe("matchName", () => {
  it("takes an exact name before a longer one that it begins", () => {
    expect(matchName("claude", names)).toBe("claude");
  });

  it("takes the beginning of one name alone", () => {
    expect(matchName("co", names)).toBe("codex");
    expect(matchName("claude-", names)).toBe("claude-big");
  });

  it("refuses the beginning of several, and lists them", () => {
    const error = refusal(() => matchName("c", names));
    expect(error.code).toBe("ambiguous-profile");
    expect(error.hint).toContain("claude, claude-big, codex");
  });

  it("guesses at a mistyped name", () => {
    const error = refusal(() => matchName("codx", names));
    expect(error.message).toBe('profile "codx" not found');
    expect(error.hint).toBe("did you mean codex?");
  });

  it("lists what there is when no name is near", () => {
    expect(refusal(() => matchName("mistral", names)).hint).toBe(`there are ${names.join(", ")}`);
  });

  it("guesses at a name in upper case", () => {
    expect(refusal(() => matchName("CODEX", names)).hint).toBe("did you mean codex?");
  });

  it("refuses what could be no name before it looks for it", () => {
    expect(refusal(() => matchName("../codex", names)).code).toBe("bad-name");
  });
});

describe("the alias nex", () => {
  it("means wgnext", () => {
    expect(matchName("nex", names)).toBe("wgnext");
  });

  it("never hides a profile of that name", () => {
    expect(matchName("nex", [...names, "nex"])).toBe("nex");
  });

  it("means nothing where there is no wgnext", () => {
    expect(exactMatch("nex", ["codex"])).toBeUndefined();
  });
});
