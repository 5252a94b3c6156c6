// Model servers on this machine: who answers on the usual ports, and which models it lists.
import { requestUrl } from "../base/endpoint.ts";

/** A port and what usually listens there; `preset` is its preset, where it has one. */
export interface UsualPort {
  port: number;
  title: string;
  preset?: string;
}

/** In the order in which the first that answers is taken. */
export const usualPorts: readonly UsualPort[] = [
  { port: 8088, title: "the usual place of wgnext" },
  { port: 11434, title: "Ollama", preset: "ollama" },
  { port: 1234, title: "LM Studio", preset: "lmstudio" },
  { port: 8080, title: "llama.cpp", preset: "llama.cpp" },
  { port: 8000, title: "vLLM", preset: "vllm" },
];

/** `models` as the server lists them; `wantsKey` when it lists none without one. */
export interface FoundServer extends UsualPort {
  url: string;
  models: string[];
  wantsKey: boolean;
}

/** The longest a server may take to list its models, and the most it may say. */
const answerMs = 1500;
const answerBytes = 4 * 1024 * 1024;

/** Asks every port of 127.0.0.1 for its models, all at once. Ports that are silent or serve something else are left out. Never rejects. */
export async function findServers(ports: readonly UsualPort[], signal: AbortSignal): Promise<FoundServer[]> {
  const answers = await Promise.all(ports.map((port) => ask(port, signal)));
  return answers.filter((answer) => answer !== undefined);
}

/** The models a server lists; undefined when it does not answer as a model server. `wantsKey` on 401 and 403. */
export async function listModels(
  url: string,
  signal: AbortSignal,
): Promise<{ models: string[]; wantsKey: boolean } | undefined> {
  try {
    const response = await fetch(`${requestUrl({ provider: "oai-compat", url })}/models`, {
      redirect: "manual",
      headers: { accept: "application/json" },
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
    });
    if (response.status === 401 || response.status === 403) {
      await response.body?.cancel();
      return { models: [], wantsKey: true };
    }
    const text = await limitedText(response);
    return response.ok ? modelsIn(text) : undefined;
  } catch {
    // Nobody there, too slow, no HTTP, no JSON: it is no model server, whatever it is.
    return undefined;
  }
}

/** The model to run of those a server lists: the first that can talk. */
export function firstModel(models: readonly string[]): string | undefined {
  return models.find((name) => !/embed|rerank|whisper|tts\b|bge-|clip/i.test(name)) ?? models[0];
}

async function ask(usual: UsualPort, signal: AbortSignal): Promise<FoundServer | undefined> {
  const url = `http://127.0.0.1:${usual.port}`;
  const answer = await listModels(url, signal);
  return answer && { ...usual, url, ...answer };
}

async function limitedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let held = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    held += chunk.length;
    if (held > answerBytes) throw new Error("the answer is too long");
  }
  return Buffer.concat(chunks).toString("utf8");
}

function modelsIn(text: string): { models: string[]; wantsKey: boolean } | undefined {
  const { data } = JSON.parse(text) as { data?: unknown };
  if (!Array.isArray(data)) return undefined;
  const models = data.flatMap((each: unknown) => {
    const id = typeof each === "object" && each !== null && "id" in each ? each.id : undefined;
    return typeof id === "string" && /^[^\s\p{Cc}-][^\s\p{Cc}]{0,199}$/u.test(id) ? [id] : [];
  });
  return { models, wantsKey: false };
}
