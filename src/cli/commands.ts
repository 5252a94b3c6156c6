// Every top-level command: its summary, and the file that holds its words, loaded only when it is asked for.
import type { Command } from "commander";
import type { Io } from "./io.ts";

export interface CommandEntry {
  name: string;
  summary: string;
  load: () => Promise<(io: Io) => Command>;
  /** Not for people: left out of help. */
  hidden?: true;
}

/** In the order help shows them. */
export const commands: readonly CommandEntry[] = [
  {
    name: "simulate",
    summary: "a model server for rehearsal: scripted answers, injected faults",
    load: async () => (await import("./simulate.ts")).simulateCommand,
  },
];
