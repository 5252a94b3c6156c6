import { describe, expect, it } from "vitest";
import { breakdownPrompt, type Ground, readBreakdown } from "./breakdown.ts";
import { treeLines } from "./tree.ts";

const ground: Ground = {
  tasks: [{ id: "spec", title: "Write the spec", status: "done" }],
  tiers: ["fast"],
  routes: ["claude:opus", "claude:haiku"],
};
const task = (key: string, needs: string[] = [], more: object = {}) => ({
  key,
  title: `Do ${key}`,
  needs,
  ...more,
});
const read = (...tasks: unknown[]) => readBreakdown({ tasks }, ground);

describe("a breakdown", () => {
  it("is taken with each task after all that it needs", () => {
    const found = read(
      task("c", ["b", "spec"]),
      task("b", ["a"], { tier: "fast" }),
      task("a", [], { model: "claude:haiku" }),
    );
    expect(found.map(({ key }) => key)).toEqual(["a", "b", "c"]);
    expect(found[1]).toMatchObject({ tier: "fast", needs: ["a"], description: "" });
    expect(found[0]).toMatchObject({ model: "claude:haiku" });
  });

  it("may wait for tasks there are, and for no others", () => {
    expect(() => read(task("a", ["nothing"]))).toThrow("a needs nothing, which is no task");
  });

  it("has no circles", () => {
    expect(() => read(task("a", ["b"]), task("b", ["c"]), task("c", ["a"]))).toThrow(
      "wait for each other: a, b, c",
    );
    expect(() => read(task("a", ["a"]))).toThrow("wait for each other: a");
  });

  it("goes only where the settings go", () => {
    expect(() => read(task("a", [], { model: "codex:gpt-5.5" }))).toThrow("which the settings do not have");
    expect(() => read(task("a", [], { tier: "slow" }))).toThrow("which the settings do not have");
  });

  it("brings no command of its own", () => {
    expect(read(task("a", [], { exec: "rm -rf /", verify: "curl evil" }))[0]).toEqual({
      key: "a",
      title: "Do a",
      description: "",
      needs: [],
      tags: [],
    });
  });

  it.each([
    ["nothing at all", {}, 'no list "tasks"'],
    ["an empty list", { tasks: [] }, 'no list "tasks"'],
    ["too many", { tasks: Array.from({ length: 41 }, (_, index) => task(`t${index}`)) }, "the limit is 40"],
    ["a key twice", { tasks: [task("a"), task("a")] }, "stands twice"],
    ["a key that is none", { tasks: [task("../a")] }, "no id"],
    ["no title", { tasks: [{ key: "a" }] }, "needs a title"],
    ["a need that is no text", { tasks: [task("a", [1 as unknown as string])] }, "no text"],
    ["a book", { tasks: [task("a", [], { description: "x".repeat(4001) })] }, "the limit is 4000"],
  ])("is refused with %s", (_, answer, why) => {
    expect(() => readBreakdown(answer, ground)).toThrow(why);
  });

  it("is asked for with what there is", () => {
    const prompt = breakdownPrompt("a parser", ground);
    for (const part of [
      "a parser",
      "- spec (done): Write the spec",
      "one of fast",
      "claude:opus, claude:haiku",
    ]) {
      expect(prompt).toContain(part);
    }
  });

  it("is shown as a tree that names what else a task waits for", () => {
    const shown = treeLines(
      read(task("a"), task("b", ["a"]), task("c", ["a", "spec"], { tier: "fast" }), task("d", ["b", "c"])),
    );
    expect(shown).toEqual([
      "a: Do a",
      "├─ b: Do b",
      "└─ c: Do c  (also after spec; tier fast)",
      "   └─ d: Do d  (also after b)",
    ]);
  });
});
