// How an agent is told about `wg mcp`, in its own words. Only said: wg writes none of its files.

/** Codex gives its servers nothing of the environment but what is named. */
const passedOn = ["WG_CHAT", "WG_HOME", "WG_PROJECT", "WG_RUN", "WG_TOKEN"];

export interface Connection {
  agent: "claude" | "codex";
  /** The file of the agent that `text` may stand in. */
  file: string;
  /** What a start of the agent takes instead. */
  flags: string[];
  text: string;
  /** A sentence for the person. */
  hint: string;
}

/** How to connect this agent. Pure. */
export function connection(agent: "claude" | "codex"): Connection {
  return agent === "claude" ? claude() : codex();
}

function claude(): Connection {
  const config = { mcpServers: { wg: { command: "wg", args: ["mcp"] } } };
  return {
    agent: "claude",
    file: ".mcp.json",
    flags: ["--mcp-config", JSON.stringify(config)],
    text: JSON.stringify(config, null, 2),
    hint: 'put it into .mcp.json of the project, or start: claude --mcp-config "$(wg mcp --config claude)"',
  };
}

function codex(): Connection {
  const fields = [
    'command = "wg"',
    'args = ["mcp"]',
    `env_vars = ${JSON.stringify(passedOn).replaceAll(",", ", ")}`,
  ];
  return {
    agent: "codex",
    file: "~/.codex/config.toml",
    flags: ["-c", `mcp_servers.wg={${fields.join(", ")}}`],
    text: ["[mcp_servers.wg]", ...fields].join("\n"),
    hint: "put it into ~/.codex/config.toml; wg does not write there",
  };
}
