import * as http from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { askWindow, learn, measure, sizeIn, startWindow, tokensOf } from "./nex-window.ts";

it.each([
  ["This model's maximum context length is 4096 tokens. However, you requested 5000", 4096],
  ["request (5000 tokens) exceeds the available context size (4096 tokens), try increasing it", 4096],
  ["the model is loaded with context length of only 4096 tokens, which is not enough", 4096],
  ["prompt is too long: 212345 tokens > 200000 maximum", 200_000],
  ["n_ctx: 8192", 8192],
  ["the request exceeds the available context size", undefined],
])("%j names %s", (message, size) => {
  expect(sizeIn(message)).toBe(size);
});

describe("the window", () => {
  it("is what the profile pins, else assumed", () => {
    expect(startWindow("8192")).toMatchObject({ tokens: 8192, known: "pinned" });
    for (const pin of [undefined, "", "0", "-5", "many", "1e400"]) {
      expect(startWindow(pin)).toMatchObject({ known: "assumed" });
    }
  });

  it("is measured in the server's own tokens", () => {
    const window = startWindow(undefined);
    measure(window, 1000, 250);
    expect(tokensOf(window, 4000)).toBe(1000);
    measure(window, 1000, 0);
    expect(tokensOf(window, 4000)).toBe(1000);
  });

  it("is learnt from a refusal that names it", () => {
    const window = startWindow(undefined);
    learn(window, "maximum context length is 4096 tokens", 10_000);
    expect(window).toMatchObject({ tokens: 4096, known: "learnt" });
    expect(tokensOf(window, 10_000)).toBeGreaterThanOrEqual(4096);
  });

  it("gets smaller with each refusal, whatever it names", () => {
    const window = startWindow(undefined);
    for (let before = window.tokens; window.tokens > 300; before = window.tokens) {
      learn(window, "maximum context length is 4096 tokens", 1000);
      expect(window.tokens).toBeLessThan(before);
    }
  });
});

describe("a server asked for its window", () => {
  let server: http.Server | undefined;
  afterEach(() => server?.close());

  /** The tokens it is taken to have, when it answers these paths and no other. */
  async function askedOf(answers: Record<string, unknown>, characters = 100_000, model = "qwen") {
    const seen: string[] = [];
    server = http.createServer((request, response) => {
      seen.push(request.url ?? "");
      const answer = answers[request.url ?? ""];
      response.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer));
    });
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const window = startWindow(undefined);
    const url = `http://127.0.0.1:${address.port}/v1`;
    await askWindow(window, { url }, model, characters, new AbortController().signal);
    return { seen, told: window.known === "told" ? window.tokens : undefined };
  }

  it.each([
    ["vLLM", { "/v1/models": { data: [{ id: "qwen", max_model_len: 8192 }] } }, 8192],
    ["OpenRouter", { "/v1/models": { data: [{ id: "qwen", context_length: 262_144 }] } }, 262_144],
    ["another model's", { "/v1/models": { data: [{ id: "other", max_model_len: 8192 }] } }, undefined],
    ["llama.cpp", { "/props": { default_generation_settings: { n_ctx: 4096 } } }, 4096],
    [
      "LM Studio",
      {
        "/api/v0/models": {
          data: [{ id: "qwen", loaded_context_length: 4096, max_context_length: 131_072 }],
        },
      },
      4096,
    ],
    ["Ollama, loaded", { "/api/ps": { models: [{ name: "qwen:latest", context_length: 4096 }] } }, 4096],
    ["Ollama, by its file", { "/api/show": { parameters: 'stop  "x"\nnum_ctx    16384' } }, 16_384],
    ["nothing of use", { "/v1/models": "no", "/props": [], "/api/ps": { models: 7 } }, undefined],
  ])("is understood: %s", async (_, answers, tokens) => {
    expect((await askedOf(answers)).told).toBe(tokens);
  });

  it("is left alone while the request is small", async () => {
    expect((await askedOf({}, 1000)).seen).toEqual([]);
  });
});
