// Files of the original wg as layers: their settings count under our names, and they are never changed.
import { describe, expect, it } from "vitest";
import { setKey, unsetKey } from "./change.ts";
import { fileLayer } from "./layers.ts";

const text = `[agent]
model = "claude:opus"
interval = 10

[dispatcher]
model = "codex:gpt-5.5"
max_agents = 8

[models.default]
model = "sonnet"

[models.flip_comparison]
model = "claude:haiku"
`;

describe("a file of the original wg", () => {
  it("counts under our keys, each with the line it stands on", () => {
    const { values } = fileLayer("global", "/h/config.toml", text);
    expect([...values].map(([key, { value, line }]) => [key, value, line])).toEqual([
      ["agent.model", "claude:sonnet", 10],
      ["dispatcher.model", "codex:gpt-5.5", 6],
      ["models.flip.model", "claude:haiku", 13],
      ["service.max_agents", 8, 7],
    ]);
  });

  it("as a profile it sets nothing that no profile may", () => {
    const { values, notes } = fileLayer("profile", "/h/old.toml", text);
    expect([...values.keys()]).toEqual(["agent.model", "dispatcher.model", "models.flip.model"]);
    expect(notes).toEqual([
      "/h/old.toml is a file of the original wg and is read as one; what wg has no use for stays unread (dispatcher.max_agents, agent.interval)",
    ]);
  });

  it("is not changed", () => {
    const file = { kind: "global", path: "/h/config.toml", text } as const;
    for (const change of [
      () => setKey(file, "agent.model", "claude:opus"),
      () => unsetKey(file, "agent.model"),
    ]) {
      expect(change).toThrow(expect.objectContaining({ code: "original-file" }));
    }
  });

  it("with broken TOML is refused like any other", () => {
    expect(() => fileLayer("global", "/h/config.toml", `${text}[tui`)).toThrow(
      expect.objectContaining({ code: "bad-toml" }),
    );
  });
});

it("a file of ours that sets agency is ours, and one of the original's that does is the original's", () => {
  const ours = '[agency]\nassign = "model"\nflip = "always"\ngate_attempts = 1\nweights.correctness = 2';
  const { values, notes } = fileLayer("global", "/h/config.toml", ours);
  expect(values.get("agency.assign")?.value).toBe("model");
  expect(notes).toBeUndefined();
  const original = "[agency]\nauto_evaluate = true\nrun_mode = 0.2";
  expect(fileLayer("global", "/h/config.toml", original).notes).toHaveLength(1);
});

it("a file of ours with one wrong key is no file of the original", () => {
  for (const wrong of [
    '[agent]\nmodell = "claude:opus"',
    '[models.defaults]\nmodel = "claude:opus"',
    "[dispatch]\nmax_agents = 3",
  ]) {
    expect(() => fileLayer("global", "/h/config.toml", wrong)).toThrow();
  }
});
