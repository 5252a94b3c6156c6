// `wg config trust`: what the project's config file sets that could run or send something is looked at, and in force from then on.
import { readText } from "../base/file.ts";
import { requireProject } from "../base/home.ts";
import { trustConfig, trustOfConfig } from "../profile/config-trust.ts";
import { removeTrust, trustedPath } from "../profile/trust.ts";
import type { Io } from "./io.ts";
import { printJson, say } from "./print.ts";
import { replyJson } from "./profile-reply.ts";
import {
  changeSentence,
  changeTrust,
  isAgreed,
  printReport,
  type Report,
  reportOf,
  type TrustOptions,
} from "./trust-report.ts";
import { whereOf } from "./where.ts";

export async function trustProjectConfig(io: Io, options: TrustOptions): Promise<void> {
  const { home } = whereOf(io);
  const project = requireProject(io.cwd, io.env);
  const text = readText(project.config) ?? "";
  const report = reportOf("project", project.config, text, trustOfConfig(home, project, text));
  const hasRisks = report.settings.some(({ risks }) => risks.length > 0);
  if (options.revoke) {
    let wasTrusted = false;
    const replies = await changeTrust(io, home, project, "config trust --revoke", () => {
      wasTrusted = removeTrust(home, trustedPath(project, project.config));
    });
    const trust = trustOfConfig(home, project, text);
    if (options.json) return printFile(io, { ...report, trust }, replies.map(replyJson));
    const done = wasTrusted ? "is trusted no more" : "was not trusted";
    return say(io, changeSentence(`${project.config} ${done}`, replies));
  }
  if (!options.json) printReport(io, report);
  if (options.show || !hasRisks || report.trust === "trusted") {
    if (options.json) return printFile(io, report, []);
    if (!hasRisks) say(io, "it sets nothing that needs trust");
    else if (!options.show) say(io, "it is trusted already");
    return;
  }
  if (!(await isAgreed(io, options, "trust it?"))) {
    if (options.json) printFile(io, report, []);
    return;
  }
  const replies = await changeTrust(io, home, project, "config trust", () =>
    trustConfig(home, project, text),
  );
  if (options.json) return printFile(io, { ...report, trust: "trusted" }, replies.map(replyJson));
  say(io, changeSentence(`trusted ${project.config}, until one of the marked lines changes`, replies));
}

function printFile(io: Io, report: Report, services: readonly Record<string, unknown>[]): void {
  printJson(io, { ...report, services });
}
