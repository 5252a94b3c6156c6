// A route is what a person would write, and nothing that could not be run as it stands.
import { describe, expect, it } from "vitest";
import { parseRoute, routeText } from "./route.ts";

describe("a route to an ACP agent", () => {
  it.each([
    ["acp:opencode acp", "opencode acp", ""],
    ["acp:gemini --experimental-acp", "gemini --experimental-acp", ""],
    [
      "acp:npx @google/gemini-cli@0.61.0 --acp#gemini-3-pro",
      "npx @google/gemini-cli@0.61.0 --acp",
      "gemini-3-pro",
    ],
    ["acp:~/bin/agent#vendor/model:8b", "~/bin/agent", "vendor/model:8b"],
    [
      "acp:/opt/goose/goose acp --with-builtin developer,memory",
      "/opt/goose/goose acp --with-builtin developer,memory",
      "",
    ],
  ])("%s is a program with its arguments, and a model after #", (text, command, model) => {
    const route = parseRoute(text);
    expect(route).toEqual({ handler: "acp", command, model });
    expect(routeText(route)).toBe(text);
  });

  it.each([
    "acp:",
    "acp: opencode",
    "acp:opencode  acp",
    "acp:opencode acp ",
    'acp:agent "two words"',
    "acp:agent; rm -rf x",
    "acp:agent $HOME",
    "acp:agent | tee",
    "acp:./agent",
    "acp:bin/agent",
    "acp:-agent",
    "acp:..",
    "acp:agent\tacp",
    "acp:agent#",
    "acp:agent#-m",
    "acp:agent#two words",
    `acp:${"a".repeat(1001)}`,
    `acp:${"a".repeat(900)};`,
  ])("%j is none", (text) => {
    expect(() => parseRoute(text)).toThrow(/route/);
  });
});

it.each(["claude:opus", "codex:gpt-5.5", "local:qwen3:8b"])("%s is written as it was read", (text) => {
  expect(routeText(parseRoute(text))).toBe(text);
});
