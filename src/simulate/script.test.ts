import { describe, expect, it } from "vitest";
import { WgError } from "../base/error.ts";
import { checkScript, defaultScript } from "./script.ts";

function refusal(value: unknown): WgError {
  try {
    checkScript(value);
  } catch (error) {
    if (error instanceof WgError) return error;
    throw error;
  }
  throw new Error("was not refused");
}

describe("checkScript", () => {
  it("takes the default script and an empty one", () => {
    expect(checkScript(defaultScript)).toEqual(defaultScript);
    expect(checkScript({})).toEqual({});
  });

  it("takes a rule that uses every key", () => {
    const whole = {
      models: ["a", "b"],
      rules: [
        {
          name: "all",
          match: {
            provider: "anthropic",
            model: "claude-*",
            path: "/team-a",
            prompt: "x",
            prompt_pattern: "^x",
            system: "s",
            tools: true,
            key: false,
            headers: { "x-team": "a" },
          },
          delay_ms: 1,
          chunk_delay_ms: 2,
          echo_model: "m",
          usage: { input: 3, output: 4, cached: 1 },
          fault: {
            status: 429,
            type: "t",
            message: "m",
            body: "b",
            retry_after: 1.5,
            headers: { a: "b" },
            after: 1,
            times: 2,
          },
          steps: [
            { say: "s" },
            {
              say: "s",
              shell: "true",
              repeat: 3,
              delay_ms: 1,
              echo_model: "n",
              usage: { input: 1, output: 1 },
            },
            { write: { path: "p", text: "" }, fault: { hang: "mid-stream" } },
            { call: { tool: "t", input: "{broken" }, fault: { cut: "before-headers" } },
            { call: { tool: "t", input: { a: [1, null] } }, fault: { error_event: "overloaded_error" } },
            { final: "" },
          ],
        },
      ],
    };
    expect(checkScript(whole)).toEqual(whole);
  });

  it.each([
    [[], "the top level is no table"],
    [null, "the top level is no table"],
    [{ rules: {} }, "rules is no list"],
    [{ models: ["a", 3] }, "models[1] is no text"],
    [{ models: [""] }, "models[0] is empty"],
    [{ rule: [] }, 'the top level has an unknown key "rule"'],
    [{ rules: [{ step: [] }] }, 'rules[0] has an unknown key "step"'],
    [
      { rules: [{}, { steps: [{ shell: "a", final: "b" }] }] },
      "rules[1].steps[0] needs one of shell, write, call, final, or a say alone",
    ],
    [
      { rules: [{ steps: [{}] }] },
      "rules[0].steps[0] needs one of shell, write, call, final, or a say alone",
    ],
    [{ rules: [{ steps: [{ final: "a" }, { shell: "b" }] }] }, "rules[0].steps has a final before its end"],
    [{ rules: [{ steps: [{ shell: "a", repeat: 0 }] }] }, "rules[0].steps[0].repeat is below 1"],
    [{ rules: [{ delay_ms: 1.5 }] }, "rules[0].delay_ms is no whole number"],
    [{ rules: [{ delay_ms: -1 }] }, "rules[0].delay_ms is below 0"],
    [
      { rules: [{ match: { provider: "openia" } }] },
      "rules[0].match.provider is none of oai-compat, openai, anthropic",
    ],
    [
      { rules: [{ match: { prompt_pattern: "(" } }] },
      "rules[0].match.prompt_pattern is no regular expression",
    ],
    [{ rules: [{ fault: {} }] }, "rules[0].fault needs exactly one of status, hang, cut, error_event"],
    [
      { rules: [{ fault: { status: 500, cut: "mid-stream" } }] },
      "rules[0].fault needs exactly one of status, hang, cut, error_event",
    ],
    [{ rules: [{ fault: { status: 99 } }] }, "rules[0].fault.status is below 200"],
    [
      { rules: [{ fault: { status: 429, headers: { "a b": "c" } } }] },
      "rules[0].fault.headers.a b is no header name",
    ],
    [
      { rules: [{ fault: { status: 429, headers: { a: "b\r\nc: d" } } }] },
      "rules[0].fault.headers.a is no header value",
    ],
    [
      { rules: [{ steps: [{ call: { tool: "t", input: 3 } }] }] },
      "rules[0].steps[0].call.input is neither text nor a table",
    ],
  ])("refuses %j", (value, message) => {
    const error = refusal(value);
    expect(error.code).toBe("bad-script");
    expect(error.message).toContain(`script: ${message}`);
  });

  it("guesses what a mistyped key was meant to be, at the level it stands on", () => {
    expect(refusal({ rules: [{ delayms: 1 }] }).hint).toBe("did you mean delay_ms?");
    expect(refusal({ rules: [{ steps: [{ shel: "x" }] }] }).hint).toBe("did you mean shell?");
    expect(refusal({ rules: [{ fault: { retryafter: 1 } }] }).hint).toBe("did you mean retry_after?");
    expect(refusal({ xyz: 1 }).hint).toBe("known here: models, context, rules");
  });
});
