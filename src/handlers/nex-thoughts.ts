// What a model thinks aloud before it answers, between <think> and </think>, told apart from the answer.
import { beginningOf } from "./redact.ts";

/** The text without what a model thought aloud. */
export function withoutThoughts(text: string): string {
  return text.replace(/<think>.*?(?:<\/think>|$)/gs, "").trim();
}

/**
 * As `withoutThoughts`, for a text that comes in pieces: an end that may become the mark of a thought is held back until
 * more comes. Without a piece the rest is given out.
 */
export function pieceWithoutThoughts(): (piece?: string) => string {
  let held = "";
  let isThought = false;
  return (piece) => {
    held += piece ?? "";
    let told = "";
    for (;;) {
      const mark = isThought ? "</think>" : "<think>";
      const at = held.indexOf(mark);
      const end = at < 0 ? held.length - (piece === undefined ? 0 : beginningOf(mark, held)) : at;
      if (!isThought) told += held.slice(0, end);
      held = held.slice(at < 0 ? end : at + mark.length);
      if (at < 0) return told;
      isThought = !isThought;
    }
  };
}
