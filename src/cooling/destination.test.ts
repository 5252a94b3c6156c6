// What shares a quota, a key and a server has the same line, and no line holds a secret.
import { describe, expect, it } from "vitest";
import type { Plan } from "../graph/plan.ts";
import { destinationOf } from "./destination.ts";

const plan = (more: Partial<Plan> = {}) => ({
  route: { handler: "claude" as const, model: "opus" },
  env: {},
  ...more,
});
const endpoint = { name: "own", provider: "anthropic", url: "http://h:1", keyRef: "env:KEY" } as const;

describe("a destination", () => {
  it("is the handler with its server and where its key comes from, whatever the model", () => {
    expect(destinationOf(plan({ endpoint }), {})).toBe("claude at http://h:1 with env:KEY");
    const small = plan({ endpoint, route: { handler: "claude", model: "haiku" } });
    expect(destinationOf(small, {})).toBe(destinationOf(plan({ endpoint }), {}));
    const { keyRef: _, ...open } = endpoint;
    expect(destinationOf(plan({ endpoint: open }), {})).toBe("claude at http://h:1 without a key");
  });

  it("is the handler's own login where there is no server, one for each folder it is kept in", () => {
    expect(destinationOf(plan(), {})).toBe("claude's own login");
    const work = { CLAUDE_CONFIG_DIR: "/h/work" };
    expect(destinationOf(plan(), work)).toBe("claude's own login with CLAUDE_CONFIG_DIR=/h/work");
    expect(destinationOf(plan({ env: work }), {})).toBe(destinationOf(plan(), work));
    expect(destinationOf(plan({ env: work }), { CLAUDE_CONFIG_DIR: "/other" })).toBe(
      destinationOf(plan(), work),
    );
    expect(destinationOf(plan({ route: { handler: "codex", model: "m" } }), work)).toBe("codex's own login");
  });

  it("of an agent of another kind is its program", () => {
    const route = { handler: "acp", model: "", command: "opencode acp" } as const;
    expect(destinationOf(plan({ route }), {})).toBe("acp opencode acp");
  });

  it("of a command is none", () => {
    expect(destinationOf(plan({ route: { handler: "shell", model: "" } }), {})).toBeUndefined();
  });

  it("shows references, and never what a pin holds that could be a key", () => {
    const env = {
      ANTHROPIC_API_KEY: { ref: "env:WORK_KEY" },
      ANTHROPIC_AUTH_TOKEN: "sk-very-secret",
      ANTHROPIC_BASE_URL: "https://ada:sk-very-secret@h/v1?key=sk-very-secret",
      UNRELATED: "sk-very-secret",
    };
    expect(destinationOf(plan({ env }), {})).toBe(
      "claude's own login with ANTHROPIC_API_KEY=env:WORK_KEY ANTHROPIC_AUTH_TOKEN ANTHROPIC_BASE_URL=https://h/v1",
    );
  });
});
