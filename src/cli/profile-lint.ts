// `wg profile lint`: what is wrong or doubtful about profiles as they are written, one line each.
import { placeText, WgError } from "../base/error.ts";
import { lintProfile } from "../check/lint.ts";
import type { LintFinding } from "../check/lint-finding.ts";
import { activeProfile } from "../profile/active.ts";
import { baseName, isBase } from "../profile/name.ts";
import { matchAt, namesAt } from "../profile/project-profiles.ts";
import type { Where } from "../profile/where.ts";
import { holdsKey } from "../setup/secret-text.ts";
import type { Io } from "./io.ts";
import { paint, plain, print, printJson, say } from "./print.ts";
import { type JsonOption, profilePlace } from "./profile-place.ts";

interface LintOptions extends JsonOption {
  all?: true;
}

/** Prints the findings; the exit status is 1 when one of them is an error. */
export function lint(io: Io, word: string | undefined, { all, json }: LintOptions): void {
  const { where } = profilePlace(io);
  const names = namesOf(where, word, all === true);
  const linted = names.map((name) => ({
    profile: name ?? baseName,
    findings: lintProfile(where, name, holdsKey),
  }));
  const findings = unique(
    linted.flatMap((each) => each.findings.map((finding) => ({ profile: each.profile, finding }))),
  );
  const errors = findings.filter(({ finding }) => finding.level === "error").length;
  if (errors > 0) io.status = 1;
  if (json) {
    printJson(io, { errors, warnings: findings.length - errors, profiles: linted });
    return;
  }
  for (const { profile, finding } of findings) print(io, findingText(io, profile, finding));
  const about = names.length === 1 ? (names[0] ?? baseName) : `${names.length} profiles`;
  say(io, `${about}: ${countText(errors, findings.length - errors)}`);
}

function namesOf(where: Where, word: string | undefined, all: boolean): (string | undefined)[] {
  if (all && word !== undefined) {
    throw new WgError("usage", `--all is every profile, and "${word}" is one`, {
      exit: 2,
      hint: "leave one of them out",
    });
  }
  if (all) return namesAt(where);
  if (word === undefined) return [activeProfile(where).name];
  return [isBase(word) ? undefined : matchAt(where, word)];
}

/** What several profiles share by `extends` is said once. */
function unique<T extends { finding: LintFinding }>(all: readonly T[]): T[] {
  const seen = new Set<string>();
  return all.filter(({ finding }) => {
    const mark = JSON.stringify(finding);
    if (finding.at === undefined || !seen.has(mark)) {
      seen.add(mark);
      return true;
    }
    return false;
  });
}

function findingText(io: Io, profile: string, { level, message, hint, at }: LintFinding): string {
  const place = at === undefined ? profile : placeText(at);
  const shown = paint(io, "stdout", level === "error" ? "red" : "yellow", level);
  return `${plain(place)}: ${shown}: ${plain(message)}${hint === undefined ? "" : `\n  hint: ${plain(hint)}`}`;
}

function countText(errors: number, warnings: number): string {
  if (errors + warnings === 0) return "nothing to complain about";
  const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? "" : "s"}`;
  return `${count(errors, "error")}, ${count(warnings, "warning")}`;
}
