// How the work of a task's own worktree comes back: `auto` by wg, `manual` by a person, `pr-branch` by a review elsewhere.

export const mergeModes = ["auto", "manual", "pr-branch"] as const;
export type MergeMode = (typeof mergeModes)[number];
