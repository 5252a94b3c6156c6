// What the in-process agent is told about itself: short, since small models lose the thread in long instructions.
import type { Plan } from "../graph/plan.ts";
import { instructionsFor } from "./nex-instructions.ts";
import type { Tool } from "./nex-tool.ts";

/** The system message of a run, or of a turn of a chat; `preamble` comes before it. */
export function systemPrompt(
  plan: Pick<Plan, "cwd" | "project" | "permissions" | "role">,
  tools: readonly Tool[],
  preamble = "",
): string {
  const names = tools.map((tool) => tool.name);
  const work = plan.role === "chat" ? chatLines : taskLines;
  const own = [
    work.first,
    `Your working directory is ${plan.cwd}. Relative paths start there.`,
    placeText[plan.permissions],
    `Your tools: ${names.join(", ")}.`,
    "",
    "How to work:",
    ...work.beforeTools,
    "- Look first: list or search, then read what matters before you change or judge it.",
    ...(names.includes("write")
      ? [
          "- Change a part of a file with edit, write a new file with write.",
          "- Check your work with shell: run the tests, or the program itself.",
        ]
      : []),
    "- When a tool reports an error, read it and try another way. Never make the same call again and again.",
    ...work.last,
  ].join("\n");
  const instructions = instructionsFor(plan);
  const told = instructions === "" ? "" : `What this project tells those who work in it:\n\n${instructions}`;
  return [preamble.trim(), own, told].filter((part) => part !== "").join("\n\n");
}

const taskLines = {
  first: "You work on one task, alone: nobody answers questions, so decide for yourself.",
  beforeTools: ["- Do things by calling tools. Do not describe what you would do."],
  last: [
    "- When the task is done and checked, stop calling tools and answer with a short summary of what you did.",
    "- If it cannot be done, stop and say why.",
  ],
};

const chatLines = {
  first: "You talk with a person in their terminal, and work for them in their project.",
  beforeTools: [
    "- Answer what can be answered at once. When there is something to do, do it by calling tools.",
    "- When it is not clear what is wanted, ask, and wait for the answer.",
  ],
  last: [
    "- Say what you did and what came of it, briefly. Markdown is shown as such.",
    "- An answer without a tool call gives the word back to the person.",
  ],
};

const placeText: Record<Plan["permissions"], string> = {
  "read-only": "You may read inside it. You cannot change anything.",
  workspace: "Read and write only inside it.",
  full: "You may read and write elsewhere too when the task needs it.",
};
