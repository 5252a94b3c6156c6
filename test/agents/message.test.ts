// A word to a real agent at work: it reaches the model between two turns, and is recorded as seen.
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Script } from "../../src/simulate/script.ts";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { agentPrograms, plannedKey } from "../support/agents.ts";
import { makeServicePlace, type ServicePlace } from "../support/service.ts";

let place: ServicePlace;
let simulator: Simulator;
let recorder: { url: string; bodies: string[]; close(): Promise<void> };

beforeEach(async () => {
  // Outside /tmp, which Codex lets every workspace run write to.
  vi.stubEnv("TMPDIR", "/var/tmp");
  place = await makeServicePlace({ SIM_KEY: plannedKey });
  simulator = await startSimulator();
  recorder = await startRecorder(simulator.url);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await place.end();
  await recorder.close();
  await simulator.close();
});

const word = "numbers may have underscores";

describe.each(["claude", "codex"] as const)("%s", (agent) => {
  it.each<[string, Script["rules"]]>([
    [
      "between two tools",
      [{ steps: [{ shell: "echo one" }, { shell: "echo two", delay_ms: 5000 }, { final: "done" }] }],
    ],
    ["before it stops", [{ steps: [{ final: "done", delay_ms: 5000 }] }]],
  ])("is told %s", async (_, rules) => {
    simulator.setScript({ rules });
    await place.ok("config", "set", `handlers.${agent}.command`, agentPrograms()[agent]);
    const route = agent === "claude" ? "claude:opus" : "codex:gpt-5.5";
    await place.ok(
      ...["profile", "create", "here", "-m", route, "-e", recorder.url, "--key-ref", "env:SIM_KEY"],
    );
    await place.ok("profile", "use", "here", "--no-check");
    await place.start();
    await place.ok("add", "talk", "--id", "talk");
    await place.until("a request is under way", () => recorder.bodies.length > 0);
    await place.ok("msg", "talk", word);
    await place.until("the task is done", async () => {
      const { task } = JSON.parse(await place.ok("show", "talk", "--json"));
      return task.status === "done";
    });
    expect(recorder.bodies.at(-1)).toContain(word);
    const { messages } = JSON.parse(await place.ok("msg", "talk", "--json"));
    expect(messages).toMatchObject([{ text: word, by: "user", seen: [{ how: "turn" }] }]);
  });
});

/** Passes requests on and keeps their bodies. */
async function startRecorder(target: string): Promise<typeof recorder> {
  const bodies: string[] = [];
  const server = http.createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    if (/messages|responses/.test(request.url ?? "")) bodies.push(body);
    const url = new URL(request.url ?? "/", target);
    const { method = "GET", headers } = request;
    const passed = http.request(url, { method, headers: { ...headers, host: url.host } }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    passed.on("error", () => response.destroy());
    passed.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
