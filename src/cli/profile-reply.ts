// What a change of a profile came to, and what services said to it, for people and as JSON.
import type { Reply } from "../profile/nudge.ts";
import { repliesClauses, versionText } from "../profile/outcome.ts";
import type { Rewritten } from "../profile/rewrite.ts";
import { plain } from "./print.ts";

/** A reply for the `services` member of an envelope. */
export function replyJson(reply: Reply): Record<string, unknown> {
  if (reply.kind !== "refused") return { ...reply };
  const { code, message, hint, at } = reply.problem;
  return { kind: reply.kind, project: reply.project, problem: { code, message, hint, at } };
}

/** A changed profile as JSON: what it is now, and who reloaded. */
export function rewrittenJson({ to, replies, problem, ...rest }: Rewritten): Record<string, unknown> {
  return {
    ...to,
    ...rest,
    services: replies.map(replyJson),
    ...(problem && {
      problem: { code: problem.code, message: problem.message, hint: problem.hint, at: problem.at },
    }),
  };
}

/** One sentence: what was done, what the profile is now, and where it runs, who took it. */
export function rewrittenSentence(
  done: string,
  { to, active, isKept, replies, next, problem }: Rewritten,
): string {
  if (problem !== undefined) return `${done}; it cannot be used yet: ${plain(problem.message)}`;
  const clauses = [done, `it is ${versionText(to)} now`];
  if (isKept) clauses.push("its side of the canary that is on stays as it was kept");
  if (active || replies.length > 0) clauses.push(...repliesClauses(replies));
  if (active && !isKept) clauses.push(`the next dispatch uses ${next}`);
  return plain(clauses.join("; "));
}
