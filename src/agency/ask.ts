// One question to a role's model, asked until its answer can be used or there is no hope of one.
import { messageOf, WgError } from "../base/error.ts";
import type { Env } from "../base/home.ts";
import type { Plan } from "../graph/plan.ts";
import type { RunResult } from "../graph/result.ts";
import type { RunEvent } from "../handlers/handler.ts";
import { runToEnd } from "../handlers/run-to-end.ts";
import { jsonIn } from "./answer.ts";

/** Runs a plan to its end: what was said, and the result. Never rejects. */
export type Play = (plan: Plan) => Promise<{ text: string; result: RunResult }>;

/** What the model said and how: every attempt's result, the last one being the answer's. */
export interface Asked<T> {
  value: T;
  results: RunResult[];
}

/** No answer that could be used: the run failed, or what it said was none. */
export interface Unanswered {
  problem: string;
  results: RunResult[];
}

const maxAttempts = 2;

/**
 * Asks the plan's model for one JSON value and reads it with `read`, which refuses what cannot be used; the refusal is
 * told to the model, which gets one more attempt. An answer that cannot be read is none.
 */
export async function askFor<T>(
  plan: Plan,
  play: Play,
  read: (value: unknown) => T,
): Promise<Asked<T> | Unanswered> {
  const results: RunResult[] = [];
  let why = "";
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const prompt = attempt === 1 ? plan.prompt : `${plan.prompt}\n\n${again(why)}`;
    const { text, result } = await play({ ...plan, prompt });
    results.push(result);
    if (result.failure !== undefined) {
      return { problem: `${result.failure.class}: ${result.failure.message}`, results };
    }
    try {
      return { value: read(jsonIn(text)), results };
    } catch (error) {
      if (!(error instanceof WgError)) throw error;
      why = messageOf(error);
    }
  }
  return { problem: `the model gave no usable answer in ${maxAttempts} attempts: ${why}`, results };
}

/** As `askFor`, outside of a worker. Refuses `no-answer` when there is none that could be used. */
export async function askJson<T>(
  plan: Plan,
  { env, folder }: { env: Env; folder: string },
  read: (value: unknown) => T,
  signal: AbortSignal,
): Promise<Asked<T>> {
  const play: Play = async (each) => {
    const heard = listener();
    const result = await runToEnd({ plan: each, env, folder }, signal, heard.told);
    return { text: heard.text(), result };
  };
  const asked = await askFor(plan, play, read);
  if ("problem" in asked) throw new WgError("no-answer", asked.problem);
  return asked;
}

/** Keeps what was said after the last tool call: earlier words are thoughts on the way. */
export function listener(): { told(event: RunEvent): void; text(): string } {
  let said: string[] = [];
  return {
    told(event) {
      if (event.kind === "tool") said = [];
      if (event.kind === "text") said.push(event.text);
    },
    text: () => said.join("\n"),
  };
}

function again(why: string): string {
  return `An earlier answer to this could not be used: ${why}. Answer with the JSON alone.`;
}
