// One thing that is wrong or doubtful about a profile as it is written.
import type { Place } from "../base/error.ts";

/** An error keeps the profile from doing what it says, or endangers a key. `rule` is kebab-case, for scripts. */
export interface LintFinding {
  level: "error" | "warning";
  rule: string;
  message: string;
  hint?: string;
  at?: Place;
}
