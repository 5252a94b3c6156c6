// What the texts of a task may hold.
import { describe, expect, it } from "vitest";
import {
  checkedCommand,
  checkedDescription,
  checkedMessage,
  checkedPriority,
  checkedRoute,
  checkedTags,
  checkedTier,
  checkedTitle,
} from "./task-text.ts";

const refusal = (code: string) => expect.objectContaining({ code });

describe("texts of a task", () => {
  it("a title is trimmed, and may hold any printable text", () => {
    expect(checkedTitle("  Größe 日本 👩‍💻  ")).toBe("Größe 日本 👩‍💻");
  });

  it.each([
    "",
    "   ",
    "a\nb",
    "a\tb",
    "a\0b",
    "\u001b[31mred",
    "a\u2028b",
    "a\u202eb",
    "a\u0085b",
    "x".repeat(301),
  ])("the title %j is refused", (title) => {
    expect(() => checkedTitle(title)).toThrow(refusal("bad-title"));
  });

  it("a description may have a million lines as long as it stays within 256 KB", () => {
    expect(checkedDescription("\n".repeat(256 * 1024))).toHaveLength(256 * 1024);
    expect(() => checkedDescription("\n".repeat(1_000_000))).toThrow(refusal("bad-description"));
    expect(() => checkedDescription("é".repeat(128 * 1024 + 1))).toThrow(refusal("bad-description"));
    expect(() => checkedDescription("a\0")).toThrow(refusal("bad-description"));
  });

  it("a message is not empty, within bounds and without a NUL", () => {
    expect(checkedMessage(" a\nb ")).toBe("a\nb");
    for (const message of ["", " \n ", "a\0", "x".repeat(16_001)]) {
      expect(() => checkedMessage(message)).toThrow(refusal("bad-message"));
    }
  });

  it("a command is not empty, within bounds and without a NUL", () => {
    expect(checkedCommand("make\nmake test")).toBe("make\nmake test");
    for (const command of ["", "  ", "a\0", "x".repeat(8_001)]) {
      expect(() => checkedCommand(command)).toThrow(refusal("bad-command"));
    }
  });

  it("a route is written the one way", () => {
    expect(checkedRoute("nex:qwen3:8b")).toBe("local:qwen3:8b");
    expect(() => checkedRoute("opus")).toThrow(refusal("bad-route"));
  });

  it("a tier is a key of the settings", () => {
    expect(checkedTier("fast")).toBe("fast");
    expect(() => checkedTier("no such tier")).toThrow(refusal("bad-tier"));
  });

  it("tags are words, each once, sorted, 50 at most", () => {
    expect(checkedTags(["b", "a", "b", "größe", "area/x"])).toEqual(["a", "area/x", "b", "größe"]);
    for (const tag of ["", "a b", "-a", "a,b", "x".repeat(65)]) {
      expect(() => checkedTags([tag])).toThrow(refusal("bad-tag"));
    }
    expect(() => checkedTags(Array.from({ length: 51 }, (_, index) => `t${index}`))).toThrow(
      refusal("bad-tag"),
    );
  });

  it("a priority is a whole number within a million of 0", () => {
    expect(checkedPriority(-5)).toBe(-5);
    for (const priority of [1.5, Number.NaN, 1_000_001, -1_000_001]) {
      expect(() => checkedPriority(priority)).toThrow(refusal("bad-priority"));
    }
  });
});
