// Whose file it is, and what profiles it holds.
import { WgError } from "../base/error.ts";
import { mayBeOriginal } from "../config/original-kind.ts";
import type { NotTaken } from "../config/source-table.ts";
import { isTable, parseToml } from "../config/toml.ts";
import { fromCcSwitchJson, fromCcSwitchSql, isCcSwitchJson, isCcSwitchSql } from "./from-cc-switch.ts";
import { fromClaude } from "./from-claude.ts";
import { fromCodex } from "./from-codex.ts";
import { fromRust } from "./from-rust.ts";
import { fromWg } from "./from-wg.ts";
import type { Candidate, Imported, ImportKind, Source } from "./imported.ts";
import { withoutKeys } from "./secret-text.ts";

/** Sections only a file of ours, or of the original wg, can have. */
const wgSections = [
  "agent",
  "dispatcher",
  "coordinator",
  "tiers",
  "models",
  "llm_endpoints",
  "handlers",
  "env",
  "extends",
  "fallback",
];

/**
 * Reads a profile of ours, a file of the original wg, a configuration of Codex, settings of Claude Code, or an export of
 * cc-switch. Refuses with `unknown-import` what is none of these, and with the reason what is one and broken.
 */
export function importFile(source: Source): Imported {
  try {
    return toldWithoutKeys(readFile(source));
  } catch (error) {
    if (!(error instanceof WgError) || withoutKeys(error.message) === error.message) throw error;
    const { code, message, at } = error;
    throw new WgError(code, withoutKeys(message), at ? { at } : {});
  }
}

/** People paste keys into the wrong places: into a model's name, or a provider's. What is told of a file holds none. */
function toldWithoutKeys({ kind, candidates, notTaken }: Imported): Imported {
  const told = (list: readonly NotTaken[]) =>
    list.map(({ key, why }) => ({ key: withoutKeys(key), why: withoutKeys(why) }));
  return {
    kind,
    candidates: candidates.map((candidate) => ({
      ...candidate,
      keys: candidate.keys.map(({ variable, at }) => ({ variable, at: withoutKeys(at) })),
      notes: candidate.notes.map(withoutKeys),
      notTaken: told(candidate.notTaken),
    })),
    notTaken: told(notTaken),
  };
}

function readFile(source: Source): Imported {
  const text = source.text.replace(/^\ufeff/, "");
  if (isCcSwitchSql(text)) return fromCcSwitchSql(text);
  return text.trimStart().startsWith("{") ? importJson(source, text) : importToml(source, text);
}

function importJson(source: Source, text: string): Imported {
  const table = jsonTable(source.path, text);
  if (isCcSwitchJson(table)) return fromCcSwitchJson(table);
  const isClaude =
    isTable(table["env"]) || typeof table["model"] === "string" || Object.hasOwn(table, "apiKeyHelper");
  const candidate = isClaude ? fromClaude(source.name, table) : undefined;
  if (candidate) return one("claude", candidate);
  throw new WgError("unknown-import", `${source.path} holds nothing a profile could be made of`, {
    at: { path: source.path },
    hint: isClaude ? "it names no model, no server and no variable" : knownFiles,
  });
}

function importToml(source: Source, text: string): Imported {
  const { table } = parseToml(source.path, text);
  // First: the original and Codex share names of sections, and only Codex has these at the top.
  const isCodex = ["model", "model_provider", "model_providers"].some((key) => Object.hasOwn(table, key));
  if (isCodex) return one("codex", fromCodex(source.name, table, source));
  if (mayBeOriginal(table)) return one("rust-wg", fromRust(source.name, table, source.path));
  if (wgSections.some((name) => Object.hasOwn(table, name)))
    return one("wg", fromWg(source.name, source.path, text));
  throw new WgError("unknown-import", `${source.path} is no file that profiles can be made of`, {
    at: { path: source.path },
    hint: knownFiles,
  });
}

const knownFiles =
  "known: a profile of wg, config.toml of the original wg, <name>.config.toml of Codex, settings.json of Claude Code, an export of cc-switch";

function one(kind: ImportKind, candidate: Candidate): Imported {
  return { kind, candidates: [candidate], notTaken: [] };
}

// What JSON.parse says of a broken text can quote it, and it may hold a key.
function jsonTable(path: string, text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new WgError("bad-json", `${path} is not valid JSON`, { at: { path } });
  }
  if (isTable(value)) return value;
  throw new WgError("unknown-import", `${path} holds no table`, { at: { path }, hint: knownFiles });
}
