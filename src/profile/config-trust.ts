// The project's config file: what of it is in force only once it is trusted.
import { WgError } from "../base/error.ts";
import { readText } from "../base/file.ts";
import type { Home, Project } from "../base/home.ts";
import { fileLayer } from "../config/layers.ts";
import type { Setting, Settings } from "../config/settings.ts";
import { projectMark, riskyInForce, trustMark } from "../config/trust.ts";
import { addTrust, recordPath, type Trust, trustedPath, trustIn } from "./trust.ts";

/** The refusal (`not-trusted`) of settings in which the project's file has something in force that it is not trusted with. */
export function untrustedIn(
  settings: Settings,
  project: Project,
  record: string | undefined,
): WgError | undefined {
  const risky = riskyInForce(settings);
  const [first] = risky;
  const mark = first && projectMark(settings);
  if (first === undefined || mark === undefined) return undefined;
  const trust = trustIn(record, trustedPath(project, project.config), mark);
  return trust === "trusted" ? undefined : notTrusted(first, risky, trust);
}

/** What a text of the project's file is trusted by; undefined when it sets nothing that needs trust. Refuses a broken one. */
export function configMark({ config }: Project, text: string): string | undefined {
  const { values } = fileLayer("project", config, text);
  return trustMark([...values].map(([key, { value }]) => [key, value]));
}

/** Whether the user answers for all that a text of the file sets: trusted it, or it sets nothing that needs trust. */
export function trustOfConfig(home: Home, project: Project, text: string): Trust {
  const mark = configMark(project, text);
  const trusted = trustedPath(project, project.config);
  return mark === undefined ? "trusted" : trustIn(readText(recordPath(home, trusted)), trusted, mark);
}

/** Trusts the file with this text in it. */
export function trustConfig(home: Home, project: Project, text: string): void {
  const mark = configMark(project, text);
  if (mark !== undefined) addTrust(home, trustedPath(project, project.config), mark);
}

function notTrusted(
  { origin: { source, line } }: Setting,
  risky: readonly Setting[],
  trust: Exclude<Trust, "trusted">,
): WgError {
  const keys = risky.map(({ key }) => key);
  const more = keys.length > 3 ? ` and ${keys.length - 3} more` : "";
  const what = trust === "changed" ? "has changed since you trusted it" : "is not trusted";
  return new WgError(
    "not-trusted",
    `the config file of this project sets ${keys.slice(0, 3).join(", ")}${more} and ${what}`,
    {
      at: { path: source, ...(line !== undefined && { line }) },
      hint: "see what it would do, and say yes: wg config trust",
    },
  );
}
