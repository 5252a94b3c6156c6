// How a canary ends: by any switch of the pointer that it goes with, or on its own.
import { WgError } from "../base/error.ts";
import { type Canary, readCanary, removeCanary, writeCanary } from "./canary.ts";
import type { Change } from "./commit.ts";
import type { Recorder } from "./record.ts";

/** A canary that is about to end; `name` is its candidate. */
export interface Ending {
  name: string;
  /** Absent where its file cannot be read. */
  canary?: Canary;
  end(): void;
  /** Undoes `end`; `at` is the time of that. */
  putBack(at: string): void;
  /** The end as a change of its own. */
  alone(record: Recorder, why?: string): Pick<Change, "make" | "unmake">;
}

/**
 * How the canary in a file ends that goes with a pointer which says `active`. A file of one that the pointer has left is
 * cleared away; one that cannot be read ends too, for good.
 */
export function endingOf(file: string, active: string): Ending | undefined {
  const canary = readable(file, active);
  const end = () => removeCanary(file);
  if (canary === undefined) {
    end();
    return undefined;
  }
  if (canary === "broken") {
    const lost = () => {};
    return {
      name: "a file that cannot be read",
      end,
      putBack: lost,
      alone: () => ({ make: end, unmake: lost }),
    };
  }
  const { main, canary: candidate, share } = canary;
  const putBack = (at: string) => writeCanary(file, { ...canary, at });
  const [there, back] = [
    { kind: "canary", from: main.profile, to: candidate.profile, revision: candidate.revision, share },
    { kind: "canary-ended", from: candidate.profile, to: main.profile, revision: main.revision, share },
  ] as const;
  return {
    name: candidate.profile,
    canary,
    end,
    putBack,
    alone: (record, why) => ({
      make: () => record({ ...back, ...(why !== undefined && { why }) }, end),
      unmake: () => record(there, putBack),
    }),
  };
}

function readable(file: string, active: string): Canary | "broken" | undefined {
  try {
    return readCanary(file, active);
  } catch (error) {
    if (error instanceof WgError) return "broken";
    throw error;
  }
}
