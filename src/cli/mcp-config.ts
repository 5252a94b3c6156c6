// How an agent is told about `wg mcp`, in its own words. Only said: wg writes none of its files.
import { claudeServers, codexServer, codexServerArguments } from "../handlers/mcp-server.ts";

export interface Connection {
  agent: "claude" | "codex";
  /** The file of the agent that `text` may stand in. */
  file: string;
  /** What a start of the agent takes instead. */
  flags: readonly string[];
  text: string;
  /** A sentence for the person. */
  hint: string;
}

/** How to connect this agent. Pure. */
export function connection(agent: "claude" | "codex"): Connection {
  if (agent === "codex") {
    return {
      agent,
      file: "~/.codex/config.toml",
      flags: codexServerArguments,
      text: ["[mcp_servers.wg]", ...codexServer].join("\n"),
      hint: "put it into ~/.codex/config.toml; wg does not write there",
    };
  }
  return {
    agent,
    file: ".mcp.json",
    flags: ["--mcp-config", JSON.stringify(claudeServers)],
    text: JSON.stringify(claudeServers, null, 2),
    hint: 'put it into .mcp.json of the project, or start: claude --mcp-config "$(wg mcp --config claude)"',
  };
}
