import { describe, expect, it } from "vitest";
import { type Arrival, type Decision, decide, type Met } from "./decide.ts";
import type { Ask, OfferedTool } from "./dialect.ts";
import type { Rule, Script } from "./script.ts";

const shell: OfferedTool = { name: "shell", kind: "function", properties: { command: { type: "string" } } };

function arrival(ask: Partial<Ask> = {}, more: Partial<Arrival> = {}): Arrival {
  const whole = {
    model: "m",
    stream: true,
    prompt: "do it",
    system: "",
    step: 0,
    toolResult: "",
    tools: [shell],
    ...ask,
  };
  return {
    ask: whole,
    provider: "oai-compat",
    path: "/v1/x",
    headers: {},
    hasKey: true,
    bytes: 400,
    ...more,
  };
}

function answer(
  script: Script,
  ask: Partial<Ask> = {},
  more: Partial<Arrival> = {},
  met: Met = new Map(),
): Decision {
  return decide(script, arrival(ask, more), met);
}

const command = (decision: Decision) => JSON.parse(decision.answer.call?.input ?? "{}").command;

describe("which rule answers", () => {
  const named = (match: Rule["match"]): Script => ({
    rules: [{ name: "yes", match, steps: [{ final: "x" }] }],
  });

  it.each([
    [{ model: "m" }, true],
    [{ model: "M" }, false],
    [{ model: "*" }, true],
    [{ model: "m*m" }, false],
    [{ model: "." }, false],
    [{ prompt: "o i" }, true],
    [{ prompt: "DO" }, false],
    [{ prompt_pattern: "^do\\s" }, true],
    [{ prompt_pattern: "^it" }, false],
    [{ system: "you" }, false],
    [{ provider: "oai-compat" as const }, true],
    [{ provider: "openai" as const }, false],
    [{ path: "/v1" }, true],
    [{ path: "/v2" }, false],
    [{ tools: true }, true],
    [{ tools: false }, false],
    [{ key: true }, true],
    [{ key: false }, false],
    [{ headers: { "X-Team": "red" } }, true],
    [{ headers: { "x-team": "blue" } }, false],
    [{ model: "m", prompt: "other" }, false],
  ])("match %j on the request: %s", (match, fits) => {
    const decision = answer(named(match), {}, { headers: { "x-team": "team red" } });
    expect(decision.rule).toBe(fits ? "yes" : "none");
  });

  it("is the first that fits, called by its place when it has no name", () => {
    const script = { rules: [{ match: { model: "z" } }, { steps: [{ final: "b" }] }, { name: "late" }] };
    expect(answer(script).rule).toBe("rules[1]");
  });

  it("says done when none fits", () => {
    expect(answer({ rules: [] })).toMatchObject({ rule: "none", kind: "text", answer: { text: "done" } });
  });

  it("without a script runs one harmless command, then says done", () => {
    expect(command(answer({}))).toBe("true");
    expect(answer({}, { step: 1 }).answer.text).toBe("done");
  });
});

describe("which step is due", () => {
  const script: Script = {
    rules: [
      {
        delay_ms: 7,
        steps: [
          { say: "first" },
          { say: "second", shell: "a", repeat: 2 },
          { shell: "b", delay_ms: 1, echo_model: "other" },
          { say: "third" },
          { final: "end" },
        ],
      },
    ],
  };

  it("joins what is said to the step that follows", () => {
    expect(answer(script).answer.text).toBe("first\n\nsecond");
    expect(command(answer(script))).toBe("a");
  });

  it("repeats a step, then goes on, then stays at the end", () => {
    const shown = [0, 1, 2, 3, 4, 99].map((step) => answer(script, { step }));
    expect(shown.map(command)).toEqual(["a", "a", "b", undefined, undefined, undefined]);
    expect(shown.slice(3).map((decision) => decision.answer.text)).toEqual(Array(3).fill("third\n\nend"));
  });

  it("lets a step's own settings beat the rule's", () => {
    expect(answer(script, { step: 2 })).toMatchObject({ delayMs: 1, answer: { model: "other" } });
    expect(answer(script, { step: 3 })).toMatchObject({ delayMs: 7, answer: { model: "m" } });
  });

  it("ends with done after a last step that is no final", () => {
    expect(answer({ rules: [{ steps: [{ shell: "a" }] }] }, { step: 1 }).answer.text).toBe("done");
    expect(answer({ rules: [{ steps: [{ shell: "a" }, { say: "bye" }] }] }, { step: 1 }).answer.text).toBe(
      "bye",
    );
  });

  it("can end with nothing at all", () => {
    const decision = answer({ rules: [{ steps: [{ final: "" }] }] });
    expect(decision.answer).toMatchObject({ text: "" });
    expect(decision.answer.call).toBeUndefined();
  });

  it("gives the closing words to a request without tools", () => {
    expect(answer(script, { tools: [] })).toMatchObject({ kind: "text", answer: { text: "third\n\nend" } });
  });

  it("says so when no tool fits", () => {
    const tools: OfferedTool[] = [{ name: "view", kind: "function", properties: {} }];
    expect(answer(script, { tools })).toMatchObject({
      kind: "text",
      answer: { text: "first\n\nsecond\n\nthe script has a shell step, but no tool offered fits it: view" },
    });
  });

  it("fills in prompt, model and result, and leaves dollars alone", () => {
    const filled: Script = {
      rules: [{ steps: [{ final: "{{model}}: {{prompt}} -> {{result}} {{other}}" }] }],
    };
    expect(answer(filled, { prompt: "pay $& $1", toolResult: "$`", step: 5 }).answer.text).toBe(
      "m: pay $& $1 -> $` {{other}}",
    );
  });
});

describe("a command that is still running", () => {
  const stdin: OfferedTool = { name: "write_stdin", kind: "function", properties: {} };
  const script: Script = {
    rules: [{ name: "r", steps: [{ shell: "a" }, { final: "b", fault: { status: 500 } }] }],
  };

  it("is waited for, without a new step or a fault", () => {
    const decision = answer(script, { step: 1, running: 7, tools: [shell, stdin] });
    expect(decision.fault).toBeUndefined();
    expect(decision).toMatchObject({ rule: "r", kind: "shell", answer: { call: { tool: stdin } } });
    expect(JSON.parse(decision.answer.call?.input ?? "")).toMatchObject({ session_id: 7, chars: "" });
  });

  it("is left alone where the client offers no way to wait", () => {
    expect(answer(script, { step: 0, running: 7, tools: [shell] }).answer.call?.tool).toBe(shell);
  });
});

describe("tokens", () => {
  it("are the same for the same request, and cached from the second turn on", () => {
    expect(answer({ rules: [] }).answer.tokens).toEqual({ input: 100, cached: 0, output: 1 });
    expect(answer({ rules: [] }, { step: 1 }).answer.tokens).toEqual({ input: 100, cached: 80, output: 1 });
  });

  it("are what the script says", () => {
    const usage = { input: 5, output: 6 };
    expect(answer({ rules: [{ usage }] }).answer.tokens).toEqual({ input: 5, output: 6, cached: 0 });
    const own: Rule = { usage, steps: [{ final: "x", usage: { input: 1, output: 2, cached: 1 } }] };
    expect(answer({ rules: [own] }).answer.tokens).toEqual({ input: 1, output: 2, cached: 1 });
  });
});

describe("when a fault strikes", () => {
  const strikes = (script: Script, count: number) => {
    const met: Met = new Map();
    return Array.from({ length: count }, () => answer(script, {}, {}, met).fault !== undefined);
  };

  it("always, without a count", () => {
    expect(strikes({ rules: [{ fault: { status: 500 } }] }, 3)).toEqual([true, true, true]);
  });

  it("for the first requests only with times, and later with after", () => {
    expect(strikes({ rules: [{ fault: { status: 500, times: 2 } }] }, 4)).toEqual([true, true, false, false]);
    const later: Script = { rules: [{ fault: { status: 500, after: 1, times: 2 } }] };
    expect(strikes(later, 5)).toEqual([false, true, true, false, false]);
    expect(strikes({ rules: [{ fault: { status: 500, times: 0 } }] }, 2)).toEqual([false, false]);
  });

  it("at its step only, before the rule's own fault", () => {
    const script: Script = {
      rules: [
        { fault: { status: 500, after: 1 }, steps: [{ shell: "a" }, { final: "b", fault: { status: 429 } }] },
      ],
    };
    const met: Met = new Map();
    expect(answer(script, { step: 0 }, {}, met).fault).toBeUndefined();
    expect(answer(script, { step: 1 }, {}, met).fault?.status).toBe(429);
    expect(answer(script, { step: 0 }, {}, met).fault?.status).toBe(500);
  });
});
