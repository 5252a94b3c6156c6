// A turn as an agent CLI keeps it.
import type { Usage } from "../graph/result.ts";

/** Something an agent said or did. */
export type KeptWord =
  | { kind: "text"; text: string }
  | { kind: "tool"; name: string; input: string }
  | { kind: "tool-result"; ok: boolean; output: string };

/** What a person said, and all that came of it. `at` is ISO 8601 UTC; each word has a time of its own. */
export interface KeptTurn {
  at: string;
  text: string;
  words: ({ at: string } & KeptWord)[];
  usage: Usage;
  /** How often the model answered. */
  answers: number;
  /** What the server answered with, and what was asked for, each where the CLI keeps it. */
  servedModels: string[];
  model?: string;
  endedAt: string;
}

/** A turn that has only begun. */
export function newTurn(at: string, text: string): KeptTurn {
  return {
    at,
    text,
    words: [],
    usage: { input: 0, output: 0, cached: 0 },
    answers: 0,
    servedModels: [],
    endedAt: at,
  };
}
