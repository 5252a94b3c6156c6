// Settings that are written down and in no force: keys of the config files below an active profile, and what variables beat.
import type { Env } from "../base/home.ts";
import { findDefinition, holdsBeside, variableKeys } from "../config/schema.ts";
import type { Settings, Shadow } from "../config/settings.ts";
import { baseName } from "../profile/name.ts";
import type { LintFinding } from "./lint-finding.ts";

/** Warnings on what the active settings hide, and on variables of `env` that hide parts of them. */
export function shadowFindings(settings: Settings, env: Env): LintFinding[] {
  return [...hiddenFindings(settings), ...variableFindings(env)];
}

function hiddenFindings({ values, hidden, active }: Settings): LintFinding[] {
  const shadows = [
    ...[...values.values()].flatMap(({ key, origin, shadows }) =>
      origin.layer === "profile" && !holdsBeside(key) ? shadows.map((shadow) => ({ key, shadow })) : [],
    ),
    ...[...hidden].flatMap(([key, found]) => found.map((shadow) => ({ key, shadow }))),
  ];
  return shadows.flatMap(({ key, shadow }): LintFinding[] => {
    if (!isOfFile(shadow)) return [];
    const { source, line } = shadow.origin;
    return [
      {
        level: "warning",
        rule: "shadowed-key",
        message: `${key} counts no more while ${active.name ?? baseName} is active`,
        hint: 'remove it, or let it through: extends = "base" in the profile',
        at: { path: source, ...(line !== undefined && { line }) },
      },
    ];
  });
}

function isOfFile({ origin }: Shadow): boolean {
  return origin.layer === "global" || origin.layer === "project";
}

function variableFindings(env: Env): LintFinding[] {
  return [...variableKeys()].flatMap(([variable, key]): LintFinding[] => {
    if (!env[variable] || findDefinition(key.split("."))?.scope !== "bundle") return [];
    return [
      {
        level: "warning",
        rule: "shadowed-by-variable",
        message: `in this shell ${variable} is set and beats ${key}`,
        hint: `unset ${variable}`,
      },
    ];
  });
}
