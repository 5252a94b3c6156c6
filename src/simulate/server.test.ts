import * as http from "node:http";
import * as net from "node:net";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { sha256 } from "../base/canonical.ts";
import type { Script } from "./script.ts";
import { type Simulator, startSimulator } from "./server.ts";

const open: Simulator[] = [];
afterEach(async () => {
  for (const simulator of open.splice(0)) await simulator.close();
});

async function started(script?: Script): Promise<Simulator> {
  const simulator = await startSimulator(script ? { script } : {});
  open.push(simulator);
  return simulator;
}

const bodies = {
  "/v1/messages": { model: "claude-x", messages: [{ role: "user", content: "do it" }], max_tokens: 100 },
  "/v1/chat/completions": { model: "qwen", messages: [{ role: "user", content: "do it" }] },
  "/v1/responses": { model: "gpt-x", input: [{ type: "message", role: "user", content: "do it" }] },
};
type Path = keyof typeof bodies;
const paths = Object.keys(bodies) as Path[];

const shells = {
  "/v1/messages": [{ name: "Bash", input_schema: { properties: { command: {} } } }],
  "/v1/chat/completions": [
    { type: "function", function: { name: "shell", parameters: { properties: { command: {} } } } },
  ],
  "/v1/responses": [{ type: "function", name: "exec_command", parameters: { properties: { cmd: {} } } }],
};

function post(simulator: Simulator, path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  return fetch(simulator.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "Bearer sk-secret" },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...(signal && { signal }),
  });
}

/** The data of each server-sent event. */
function eventsOf(text: string): Record<string, never>[] {
  // By "\n" alone: U+2028 is the end of a line to a regular expression, and not to an event stream.
  const data = text.split("\n").filter((line) => line.startsWith("data: ") && line !== "data: [DONE]");
  return data.map((line) => JSON.parse(line.slice("data: ".length)));
}

describe("a context limit", () => {
  it.each(paths)("turns away what is longer, at %s", async (path) => {
    const simulator = await started({ context: 200, rules: [{ steps: [{ final: "hello" }] }] });
    expect((await post(simulator, path, bodies[path])).status).toBe(200);
    const long = { role: "user", content: "x".repeat(1000) };
    const body = { ...bodies[path], [path === "/v1/responses" ? "input" : "messages"]: [long] };
    const refused = await post(simulator, path, body);
    expect(refused.status).toBe(400);
    expect(await refused.text()).toMatch(/too long|maximum context length is 200 tokens/);
  });

  it("is told where models are listed", async () => {
    const simulator = await started({ context: 200, models: ["one"] });
    const list = (await (await fetch(`${simulator.url}/v1/models`)).json()) as { data: unknown[] };
    expect(list.data).toMatchObject([{ id: "one", max_model_len: 200 }]);
  });
});

describe("an answer", () => {
  it("comes whole in each API's own shape", async () => {
    const simulator = await started({
      rules: [{ steps: [{ final: "hello" }], usage: { input: 10, output: 3, cached: 4 } }],
    });
    const [messages, chat, responses] = await Promise.all(
      paths.map(async (path) => (await post(simulator, path, bodies[path])).json()),
    );
    expect(messages).toMatchObject({
      type: "message",
      model: "claude-x",
      content: [{ type: "text", text: "hello" }],
      stop_reason: "end_turn",
      usage: { input_tokens: 6, cache_read_input_tokens: 4, output_tokens: 3 },
    });
    expect(chat).toMatchObject({
      object: "chat.completion",
      model: "qwen",
      choices: [{ message: { role: "assistant", content: "hello" }, finish_reason: "stop" }],
      usage: {
        prompt_tokens: 10,
        completion_tokens: 3,
        total_tokens: 13,
        prompt_tokens_details: { cached_tokens: 4 },
      },
    });
    expect(responses).toMatchObject({
      object: "response",
      status: "completed",
      model: "gpt-x",
      output: [{ type: "message", content: [{ type: "output_text", text: "hello" }] }],
      usage: { input_tokens: 10, output_tokens: 3, input_tokens_details: { cached_tokens: 4 } },
    });
  });

  it("calls the offered tool in each API's own shape", async () => {
    const simulator = await started({ rules: [{ steps: [{ say: "so", shell: "ls" }] }] });
    const [messages, chat, responses] = await Promise.all(
      paths.map(async (path) =>
        (await post(simulator, path, { ...bodies[path], tools: shells[path] })).json(),
      ),
    );
    expect(messages).toMatchObject({
      content: [
        { type: "text", text: "so" },
        { type: "tool_use", name: "Bash", input: { command: "ls" } },
      ],
      stop_reason: "tool_use",
    });
    expect(chat).toMatchObject({
      choices: [
        {
          message: { tool_calls: [{ function: { name: "shell", arguments: '{"command":"ls"}' } }] },
          finish_reason: "tool_calls",
        },
      ],
    });
    expect(responses).toMatchObject({
      output: [
        { type: "message" },
        { type: "function_call", name: "exec_command", arguments: '{"cmd":"ls"}' },
      ],
    });
  });

  it("streams exactly what it would say whole, in several pieces, whatever the text", async () => {
    const simulator = await started();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.string({ unit: "grapheme", maxLength: 300 }),
        async (path, text) => {
          simulator.setScript({ rules: [{ steps: [{ final: text }] }] });
          const response = await post(simulator, path, { ...bodies[path], stream: true });
          expect(response.headers.get("content-type")).toContain("text/event-stream");
          const said = eventsOf(await response.text())
            .map(saidIn[path])
            .filter((part) => part !== undefined);
          expect(said.join("")).toBe(text);
          if (Array.from(text).length > 60)
            expect(said.filter((part) => part !== "").length).toBeGreaterThan(3);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("streams a tool call's input in pieces that join to JSON", async () => {
    const command = `echo ${"long ".repeat(30)}`;
    const simulator = await started({ rules: [{ steps: [{ shell: command }] }] });
    for (const path of paths) {
      const response = await post(simulator, path, { ...bodies[path], tools: shells[path], stream: true });
      const input = eventsOf(await response.text())
        .map(inputIn[path])
        .filter((part) => part !== undefined);
      expect(input.length).toBeGreaterThan(3);
      expect(Object.values(JSON.parse(input.join("")))[0]).toBe(command);
    }
  });

  it("names every event of a Messages and a Responses stream, and ends it", async () => {
    const simulator = await started({ rules: [{ steps: [{ final: "hi" }] }] });
    const names = async (path: Path) => {
      const text = await (await post(simulator, path, { ...bodies[path], stream: true })).text();
      return [...text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name);
    };
    expect(await names("/v1/messages")).toEqual([
      "message_start",
      "ping",
      "content_block_start",
      "content_block_delta",
      "content_block_stop",
      "message_delta",
      "message_stop",
    ]);
    const responses = await names("/v1/responses");
    expect([responses[0], responses.at(-1)]).toEqual(["response.created", "response.completed"]);
  });

  it("tells usage at the end of a chat stream only when asked to", async () => {
    const simulator = await started();
    const chat = "/v1/chat/completions";
    const plain = await (await post(simulator, chat, { ...bodies[chat], stream: true })).text();
    expect(plain).not.toContain("prompt_tokens");
    expect(plain.endsWith("data: [DONE]\n\n")).toBe(true);
    const counted = { ...bodies[chat], stream: true, stream_options: { include_usage: true } };
    expect(await (await post(simulator, chat, counted)).text()).toContain("prompt_tokens");
  });

  it("names the model of the script when it is told to", async () => {
    const simulator = await started({ rules: [{ echo_model: "tiny", steps: [{ final: "x" }] }] });
    for (const path of paths) {
      expect(await (await post(simulator, path, bodies[path])).json()).toMatchObject({ model: "tiny" });
    }
    expect(simulator.requests.map(({ model, served }) => [model, served])).toEqual([
      ["claude-x", "tiny"],
      ["qwen", "tiny"],
      ["gpt-x", "tiny"],
    ]);
  });
});

const saidIn: Record<Path, (event: Record<string, never>) => string | undefined> = {
  "/v1/messages": (event: { delta?: { text?: string } }) => event.delta?.text,
  "/v1/chat/completions": (event: { choices?: { delta?: { content?: string } }[] }) =>
    event.choices?.[0]?.delta?.content,
  "/v1/responses": (event: { type?: string; delta?: string }) =>
    event.type === "response.output_text.delta" ? event.delta : undefined,
};
const inputIn: Record<Path, (event: Record<string, never>) => string | undefined> = {
  "/v1/messages": (event: { delta?: { partial_json?: string } }) => event.delta?.partial_json,
  "/v1/chat/completions": (event: {
    choices?: { delta?: { tool_calls?: { function: { arguments: string } }[] } }[];
  }) => event.choices?.[0]?.delta?.tool_calls?.[0]?.function.arguments,
  "/v1/responses": (event: { type?: string; delta?: string }) =>
    event.type === "response.function_call_arguments.delta" ? event.delta : undefined,
};

describe("an endpoint", () => {
  it("is found under any prefix, with and without /v1", async () => {
    const simulator = await started({ rules: [{ name: "a", match: { path: "/team-a/" } }] });
    for (const path of ["/team-a/v1/messages", "/team-a/chat/completions", "/responses?x=1"]) {
      const known =
        paths.find((one) => one.includes(path.replace(/.*(?:v1|team-a)\//, "").replace(/\?.*/, ""))) ??
        paths[0];
      expect((await post(simulator, path, bodies[known as Path])).status).toBe(200);
    }
    expect(simulator.requests.map(({ path, rule }) => [path, rule])).toEqual([
      ["/team-a/v1/messages", "a"],
      ["/team-a/chat/completions", "a"],
      ["/responses?x=1", "none"],
    ]);
  });

  it("lists models, its own or the script's, and refuses others than the script's", async () => {
    const simulator = await started();
    const list = async () =>
      (await fetch(`${simulator.url}/v1/models`)).json() as Promise<{ data: { id: string }[] }>;
    expect((await list()).data.length).toBeGreaterThan(2);
    simulator.setScript({ models: ["one", "org/two"] });
    expect((await list()).data.map(({ id }) => id)).toEqual(["one", "org/two"]);
    expect(await (await fetch(`${simulator.url}/v1/models/one`)).json()).toMatchObject({ id: "one" });
    expect(await (await fetch(`${simulator.url}/v1/models/org%2Ftwo`)).json()).toMatchObject({
      id: "org/two",
    });
    expect((await fetch(`${simulator.url}/v1/models/three`)).status).toBe(404);
    for (const path of paths) {
      expect((await post(simulator, path, bodies[path])).status).toBe(404);
      expect((await post(simulator, path, { ...bodies[path], model: "one" })).status).toBe(200);
    }
  });

  it("knows any model by its name when the script names none", async () => {
    const simulator = await started();
    const one = await fetch(`${simulator.url}/v1/models/org%2Fmine`);
    expect([one.status, await one.json()]).toMatchObject([200, { id: "org/mine" }]);
  });

  it("lists no models while a fault strikes everything, and does when it is counted or another's", async () => {
    const simulator = await started({
      rules: [{ name: "locked", match: { key: false }, fault: { status: 401 } }],
    });
    const list = (headers = {}) => fetch(`${simulator.url}/v1/models`, { headers });
    expect((await list()).status).toBe(401);
    expect(simulator.requests.at(-1)).toMatchObject({ rule: "locked", answer: "status", status: 401 });
    expect((await list({ authorization: "Bearer x" })).status).toBe(200);
    for (const rule of [
      { fault: { status: 401, times: 1 } },
      { match: { model: "opus" }, fault: { status: 401 } },
      { match: { path: "/other/" }, fault: { status: 401 } },
      { fault: { hang: "mid-stream" as const } },
      { steps: [{ final: "x", fault: { status: 401 } }] },
    ]) {
      simulator.setScript({ rules: [rule] });
      expect((await list()).status).toBe(200);
    }
  });

  it("counts tokens, says hello, and answers HEAD", async () => {
    const simulator = await started();
    const counted = await (await post(simulator, "/v1/messages/count_tokens", bodies["/v1/messages"])).json();
    expect(counted).toEqual({ input_tokens: Math.ceil(JSON.stringify(bodies["/v1/messages"]).length / 4) });
    expect((await fetch(simulator.url)).status).toBe(200);
    expect((await fetch(simulator.url, { method: "HEAD" })).status).toBe(200);
  });

  it("refuses in the API's own shape", async () => {
    const simulator = await started();
    const anthropic = {
      type: "error",
      error: { type: "invalid_request_error", message: expect.any(String) },
    };
    const openai = { error: { message: expect.any(String), type: "invalid_request_error" } };
    for (const path of paths) {
      const shape = path === "/v1/messages" ? anthropic : openai;
      for (const body of ["{", "[]", '"x"', "{}", '{"model":"m"}']) {
        const response = await post(simulator, path, body);
        expect([response.status, await response.json()]).toMatchObject([400, shape]);
      }
      const wrong = await fetch(simulator.url + path);
      expect([wrong.status, wrong.headers.get("allow"), await wrong.json()]).toMatchObject([
        405,
        "POST",
        shape,
      ]);
    }
    const nothing = await fetch(`${simulator.url}/v1/embeddings`, { method: "POST", body: "{}" });
    expect([nothing.status, await nothing.json()]).toMatchObject([404, openai]);
    const other = await fetch(`${simulator.url}/v1/x`, { headers: { "anthropic-version": "2023-06-01" } });
    expect(await other.json()).toMatchObject({ type: "error", error: { type: "not_found_error" } });
    expect((await post(simulator, "/v1/models", "{}")).status).toBe(405);
  });

  it("answers a WebSocket handshake with 426", async () => {
    const simulator = await started();
    const status = await new Promise((resolve, reject) => {
      const headers = { connection: "Upgrade", upgrade: "websocket" };
      const request = http.get(`${simulator.url}/v1/responses`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      request.on("error", reject);
    });
    expect(status).toBe(426);
    expect(simulator.requests).toMatchObject([{ status: 426, answer: "refused" }]);
  });

  it("lives through any body", async () => {
    const simulator = await started();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.jsonValue(), fc.jsonValue(), async (path, one, two) => {
        const shapes = [
          one,
          { model: "m", messages: one, input: two },
          { model: "m", messages: [one, two], input: [one, two] },
        ];
        const known = {
          model: "m",
          messages: [{ role: "user", content: one }],
          input: [{ role: "user", content: one }],
        };
        for (const body of [
          ...shapes,
          { ...known, tools: two, stream: true },
          { ...known, tools: [two], system: two },
        ]) {
          const response = await post(simulator, path, JSON.stringify(body));
          expect([200, 400]).toContain(response.status);
          await response.text();
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe("a fault", () => {
  it("is a status with everything the script gives it, then over", async () => {
    const fault = {
      status: 429,
      retry_after: 7,
      type: "slow_down",
      message: "too fast",
      headers: { "x-reset": "9" },
      times: 1,
    };
    for (const path of paths) {
      const simulator = await started({ rules: [{ fault, steps: [{ final: "ok" }] }] });
      const response = await post(simulator, path, { ...bodies[path], stream: true });
      expect(response.status).toBe(429);
      expect([response.headers.get("retry-after"), response.headers.get("x-reset")]).toEqual(["7", "9"]);
      expect(await response.json()).toMatchObject({ error: { type: "slow_down", message: "too fast" } });
      expect((await post(simulator, path, bodies[path])).status).toBe(200);
      expect(simulator.requests.map(({ answer, status }) => [answer, status])).toEqual([
        ["status", 429],
        ["text", 200],
      ]);
    }
  });

  it("has a type of the API's own when the script names none", async () => {
    const simulator = await started();
    const types = {
      401: "authentication_error",
      529: "overloaded_error",
      500: "api_error",
      418: "invalid_request_error",
    };
    for (const [status, type] of Object.entries(types)) {
      simulator.setScript({ rules: [{ fault: { status: Number(status) } }] });
      const response = await post(simulator, "/v1/messages", bodies["/v1/messages"]);
      expect(await response.json()).toMatchObject({ error: { type } });
    }
  });

  it("can be a body of any kind", async () => {
    const simulator = await started({ rules: [{ fault: { status: 200, body: "<html>" } }] });
    const response = await post(simulator, "/v1/responses", { ...bodies["/v1/responses"], stream: true });
    expect([response.status, await response.text()]).toEqual([200, "<html>"]);
  });

  it("can be an error in the middle of a stream", async () => {
    const simulator = await started({
      rules: [{ fault: { error_event: "overloaded_error", message: "busy" }, steps: [{ final: "ok" }] }],
    });
    for (const path of paths) {
      const text = await (await post(simulator, path, { ...bodies[path], stream: true })).text();
      expect(text).toContain("overloaded_error");
      expect(text).toContain("busy");
      expect(text).not.toMatch(/message_stop|DONE|response\.completed/);
    }
  });

  it.each([true, false])("cuts an answer half way (stream: %s)", async (stream) => {
    const simulator = await started({
      rules: [{ fault: { cut: "mid-stream" }, steps: [{ final: "x".repeat(500) }] }],
    });
    for (const path of paths) {
      const response = await post(simulator, path, { ...bodies[path], stream });
      expect(response.status).toBe(200);
      await expect(response.text()).rejects.toThrow();
    }
  });

  it("cuts before anything was said", async () => {
    const simulator = await started({ rules: [{ fault: { cut: "before-headers" } }] });
    for (const path of paths) await expect(post(simulator, path, bodies[path])).rejects.toThrow();
    expect(simulator.requests.map(({ answer, status }) => [answer, status])).toEqual(
      Array(3).fill(["cut", 0]),
    );
  });

  it.each(["before-headers", "after-headers", "mid-stream"] as const)(
    "hangs %s until the client goes",
    async (hang) => {
      const simulator = await started({ rules: [{ fault: { hang }, steps: [{ final: "x".repeat(500) }] }] });
      for (const path of paths) {
        for (const stream of [true, false]) {
          const giveUp = new AbortController();
          const before = simulator.requests.length;
          const seen = { headers: false, bytes: 0, ended: false };
          const watched = watch(post(simulator, path, { ...bodies[path], stream }, giveUp.signal), seen);
          await until(() => simulator.requests.length > before);
          if (hang !== "before-headers") await until(() => seen.headers);
          if (hang === "mid-stream") await until(() => seen.bytes > 0);
          await new Promise((resolve) => setTimeout(resolve, 40));
          giveUp.abort();
          await watched;
          expect(seen.headers).toBe(hang !== "before-headers");
          expect(seen.bytes > 0).toBe(hang === "mid-stream");
          expect(seen.ended).toBe(false);
        }
      }
    },
  );
});

interface Seen {
  headers: boolean;
  bytes: number;
  ended: boolean;
}

/** How far an answer came before its client gave up or its server went. */
async function watch(
  request: Promise<Response>,
  seen = { headers: false, bytes: 0, ended: false },
): Promise<Seen> {
  try {
    const response = await request;
    seen.headers = true;
    for await (const chunk of response.body ?? []) seen.bytes += chunk.length;
    seen.ended = true;
  } catch {
    // Given up: what was seen until then is the answer.
  }
  return seen;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe("a simulator", () => {
  it("keeps keys apart and gives none away", async () => {
    const simulator = await started();
    await post(simulator, "/v1/messages", bodies["/v1/messages"]);
    await fetch(`${simulator.url}/v1/models`, { headers: { "x-api-key": "sk-other" } });
    await fetch(`${simulator.url}/v1/models`);
    expect(simulator.requests.map(({ key }) => key)).toEqual([
      sha256("sk-secret").slice(0, 8),
      sha256("sk-other").slice(0, 8),
      "none",
    ]);
    expect(JSON.stringify(simulator.requests)).not.toContain("sk-");
  });

  it("tells of a request before it is answered", async () => {
    const logged: string[] = [];
    const script: Script = { rules: [{ name: "silent", fault: { hang: "before-headers" } }] };
    const simulator = await startSimulator({ script, log: ({ rule }) => logged.push(rule ?? "") });
    open.push(simulator);
    const signal = AbortSignal.timeout(10_000);
    const pending = watch(post(simulator, "/v1/messages", bodies["/v1/messages"], signal));
    await until(() => logged.length > 0);
    expect(logged).toEqual(["silent"]);
    await simulator.close();
    expect((await pending).headers).toBe(false);
    expect(signal.aborted).toBe(false);
  });

  it("waits as long as the script says, unless the client goes", async () => {
    const simulator = await started({
      rules: [{ delay_ms: 60, chunk_delay_ms: 20, steps: [{ final: "a b c" }] }],
    });
    const before = performance.now();
    await (await post(simulator, "/v1/messages", { ...bodies["/v1/messages"], stream: true })).text();
    expect(performance.now() - before).toBeGreaterThan(60 + 6 * 20 - 10);
    simulator.setScript({ rules: [{ delay_ms: 3_600_000 }] });
    const seen = await watch(
      post(simulator, "/v1/messages", bodies["/v1/messages"], AbortSignal.timeout(50)),
    );
    expect(seen.headers).toBe(false);
  });

  it("takes another script, counts its faults anew, and refuses a bad one", async () => {
    const script: Script = { rules: [{ fault: { status: 500, times: 1 }, steps: [{ final: "ok" }] }] };
    const simulator = await started(script);
    const status = async () => (await post(simulator, "/v1/messages", bodies["/v1/messages"])).status;
    expect([await status(), await status()]).toEqual([500, 200]);
    simulator.setScript(script);
    expect([await status(), await status()]).toEqual([500, 200]);
    expect(() => simulator.setScript({ rules: [{ delay_ms: -1 }] })).toThrow("rules[0].delay_ms is below 0");
    expect(await status()).toBe(200);
  });

  it("refuses a port that is taken", async () => {
    const simulator = await started();
    await expect(startSimulator({ port: simulator.port })).rejects.toMatchObject({ code: "port-busy" });
  });

  it("closes with requests hanging, frees its port, and may be closed twice", async () => {
    const simulator = await started({ rules: [{ fault: { hang: "after-headers" } }] });
    const pending = watch(post(simulator, "/v1/messages", { ...bodies["/v1/messages"], stream: true }));
    await until(() => simulator.requests.length > 0);
    await simulator.close();
    await simulator.close();
    expect((await pending).ended).toBe(false);
    const server = net.createServer();
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(simulator.port, "127.0.0.1", resolve);
    });
    await new Promise((resolve) => server.close(resolve));
  });

  it("answers many at once, each by its own conversation", async () => {
    const simulator = await started({ rules: [{ steps: [{ final: "{{prompt}}" }] }] });
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, n) => {
        const body = { model: "m", messages: [{ role: "user", content: `task ${n}` }] };
        const answer = (await (await post(simulator, "/v1/chat/completions", body)).json()) as {
          choices: { message: { content: string } }[];
        };
        return answer.choices[0]?.message.content;
      }),
    );
    expect(answers).toEqual(Array.from({ length: 200 }, (_, n) => `task ${n}`));
    expect(new Set(simulator.requests.map(({ n }) => n)).size).toBe(200);
  });
});
