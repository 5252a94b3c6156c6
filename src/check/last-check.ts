// What came of the last check of each profile, for whoever chooses among them: one small file in wg's home.
import * as fs from "node:fs";
import * as path from "node:path";
import type { Home } from "../base/home.ts";
import { ownKey, type ProfileCheck, type Verdict, worst } from "./verdict.ts";

/** `at` is ISO 8601 UTC; `revision` is what the profile was then. */
export interface LastCheck {
  at: string;
  revision: string;
  verdict: Verdict;
}

/** The newest are kept. */
const maxKept = 500;

/**
 * Keeps what checks came to for the profiles themselves, the worst of several of one. Of two at once one may be lost, and so may the newest
 * in a power cut: a check can be made again. A home that cannot be written is survived.
 */
export function rememberChecks(home: Home, checks: readonly ProfileCheck[], now: Date): void {
  const known = lastChecks(home);
  for (const { profile, revision } of checks) {
    const routes = checks.filter((check) => check.profile === profile).flatMap((check) => check.routes);
    // What a task asks for itself is no fault of the profile's.
    const own = routes.filter(({ users }) => users.some(({ key }) => key !== ownKey));
    known.set(profile, {
      at: now.toISOString(),
      revision,
      verdict: worst(own.map(({ verdict }) => verdict)),
    });
  }
  const kept = [...known].sort(([, a], [, b]) => b.at.localeCompare(a.at)).slice(0, maxKept);
  const temporary = `${fileOf(home)}.${process.pid}`;
  try {
    fs.writeFileSync(temporary, `${JSON.stringify(Object.fromEntries(kept))}\n`, { mode: 0o600 });
    fs.renameSync(temporary, fileOf(home));
  } catch {
    fs.rmSync(temporary, { force: true });
  }
}

/** By the name of the profile, `base` for none; empty where there is nothing that can be read. */
export function lastChecks(home: Home): Map<string, LastCheck> {
  try {
    const kept: unknown = JSON.parse(fs.readFileSync(fileOf(home), "utf8"));
    const entries = Object.entries(kept ?? {});
    return new Map(entries.filter((entry): entry is [string, LastCheck] => isLastCheck(entry[1])));
  } catch {
    // Never written yet, or by somebody else: then nothing is known.
    return new Map();
  }
}

function isLastCheck(value: unknown): value is LastCheck {
  const { at, revision, verdict } = (value ?? {}) as Record<string, unknown>;
  const isDated = typeof at === "string" && !Number.isNaN(Date.parse(at));
  return isDated && typeof revision === "string" && ["yes", "no", "unknown"].includes(String(verdict));
}

function fileOf({ root }: Home): string {
  return path.join(root, "last-checks.json");
}
