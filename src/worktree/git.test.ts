// What of an environment git gets to see.
import { expect, it } from "vitest";
import { git, gitText, withoutRepository } from "./git.ts";

it("nothing of another repository is passed on, and who commits is", () => {
  const env = {
    PATH: "/bin",
    GIT_DIR: "/elsewhere/.git",
    GIT_INDEX_FILE: "/elsewhere/index",
    GIT_CONFIG_PARAMETERS: "'core.hooksPath'='/x'",
    GIT_CONFIG_COUNT: "1",
    GIT_AUTHOR_NAME: "Ada",
    GIT_AUTHOR_DATE: "yesterday",
    GIT_SSH_COMMAND: "ssh -x",
    GIT_CONFIG_GLOBAL: "/dev/null",
  };
  expect(Object.keys(withoutRepository(env))).toEqual([
    "PATH",
    "GIT_AUTHOR_NAME",
    "GIT_SSH_COMMAND",
    "GIT_CONFIG_GLOBAL",
  ]);
});

it("a call that fails is refused with git's own words, one that cannot be made is told too", async () => {
  const at = { folder: "/", env: { PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null" } };
  await expect(gitText(at, ["rev-parse", "--verify", "nope"])).rejects.toThrow(/^git rev-parse failed: /);
  await expect(git({ folder: "/", env: { PATH: "/nowhere" } }, ["status"])).resolves.toMatchObject({
    code: -1,
    stderr: expect.stringContaining("ENOENT"),
  });
  await expect(git({ folder: "/nowhere", env: at.env }, ["status"])).resolves.toMatchObject({ code: -1 });
});
