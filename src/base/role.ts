// Who a run acts as, and what it may touch.

/** Every role, in the order listings show them. */
export const roles = ["worker", "dispatcher", "assigner", "evaluator", "flip", "chat"] as const;
export type Role = (typeof roles)[number];

/** Those whose runs belong to tasks. */
export const taskRoles = ["worker", "assigner", "evaluator", "flip"] as const satisfies readonly Role[];

/** True for one who only answers a question, in a folder of its own outside of the project. */
export function isAsking({ role }: { role: Role }): boolean {
  return role === "evaluator" || role === "flip" || role === "assigner";
}

/**
 * What a run may do: `read-only` reads the working directory; `workspace` also writes inside it and runs
 * commands there; `full` has no limits of ours.
 */
export const permissionLevels = ["read-only", "workspace", "full"] as const;
export type Permissions = (typeof permissionLevels)[number];

/** What happens when the server answers with another model than the one asked for. */
export type OnModelMismatch = "warn" | "fail";
