// The profiles wg brings along: written once into a fresh home, from then on the user's own files.

import * as fs from "node:fs";
import * as path from "node:path";
import { errnoOf, messageOf, WgError } from "../base/error.ts";
import { writeText } from "../base/file.ts";
import type { Home } from "../base/home.ts";

/** The text of each starter, by name. */
export const starters: Readonly<Record<string, string>> = {
  claude: `# Everything on Claude Code, with the login it already has.
# Your file: wg changes only the values it is asked to change, comments stay.
description = "Claude Code: opus works, haiku does the small jobs around it"

[agent]
model = "claude:opus"        # workers and chats

[dispatcher]
model = "claude:haiku"

[tiers]                      # a task asks for one with: wg add --tier fast
fast = "claude:haiku"        # assigner, evaluator and flip run on it too
standard = "claude:sonnet"
premium = "claude:opus"
`,
  codex: `# Everything on Codex CLI, with the login it already has.
# Your file: wg changes only the values it is asked to change, comments stay.
description = "Codex CLI: gpt-5.5 works, gpt-5.4-mini does the small jobs around it"

[agent]
model = "codex:gpt-5.5"      # workers and chats

[dispatcher]
model = "codex:gpt-5.4-mini"

[tiers]                      # a task asks for one with: wg add --tier fast
fast = "codex:gpt-5.4-mini"  # assigner, evaluator and flip run on it too
standard = "codex:gpt-5.5"
premium = "codex:gpt-5.5"
`,
  wgnext: `# Everything on wg's own agent, against any server that speaks OpenAI chat completions.
# Point it at yours with: wg profile set wgnext endpoint http://10.0.0.5:8088
description = "wg's own agent at a local endpoint; change the url per machine"

[agent]
model = "local:qwen3-coder-30b"    # workers; ask the server for its names: curl <url>/v1/models

[dispatcher]
model = "local:qwen3-coder-30b"

[models.evaluator]                 # a role can have a model of its own, and an endpoint = "name"
model = "local:qwen3-coder-30b"

[models.assigner]
model = "local:qwen3-coder-30b"

[models.flip]
model = "local:qwen3-coder-30b"

[models.chat]
model = "local:qwen3-coder-30b"

[[llm_endpoints.endpoints]]
name = "default"
provider = "oai-compat"            # oai-compat (chat completions), openai (responses), anthropic (messages)
url = "http://127.0.0.1:8088"
is_default = true
# api_key_ref = "env:WGNEXT_KEY"   # env:NAME, file:PATH, cmd:COMMAND or keyring:NAME; never the key itself
`,
};

/**
 * Gives a home its starters when it has no profiles folder yet, in one step. Answers why that could not be done, where
 * it could not: a command that only reads goes on without them.
 */
export function ensureStarters(home: Home): WgError | undefined {
  if (fs.existsSync(home.profiles)) return undefined;
  // The folder appears whole by one rename: whoever comes second finds all of it.
  const temporary = `${home.profiles}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  try {
    for (const [name, text] of Object.entries(starters))
      writeText(path.join(temporary, `${name}.toml`), text);
    fs.renameSync(temporary, home.profiles);
    return undefined;
  } catch (cause) {
    if (fs.existsSync(temporary)) fs.rmSync(temporary, { recursive: true, force: true });
    if (fs.existsSync(home.profiles)) return undefined;
    if (cause instanceof WgError) return cause;
    if (errnoOf(cause) === undefined) throw cause;
    return new WgError("cannot-write", `cannot make ${home.profiles}: ${messageOf(cause)}`, { cause });
  }
}

/** Writes the starters; an existing file stays as it is without `force`. Answers what was written and what was kept. */
export function writeStarters(home: Home, force: boolean): { written: string[]; kept: string[] } {
  const written: string[] = [];
  const kept: string[] = [];
  for (const [name, text] of Object.entries(starters)) {
    const file = path.join(home.profiles, `${name}.toml`);
    if (!force && fs.existsSync(file)) {
      kept.push(name);
      continue;
    }
    writeText(file, text);
    written.push(name);
  }
  return { written, kept };
}
