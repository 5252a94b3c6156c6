// Simulated answers of those who assign and judge, and a profile with a model for each role.
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import type { Rule } from "../../src/simulate/script.ts";

/** The words by which a question is known. */
const questions = {
  evaluator: "Score what it really did",
  infer: "infer what it was asked to do",
  compare: "Compare the two",
  assigner: "Choose which agent",
};
export type Question = keyof typeof questions;

/** Scores of an evaluator that are all the same. */
export function scores(each: number): Record<string, number> {
  return {
    correctness: each,
    completeness: each,
    efficiency: each,
    style_adherence: each,
    downstream_usability: each,
    coordination_overhead: each,
    blocking_impact: each,
  };
}

/**
 * A rule that answers a question about material that `about`, a pattern, is found in: with these fields and the question's
 * seal, or word for word with a text. `path` limits it to a part of the server's path.
 */
export function answering(
  question: Question,
  answer: Record<string, unknown> | string,
  about = "",
  { path: at, ...more }: Omit<Rule, "match" | "steps"> & { path?: string } = {},
): Rule {
  const final = typeof answer === "string" ? answer : JSON.stringify({ seal: "{{match.seal}}", ...answer });
  const pattern = [questions[question], about, '`seal`: the text "(?<seal>\\w+)"'].filter(Boolean).join(".*");
  return {
    name: question,
    match: { prompt_pattern: pattern, ...(at && { path: at }) },
    steps: [{ final }],
    ...more,
  };
}

/** Writes a profile at the model server behind `url` whose roles have each their own model. */
export function writeRoles(home: string, name: string, url: string, fallback: string[] = []): void {
  const models = { evaluator: "judge", flip: "guess", assigner: "choose" };
  const text = [
    ...(fallback.length > 0 ? [`fallback = ${JSON.stringify(fallback)}`] : []),
    `agent.model = "local:work-${name}"`,
    ...Object.entries(models).map(([role, model]) => `models.${role}.model = "local:${model}-${name}"`),
    "[[llm_endpoints.endpoints]]",
    'name = "own"',
    'provider = "oai-compat"',
    `url = "${url}"`,
  ];
  const folder = path.join(home, ".wg", "profiles");
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, `${name}.toml`), `${text.join("\n")}\n`);
}

/** A server between an agent and the model server behind `url`, which keeps what was sent. */
export async function startRecorder(
  url: string,
): Promise<{ url: string; bodies: string[]; close(): Promise<void> }> {
  const bodies: string[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    const target = new URL(request.url ?? "/", url);
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      bodies.push(body.toString("utf8"));
      const { method, headers } = request;
      const onward = http.request(target, { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on("error", () => response.destroy());
      onward.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    bodies,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
