// Jobs whose agent is test/fixtures/agent.mjs, for the handlers that start a program.
import * as path from "node:path";
import type { Job } from "../../src/handlers/handler.ts";
import { type Behaviour, makeJob, type RunPlace } from "./contract.ts";

/** The stand-in for an agent CLI. */
export const fakeAgent = path.resolve(import.meta.dirname, "..", "fixtures", "agent.mjs");

/** A job for the claude or codex handler whose program is the stand-in. */
export function fakeJob(handler: "claude" | "codex", behaviour: Behaviour, place: RunPlace): Job {
  return makeJob(place, handler, {
    route: { handler, model: handler === "claude" ? "opus" : "gpt-5.5" },
    command: behaviour === "missing" ? path.join(place.root, "nowhere") : fakeAgent,
    env: {
      FAKE_DIALECT: handler,
      FAKE_BEHAVIOUR: behaviour,
      FAKE_SECRET: { ref: "env:FAKE_SECRET" },
    },
  });
}

/** Every behaviour of the stand-in, and the missing program. */
export const allBehaviours: readonly Behaviour[] = [
  "done",
  "unicode",
  "wrong-exit",
  "no-result",
  "garbage",
  "flood",
  "huge-line",
  "silent",
  "stubborn",
  "hydra",
  "leftover",
  "fugitive",
  "leak",
  "leak-error",
  "no-input",
  "missing",
];
