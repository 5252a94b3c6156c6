// The prompt tells an agent its task, what came before, and how to report; within bounds.
import { describe, expect, it } from "vitest";
import type { Task } from "../graph/task.ts";
import { type NeedResult, type Situation, taskPrompt } from "./prompt.ts";

const task: Task = {
  id: "ship",
  title: "Ship it",
  description: "Do the release.\n",
  status: "open",
  priority: 0,
  tags: ["release", "now"],
  needs: [],
  blockers: 0,
  attempts: 0,
  createdAt: "2026-11-23T00:00:00.000Z",
};
const need: NeedResult = {
  id: "build",
  title: "Build it",
  status: "done",
  summary: "Built.\nIt took long.",
  artifacts: ["out/app.tar"],
};

const situation: Situation = { cwd: "/p", needs: [], attempt: 1, messages: [], reportsBy: "command" };

describe("a prompt", () => {
  it("names the task, its tags, what it builds on, the folder, and every way to report", () => {
    const prompt = taskPrompt(task, { ...situation, needs: [need] });
    for (const part of [
      "# Task ship: Ship it",
      "Tags: release, now",
      "Do the release.",
      "- build (done): Build it\n    Built.\n    It took long.\n  file: out/app.tar",
      "/p",
      "wg log ship",
      "wg artifact ship",
      "wg done ship",
      "wg fail ship",
    ]) {
      expect(prompt).toContain(part);
    }
    expect(prompt).not.toContain("Attempt");
  });

  it("in a worktree tells its branch, where that began, and what becomes of it", () => {
    const worktree = {
      folder: "/p/.wg/worktrees/ship",
      branch: "wg/ship",
      repository: "/p",
      from: "f".repeat(40),
      target: "trunk",
      merge: "auto",
      title: "Ship it",
    } as const;
    const first = taskPrompt(task, { ...situation, worktree });
    expect(first).toContain("on the branch wg/ship, begun at trunk.");
    expect(first).toContain("the branch is then merged into trunk.");
    const { target: _, ...detached } = worktree;
    const manual = taskPrompt(task, { ...situation, worktree: { ...detached, merge: "manual" } });
    expect(manual).toContain("a person merges the branch into the commit that was checked out then.");
    expect(taskPrompt(task, { ...situation, attempt: 2, worktree })).toContain(
      "You go on in the same worktree",
    );
  });

  it("of a later attempt says so, also when nobody knows how the last one ended", () => {
    expect(taskPrompt(task, { ...situation, attempt: 2 })).toContain("## Attempt 2");
    expect(taskPrompt(task, { ...situation, attempt: 3, lastFailure: "no\nluck" })).toContain(
      "    no\n    luck",
    );
  });

  it("tells what will verify the work", () => {
    expect(taskPrompt({ ...task, verify: "make check" }, situation)).toContain("    make check");
  });

  it("stays bounded, whatever the needs left behind", () => {
    const talkative = Array.from({ length: 500 }, (_, index) => ({
      ...need,
      id: `n${index}`,
      summary: "x".repeat(100_000),
    }));
    const prompt = taskPrompt(task, { ...situation, needs: talkative });
    expect(prompt.length).toBeLessThan(60_000);
    expect(prompt).toContain("and 400 more");
  });

  it("has what was said to the task", () => {
    const said = {
      number: 1,
      task: "ship",
      at: "2026-11-23T10:00:00.000Z",
      by: "user",
      text: "Not on a Friday.",
    };
    const prompt = taskPrompt(task, { ...situation, messages: [said] });
    expect(prompt).toContain("Message from user at 2026-11-23T10:00:00.000Z:\nNot on a Friday.");
    expect(taskPrompt(task, situation)).not.toContain("Said to you");
  });
});
