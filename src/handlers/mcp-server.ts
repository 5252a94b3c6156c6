// `wg mcp` as the CLIs are told of it, by a person or for a run that has no commands to call `wg` by.

/** What Claude Code takes by `--mcp-config` or reads in `.mcp.json`. Its servers inherit its environment. */
export const claudeServers = { mcpServers: { wg: { command: "wg", args: ["mcp"] } } };

/** All tools of that server, as `--allowedTools` names them. */
export const claudeServerTools = "mcp__wg";

/** What Codex's config.toml holds under `mcp_servers.wg`: its servers get nothing of the environment but what is named. */
export const codexServer: readonly string[] = [
  'command = "wg"',
  'args = ["mcp"]',
  'env_vars = ["WG_CHAT", "WG_HOME", "WG_PROJECT", "WG_RUN", "WG_RUN_ID", "WG_TOKEN"]',
];

/** The same as arguments of `codex`. */
export const codexServerArguments: readonly string[] = ["-c", `mcp_servers.wg={${codexServer.join(", ")}}`];
