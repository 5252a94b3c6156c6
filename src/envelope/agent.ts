// What the verbs answer by which wg is put into the hands of agents.
import { about, envelope, list, object, oneOf, text } from "./shape.ts";

const skillChanges = envelope({
  files: list(
    object({
      agent: oneOf("claude", "codex"),
      path: text,
      change: oneOf("written", "updated", "removed", "none"),
    }),
  ),
});

export const agentEnvelopes = {
  mcp: envelope({
    agent: oneOf("claude", "codex"),
    file: about("the file of the agent that `text` may stand in", text),
    flags: about("what a start of the agent takes instead", list(text)),
    text,
    hint: text,
  }),
  "skill install": skillChanges,
  "skill uninstall": skillChanges,
};
