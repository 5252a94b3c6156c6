// A change of a pointer, or of the canary beside it, made together with its line in the history.
import type { Home, Project } from "../base/home.ts";
import { type CanaryLine, type ChangedBy, recordSwitch, type Switch } from "./history.ts";

/** A line of the history but for its time and whose it is; the revision is the usual one unless it says another. */
type Entry =
  | (Pick<Switch, "kind" | "from" | "to" | "why" | "ended"> & { revision?: string })
  | (Pick<CanaryLine, "kind" | "from" | "to" | "why" | "share"> & { revision?: string });

/** Whose pointer, or its canary, is changed; without a project the global one. By whom, and when. */
export interface Changing {
  project?: Project;
  by: ChangedBy;
  now(): Date;
}

/** Makes a change, of which it is given the time, together with its line in the history. */
export type Recorder = (entry: Entry, make: (at: string) => void) => void;

/** Records changes of the pointer of `project`, or of the global one. `tell` hears where the history cannot have it. */
export function recorder(
  home: Home,
  { project, by, now }: Changing,
  revision: string,
  tell: (note: string) => void,
): Recorder {
  return (entry, make) => {
    const at = now().toISOString();
    const whole = { at, revision, ...entry, by, ...(project && { project: project.root }) };
    const problem = recordSwitch(home, whole, () => make(at));
    if (problem !== undefined) tell(`the history does not have it: ${problem.message}`);
  };
}
