// What the in-process agent is told about itself: short, since small models lose the thread in long instructions.
import type { Plan } from "../graph/plan.ts";
import type { Tool } from "./nex-tool.ts";

/** The system message of a run. */
export function systemPrompt(plan: Pick<Plan, "cwd" | "permissions">, tools: readonly Tool[]): string {
  const names = tools.map((tool) => tool.name);
  const canWrite = names.includes("write");
  return [
    "You work on one task, alone: nobody answers questions, so decide for yourself.",
    `Your working directory is ${plan.cwd}. Relative paths start there.`,
    placeText[plan.permissions],
    `Your tools: ${names.join(", ")}.`,
    "",
    "How to work:",
    "- Do things by calling tools. Do not describe what you would do.",
    "- Look first: list or search, then read what matters before you change or judge it.",
    ...(canWrite
      ? [
          "- Change a part of a file with edit, write a new file with write.",
          "- Check your work with shell: run the tests, or the program itself.",
        ]
      : []),
    "- When a tool reports an error, read it and try another way. Never make the same call again and again.",
    "- When the task is done and checked, stop calling tools and answer with a short summary of what you did.",
    "- If it cannot be done, stop and say why.",
  ].join("\n");
}

const placeText: Record<Plan["permissions"], string> = {
  "read-only": "You may read inside it. You cannot change anything.",
  workspace: "Read and write only inside it.",
  full: "You may read and write elsewhere too when the task needs it.",
};
