// One question to a role's model, asked until its answer can be used or there is no hope of one.
import { messageOf, WgError } from "../base/error.ts";
import type { Env } from "../base/home.ts";
import type { Plan } from "../graph/plan.ts";
import type { RunResult } from "../graph/result.ts";
import { runToEnd } from "../handlers/run-to-end.ts";
import { jsonIn } from "./answer.ts";

/** Where a question is asked: the environment it is started in, and a folder of its own, which exists. */
export interface Asking {
  env: Env;
  folder: string;
}

/** What the model said and how: every attempt's result, the last one being the answer's. */
export interface Asked<T> {
  value: T;
  results: RunResult[];
}

const maxAttempts = 2;

/**
 * Asks the plan's model for one JSON value and reads it with `read`, which refuses what cannot be used; the refusal is
 * told to the model, which gets one more attempt. Refuses `no-answer` when the run itself fails, and `bad-answer` when
 * no attempt could be used: an answer that cannot be read is none.
 */
export async function askJson<T>(
  plan: Plan,
  asking: Asking,
  read: (value: unknown) => T,
  signal: AbortSignal,
): Promise<Asked<T>> {
  const results: RunResult[] = [];
  let why = "";
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const prompt = attempt === 1 ? plan.prompt : `${plan.prompt}\n\n${again(why)}`;
    const { text, result } = await ask({ ...plan, attempt, prompt }, asking, signal);
    results.push(result);
    if (result.failure !== undefined) {
      throw new WgError("no-answer", `${result.failure.class}: ${result.failure.message}`);
    }
    try {
      return { value: read(jsonIn(text)), results };
    } catch (error) {
      if (!(error instanceof WgError)) throw error;
      why = messageOf(error);
    }
  }
  throw new WgError("bad-answer", `the model gave no usable answer in ${maxAttempts} attempts: ${why}`);
}

/** What was said after the last tool call: earlier words are thoughts on the way. */
async function ask(
  plan: Plan,
  { env, folder }: Asking,
  signal: AbortSignal,
): Promise<{ text: string; result: RunResult }> {
  let said: string[] = [];
  const result = await runToEnd({ plan, env, folder }, signal, (event) => {
    if (event.kind === "tool") said = [];
    if (event.kind === "text") said.push(event.text);
  });
  return { text: said.join("\n"), result };
}

function again(why: string): string {
  return `An earlier answer to this could not be used: ${why}. Answer with the JSON alone.`;
}
