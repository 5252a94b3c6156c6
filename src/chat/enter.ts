// Entering a chat: its turn is ours, what others left undone is settled, and nobody changes it until we leave.
import type { Env } from "../base/home.ts";
import { type Chat, type ChatPlan, readChat, readPlan } from "./chat.ts";
import type { ChatFolder } from "./folder.ts";
import { closeTerminal } from "./terminal-turns.ts";
import { mendTranscript } from "./transcript.ts";
import { type Holder, takeTurn } from "./turn-lock.ts";

/** A chat that is ours until `leave`. */
export interface Entered {
  chat: Chat;
  plan: ChatPlan;
  leave(): void;
}

/**
 * Waits for the turn of a chat. Reads what a native terminal said in it since, also after that was killed. Refuses as
 * `readChat`, `readPlan` and `takeTurn` do.
 */
export async function enterChat(
  folder: ChatFolder,
  holder: Holder,
  env: Env,
  signal: AbortSignal,
): Promise<Entered> {
  const lock = await takeTurn(folder, holder, signal);
  try {
    mendTranscript(folder);
    const chat = readChat(folder);
    const plan = readPlan(folder, chat);
    const settled = await closeTerminal(folder, chat, plan, env);
    return { chat: settled, plan, leave: () => lock.release() };
  } catch (error) {
    lock.release();
    throw error;
  }
}
