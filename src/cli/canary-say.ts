// A canary told in passing: a few sentences beside the answer to another question.
import type { CanaryView } from "../overview/canary-view.ts";
import { canarySentence, figuresSentence } from "./canary-text.ts";
import type { Io } from "./io.ts";
import { plain, say } from "./print.ts";

/** Who is on which side, how both do, and what of it has changed since. */
export function sayCanary(io: Io, canary: CanaryView): void {
  const figures = figuresSentence(canary);
  const sentences = [canarySentence(canary, io.now()), ...(figures === undefined ? [] : [figures])];
  for (const sentence of [...sentences, ...canary.notes]) say(io, plain(sentence));
}
