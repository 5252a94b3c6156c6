// What an agent is told of wg where it looks by itself: little, since `wg quickstart` says the rest, and says it truly.
import { markedSection } from "./skill-section.ts";

export type SkillAgent = "claude" | "codex";

const body = `Work in this project may be kept as a graph of tasks by the command \`wg\`: a folder \`.wg\` here or above says so. A task waits
for the tasks it needs, and agents of their own work on what is ready.

- Run \`wg quickstart\` before anything else: it prints the commands you need and how to split work into tasks. When
  \`$WG_RUN\` is set you are at work on one task yourself, and it is about that one.
- \`wg list\` and \`wg show <id>\` say what there is; \`wg add "title" -d "all its agent should know" --after <id>\` adds work.
- Profiles, settings and keys of wg are your person's to change, not yours.`;

/** What stands in the agent's file, from marker to marker; lines without a last line break. */
export function skillSection(agent: SkillAgent): string {
  if (agent === "codex") return markedSection(undefined, `## wg\n\n${body}`);
  const head = [
    "name: wg",
    "description: Work with wg's graph of tasks. Use it when the project has a .wg folder, when $WG_RUN is set, or when tasks for other agents are to be added, connected, looked at or retried.",
  ].join("\n");
  return markedSection(head, `\n# wg\n\n${body}\n`);
}
