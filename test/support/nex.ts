// Jobs for the nex handler, and a server that answers word for word what a test says.
import * as http from "node:http";
import type { Plan } from "../../src/graph/plan.ts";
import type { Job } from "../../src/handlers/handler.ts";
import { makeJob, type RunPlace } from "./contract.ts";

/** A job for nex at the server behind `url`. */
export function nexJob(at: RunPlace, url: string, changes: Partial<Plan> = {}): Job {
  return makeJob(at, "nex", {
    route: { handler: "nex", model: "qwen" },
    endpoint: { name: "here", provider: "oai-compat", url },
    ...changes,
  });
}

/** The part of a request that tests look at. */
export interface Body {
  messages: { role: string; content: string; tool_call_id?: string }[];
}

/** What a scripted server does: a list of events, a JSON text, or whatever the test does to the response. */
type Said = string[] | string | ((response: http.ServerResponse) => void);

/** A server that answers each question to its model with the next of `answers`, the last for ever, and nothing else. */
export async function scripted(
  answers: Said[],
): Promise<{ url: string; bodies: Body[]; close(): Promise<void> }> {
  const bodies: Body[] = [];
  const server = http.createServer(async (request, response) => {
    let text = "";
    for await (const part of request) text += part;
    if (!request.url?.endsWith("/chat/completions")) return void response.writeHead(404).end();
    bodies.push(JSON.parse(text));
    const answer = answers[Math.min(bodies.length, answers.length) - 1] ?? "";
    if (typeof answer === "function") return answer(response);
    response.setHeader("content-type", typeof answer === "string" ? "application/json" : "text/event-stream");
    response.on("error", () => {});
    response.end(typeof answer === "string" ? answer : answer.join(""));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    bodies,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A chunk of a stream, as a server-sent event. */
export function chunk(delta: unknown, finish: string | null = null): string {
  return `data: ${JSON.stringify({ model: "served", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
}
