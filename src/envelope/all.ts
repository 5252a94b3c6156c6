// Every verb that takes `--json`, with the shape of its answer; and the JSON Schemas that are published of them.
import { agentEnvelopes } from "./agent.ts";
import { chatEnvelopes } from "./chat.ts";
import { checkEnvelopes } from "./check.ts";
import { compareEnvelopes } from "./compare.ts";
import { configEnvelopes } from "./config.ts";
import { errorEnvelope } from "./error.ts";
import { evaluationEnvelopes } from "./evaluation.ts";
import { identityEnvelopes } from "./identity.ts";
import { overviewEnvelopes } from "./overview.ts";
import { profileEnvelopes } from "./profile.ts";
import { rerunEnvelopes } from "./rerun.ts";
import { runEnvelopes } from "./run.ts";
import { serviceEnvelopes } from "./service.ts";
import { setupEnvelopes } from "./setup.ts";
import type { Shape } from "./shape.ts";
import { taskEnvelopes } from "./task.ts";
import { trustEnvelopes } from "./trust.ts";
import { usageEnvelopes } from "./usage.ts";
import { worktreeEnvelopes } from "./worktree.ts";

/** By the words after `wg`. One with `--follow` is a line of a stream. */
export const envelopes: Readonly<Record<string, Shape>> = {
  ...setupEnvelopes,
  ...taskEnvelopes,
  ...serviceEnvelopes,
  ...runEnvelopes,
  ...evaluationEnvelopes,
  ...rerunEnvelopes,
  ...usageEnvelopes,
  ...chatEnvelopes,
  ...profileEnvelopes,
  ...compareEnvelopes,
  ...checkEnvelopes,
  ...configEnvelopes,
  ...trustEnvelopes,
  ...worktreeEnvelopes,
  ...agentEnvelopes,
  ...identityEnvelopes,
  ...overviewEnvelopes,
};

/** File name -> JSON Schema. */
export function publishedSchemas(): Record<string, Record<string, unknown>> {
  const verbs = Object.entries(envelopes).map(([words, shape]) => [
    schemaFile(words),
    published(`wg ${words} --json`, shape),
  ]);
  return Object.fromEntries([
    ["error.schema.json", published("what any verb prints with --json when it refuses", errorEnvelope)],
    ...verbs,
  ]);
}

/** `profile use` -> `profile-use.schema.json`. */
export function schemaFile(words: string): string {
  return `${words.replace(/ (--)?/g, "-")}.schema.json`;
}

function published(title: string, { schema }: Shape): Record<string, unknown> {
  return { $schema: "https://json-schema.org/draft/2020-12/schema", title, ...schema };
}
