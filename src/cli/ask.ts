// Questions to a person at a terminal. Nothing is asked where nobody sits.
import { createInterface } from "node:readline/promises";
import type { Io } from "./io.ts";
import { plain } from "./print.ts";

/** True when a question would be seen and could be answered. */
export function canAsk(io: Io): boolean {
  return io.stdin.isTTY === true && io.stderr.isTTY === true;
}

/** Yes or no; an empty answer is yes, anything but yes is no. The end of input is no. */
export async function confirm(io: Io, question: string): Promise<boolean> {
  const answer = await ask(io, `${question} [Y/n] `);
  return answer !== undefined && /^(y|yes)?$/i.test(answer);
}

/** As `confirm`, for what a person may come to regret: only a yes is one. */
export async function consent(io: Io, question: string): Promise<boolean> {
  return /^(y|yes)$/i.test((await ask(io, `${question} [y/N] `)) ?? "");
}

/** One of several; an empty answer, or one that names none, is the first. By number or by its words. */
export async function choose(
  io: Io,
  question: string,
  choices: readonly string[],
): Promise<string | undefined> {
  const listed = choices.map((choice, index) => `  ${index + 1}  ${plain(choice)}`).join("\n");
  const answer = await ask(io, `${listed}\n${question} [1] `);
  if (answer === undefined) return undefined;
  return choices.find((choice, index) => answer === choice || answer === String(index + 1)) ?? choices[0];
}

async function ask(io: Io, prompt: string): Promise<string | undefined> {
  const lines = createInterface({ input: io.stdin, output: io.stderr });
  const closed = new Promise<undefined>((resolve) => lines.once("close", () => resolve(undefined)));
  try {
    return (await Promise.race([lines.question(prompt, { signal: io.signal }), closed]))?.trim();
  } finally {
    lines.close();
  }
}
