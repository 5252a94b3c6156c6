// What an agent is told: its task, what came before it, and how to report.
import { type Message, messagesText } from "../graph/message.ts";
import type { PlannedIdentity, PlannedWorktree } from "../graph/plan.ts";
import type { Task } from "../graph/task.ts";

/** What a need left behind for the tasks after it. */
export interface NeedResult {
  id: string;
  title: string;
  status: Task["status"];
  summary?: string;
  artifacts: readonly string[];
}

/** Longest summary of one need, and of all of them together, in characters. */
const maxSummary = 4000;
const maxSummaries = 40_000;
/** All messages together, in characters. */
const maxMessages = 40_000;
/** More needs than this are only counted. */
const maxNeeds = 100;

/** What an attempt finds: `attempt` counts from 1, `lastFailure` says how the one before ended. */
export interface Situation {
  cwd: string;
  needs: readonly NeedResult[];
  attempt: number;
  lastFailure?: string;
  /** What was said to the task so far, oldest first. */
  messages: readonly Message[];
  /** How the agent reaches wg: by the command, or by the tools of its MCP server. */
  reportsBy: "command" | "tools";
  /** The working directory is in a checkout of the task's own. */
  worktree?: PlannedWorktree;
  /** Who the agent is to be. */
  identity?: PlannedIdentity;
  /** What its work has to be scored. */
  gate?: number;
}

/** The prompt of one attempt. */
export function taskPrompt(task: Task, situation: Situation): string {
  const { needs, attempt, lastFailure, messages, identity } = situation;
  const parts = [
    identity?.text.trim() ?? "",
    `# Task ${task.id}: ${task.title}`,
    task.tags.length > 0 ? `Tags: ${task.tags.join(", ")}` : "",
    task.description.trim(),
    attemptText(attempt, lastFailure, situation.worktree),
    needsText(needs),
    messages.length === 0
      ? ""
      : `## Said to you about this task\n\n${cut(messagesText(messages), maxMessages)}`,
    rulesText(task, situation),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function attemptText(
  attempt: number,
  lastFailure: string | undefined,
  worktree: PlannedWorktree | undefined,
): string {
  if (attempt <= 1) return "";
  const before =
    lastFailure === undefined
      ? ""
      : `\n\nThe attempt before ended like this:\n\n${indent(cut(lastFailure, maxSummary))}`;
  const where =
    worktree === undefined
      ? ""
      : ` You go on in the same worktree: what it left is there, committed to ${worktree.branch}; \`git log\` shows it.`;
  return `## Attempt ${attempt}\n\nThis task was tried before. Look at what is already there before you start over.${where}${before}`;
}

function needsText(needs: readonly NeedResult[]): string {
  if (needs.length === 0) return "";
  let room = maxSummaries;
  const blocks = needs.slice(0, maxNeeds).map((need) => {
    const summary = cut(need.summary?.trim() ?? "", Math.min(maxSummary, room));
    room -= summary.length;
    const lines = [`- ${need.id} (${need.status}): ${need.title}`];
    if (summary !== "") lines.push(indent(summary));
    for (const artifact of need.artifacts) lines.push(`  file: ${artifact}`);
    return lines.join("\n");
  });
  if (needs.length > maxNeeds) blocks.push(`- and ${needs.length - maxNeeds} more; see: wg show <id>`);
  return `## What came before\n\nThis task builds on the results of these:\n\n${blocks.join("\n")}`;
}

function rulesText(task: Task, { cwd, reportsBy, worktree, gate }: Situation): string {
  const lines = [
    "## How to work and report",
    "",
    `Work in the project folder ${cwd} and nowhere else. Do this task only; other tasks are done by others.`,
    ...(worktree === undefined ? [] : [worktreeText(worktree)]),
    ...(reportsBy === "command" ? commandLines(task.id) : toolLines),
    "",
    "End with a short summary of what you did and what the next tasks should know: it is handed to them.",
  ];
  if (gate !== undefined) {
    lines.push(
      "",
      "Somebody else then looks at what you did, and it comes back to you when it is not good enough.",
    );
  }
  if (task.verify !== undefined) {
    lines.push(
      "",
      "When you are finished this command is run, and the task counts as done only if it succeeds:",
      "",
    );
    lines.push(indent(task.verify));
  }
  return lines.join("\n");
}

function worktreeText({
  branch,
  target = "the commit that was checked out",
  merge,
}: PlannedWorktree): string {
  const after = {
    auto: `, and the branch is then merged into ${target}`,
    manual: `; a person merges the branch into ${target} then`,
    "pr-branch": "; the branch is then looked at elsewhere",
  }[merge];
  return `It is a git worktree of your own, on the branch ${branch}, begun at ${target}. Stay on that branch and leave other branches alone. What you do not commit is committed for you when you are done${after}.`;
}

function commandLines(id: string): string[] {
  return [
    "The command `wg` is on your PATH and knows which task you work on:",
    "",
    `- \`wg log ${id} "what happened"\` notes progress, a decision or a problem`,
    `- \`wg artifact ${id} <path>\` names a file that you made for the tasks after this one`,
    `- \`wg done ${id}\` says that the task is done`,
    `- \`wg fail ${id} --reason "why"\` says that it cannot be done`,
    '- `wg add "title" -d "all its agent should know"` leaves work that is not part of your task to others',
    "- `wg quickstart` says the rest",
  ];
}

const toolLines = [
  "You can read, but change nothing. The tools of the MCP server `wg` know which task you work on:",
  "",
  "- `log` notes progress, a decision or a problem",
  "- `add` leaves work that you found to be done to another agent",
  "- `done` says that the task is done",
  "- `fail` says that it cannot be done, and why",
];

function indent(text: string): string {
  return text.replace(/^/gm, "    ");
}

function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return limit < 20 ? "" : `${text.slice(0, limit - 14).trimEnd()} [cut off here]`;
}
