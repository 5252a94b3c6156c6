// What is wrong or doubtful about a profile as it is written, told without starting or asking anything.
import * as fs from "node:fs";
import { WgError } from "../base/error.ts";
import { readText } from "../base/file.ts";
import type { Settings } from "../config/settings.ts";
import { isTable, parseToml } from "../config/toml.ts";
import { activeProfile } from "../profile/active.ts";
import { lookAtNamed } from "../profile/load.ts";
import { baseName } from "../profile/name.ts";
import { chainAt, namesAt, readAt } from "../profile/project-profiles.ts";
import type { Where } from "../profile/where.ts";
import { bundleFindings } from "./lint-bundle.ts";
import type { LintFinding } from "./lint-finding.ts";
import { shadowFindings } from "./lint-shadow.ts";

/**
 * Looks a profile over, or base for undefined: its file and those it extends, what they come to, and where it is active
 * also what it hides and what hides it. `holdsKey` tells whether a line holds a key of a known provider.
 */
export function lintProfile(
  where: Where,
  name: string | undefined,
  holdsKey: (line: string) => boolean,
): LintFinding[] {
  const texts = textsOf(where, name);
  const findings = texts.flatMap((text) => [...keyFindings(text, holdsKey), ...modeFindings(text)]);
  const settings = tried(() => lookAtNamed(where, name));
  if (settings instanceof WgError) return [fromRefusal(settings), ...findings];
  const isActive = activeName(where) === (name ?? baseName);
  return [
    ...findings,
    ...fallbackFindings(where, settings),
    ...bundleFindings(settings),
    ...(isActive ? shadowFindings(settings, where.env) : []),
  ];
}

interface Text {
  path: string;
  text: string;
}

/** The files a profile is made of; of a chain that cannot be followed, its own alone. */
function textsOf(where: Where, name: string | undefined): Text[] {
  const { home, project } = where;
  if (name !== undefined) {
    const chain = tried(() => chainAt(where, name));
    if (!(chain instanceof WgError)) return chain.files;
    const own = tried(() => readAt(where, name, true));
    return own instanceof WgError ? [] : [own];
  }
  return [home.config, ...(project ? [project.config] : [])].flatMap((path) => {
    const text = tried(() => readText(path));
    return typeof text === "string" ? [{ path, text }] : [];
  });
}

function keyFindings({ path, text }: Text, holdsKey: (line: string) => boolean): LintFinding[] {
  return text.split("\n").flatMap((line, index): LintFinding[] => {
    if (!holdsKey(line)) return [];
    return [
      {
        level: "error",
        rule: "inline-secret",
        message: "holds what looks like a key",
        hint: "export it elsewhere, write a reference such as env:NAME here, and have the key replaced by its issuer",
        at: { path, line: index + 1 },
      },
    ];
  });
}

/** Who can write a file with commands in it decides what runs as its owner. */
function modeFindings({ path, text }: Text): LintFinding[] {
  const key = firstCommand(tableIn(path, text));
  const mode = fs.statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  if (key === undefined || (mode & 0o077) === 0) return [];
  const isWritable = (mode & 0o022) !== 0;
  return [
    {
      level: isWritable ? "error" : "warning",
      rule: "open-file",
      message: `holds a command that wg runs for a key, and others can ${isWritable ? "change" : "read"} it`,
      hint: `chmod 600 ${path}`,
      at: parseToml(path, text).placeOf(key),
    },
  ];
}

function firstCommand(
  value: unknown,
  path: readonly (string | number)[] = [],
): (string | number)[] | undefined {
  if (typeof value === "string") return value.startsWith("cmd:") ? [...path] : undefined;
  const members: [string | number, unknown][] = Array.isArray(value)
    ? value.map((item, index) => [index, item])
    : isTable(value)
      ? Object.entries(value)
      : [];
  for (const [name, member] of members) {
    const found = firstCommand(member, [...path, name]);
    if (found) return found;
  }
  return undefined;
}

function fallbackFindings(where: Where, { bundle, values, active }: Settings): LintFinding[] {
  const names = namesAt(where);
  const origin = values.get("fallback")?.origin;
  const at = origin && { path: origin.source, ...(origin.line !== undefined && { line: origin.line }) };
  return bundle.fallback.flatMap((name): LintFinding[] => {
    const about = { rule: "fallback", ...(at && { at }) };
    if (name === active.name) return [{ ...about, level: "warning", message: "falls back to itself" }];
    if (names.includes(name)) return [];
    return [
      {
        ...about,
        level: "error",
        message: `falls back to "${name}", and there is no such profile`,
        hint: `there are ${names.slice(0, 12).join(", ")}`,
      },
    ];
  });
}

function fromRefusal({ code, message, hint, at }: WgError): LintFinding {
  return { level: "error", rule: code, message, ...(hint !== undefined && { hint }), ...(at && { at }) };
}

function activeName(where: Where): string | undefined {
  const active = tried(() => activeProfile(where));
  return active instanceof WgError ? undefined : (active.name ?? baseName);
}

function tableIn(path: string, text: string): Record<string, unknown> {
  const file = tried(() => parseToml(path, text));
  return file instanceof WgError ? {} : file.table;
}

function tried<T>(step: () => T): T | WgError {
  try {
    return step();
  } catch (error) {
    if (error instanceof WgError) return error;
    throw error;
  }
}
