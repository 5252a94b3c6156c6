// How a file is recorded that a task made.
import { expect, it } from "vitest";
import { artifactPath } from "./artifact.ts";

it.each([
  ["/p/a/b", undefined, "a/b"],
  ["/p", undefined, "."],
  ["/elsewhere/b", undefined, "/elsewhere/b"],
  ["/p/.wg/worktrees/t/a", "/p/.wg/worktrees/t", "a"],
  ["/p/a", "/p/.wg/worktrees/t", "a"],
  ["/elsewhere/b", "/p/.wg/worktrees/t", "/elsewhere/b"],
])("%s in the project /p, made in %s, is %s", (file, cwd, recorded) => {
  expect(artifactPath("/p", file, cwd)).toBe(recorded);
});
