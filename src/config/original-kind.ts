// Telling files of the original wg from ours.
import { isTable } from "./toml.ts";

/** Sections that only the original has, and no slip of the pen makes. */
const ownSections = [
  "checkpoint",
  "coordinator",
  "guardrails",
  "model_registry",
  "native_executor",
  "tag_routing",
  "tui",
  "viz",
];

/** Keys within sections that both have, and only the original knows. */
const ownKeys: readonly (readonly [string, string])[] = [
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

/** How the original begins the names of what it has in [agency]; ours has none of these. */
const agencyKey = /^(auto|assigner|evaluator|evolver|creator|triage|flip|eval_gate)_/;

const endpointKeys = ["model", "api_key", "api_key_env", "api_key_file", "context_window"];
const endpointProviders = ["openrouter", "local", "ollama", "llamacpp", "vllm", "gemini"];

/** True for a file of the original wg: it has a section or a key that ours never had. */
export function isOriginal(table: Record<string, unknown>): boolean {
  const section = (name: string) => {
    const value = Object.hasOwn(table, name) ? table[name] : undefined;
    return isTable(value) || (Array.isArray(value) && value.some(isTable)) ? value : undefined;
  };
  if (ownSections.some((name) => section(name) !== undefined)) return true;
  const agency = section("agency");
  if (isTable(agency) && Object.keys(agency).some((key) => agencyKey.test(key))) return true;
  return ownKeys.some(([name, key]) => {
    const value = section(name);
    return isTable(value) && Object.hasOwn(value, key);
  });
}

/** As `isOriginal`, and also for endpoints as only the original writes them: in a file of ours those would be slips. */
export function mayBeOriginal(table: Record<string, unknown>): boolean {
  if (isOriginal(table)) return true;
  const endpoints = isTable(table["llm_endpoints"]) ? table["llm_endpoints"]["endpoints"] : undefined;
  return (Array.isArray(endpoints) ? endpoints : []).some(
    (item) =>
      isTable(item) &&
      (endpointKeys.some((key) => Object.hasOwn(item, key)) ||
        endpointProviders.includes(String(item["provider"]))),
  );
}
