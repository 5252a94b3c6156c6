// Telling files of the original wg from ours.
import { isTable } from "../config/toml.ts";
import { SourceTable } from "./source-table.ts";

/** Sections that only the original has; one of them tells its files from ours. */
const ownSections = [
  "agency",
  "checkpoint",
  "coordinator",
  "guardrails",
  "help",
  "mcp",
  "model_registry",
  "native_executor",
  "openrouter",
  "profile",
  "project",
  "replay",
  "secrets",
  "tag_routing",
  "tui",
  "viz",
];

/** Keys within sections that both have, and only the original knows. */
const ownKeys: readonly (readonly string[])[] = [
  ["agent", "executor"],
  ["agent", "interval"],
  ["agent", "heartbeat_timeout"],
  ["dispatcher", "max_agents"],
  ["dispatcher", "executor"],
  ["dispatcher", "poll_interval"],
  ["models", "default"],
  ["models", "task_agent"],
  ["models", "flip_inference"],
  ["models", "flip_comparison"],
  ["models", "evolver"],
  ["models", "verification"],
  ["models", "triage"],
  ["models", "creator"],
  ["llm_endpoints", "inherit_global"],
];

/** True when a table is a file of the original wg and not one of ours. */
export function isRust(table: Record<string, unknown>): boolean {
  const source = new SourceTable(table);
  if (ownSections.some((name) => name !== "profile" && isSection(table[name]))) return true;
  if (ownKeys.some((key) => source.peek(...key) !== undefined)) return true;
  return endpointList(source).some(
    (item) =>
      isTable(item) &&
      (["model", "api_key", "api_key_env", "api_key_file", "context_window"].some((key) =>
        Object.hasOwn(item, key),
      ) ||
        ["openrouter", "local", "ollama", "llamacpp", "vllm", "gemini"].includes(String(item["provider"]))),
  );
}

function endpointList(source: SourceTable): unknown[] {
  const list = source.peek("llm_endpoints", "endpoints");
  return Array.isArray(list) ? list : [];
}

function isSection(value: unknown): boolean {
  return isTable(value) || (Array.isArray(value) && value.some(isTable));
}
