// What the verbs answer by which wg is put into the hands of agents.
import { about, envelope, list, oneOf, text } from "./shape.ts";

export const agentEnvelopes = {
  mcp: envelope({
    agent: oneOf("claude", "codex"),
    file: about("the file of the agent that `text` may stand in", text),
    flags: about("what a start of the agent takes instead", list(text)),
    text,
    hint: text,
  }),
};
