// A notice as it is sent: the whole of it as JSON, and as the bodies that Slack and ntfy take. Pure.
import type { NoticeTemplate } from "../config/settings.ts";
import type { Notice } from "../graph/notice.ts";

/** What a hook gets on its stdin, and a webhook as `json`. */
export interface Message {
  schemaVersion: 1;
  event: string;
  at: string;
  /** The folder of the project. */
  project: string;
  task: string;
  title: string;
  /** One line for people. */
  subject: string;
  /** The reason, or what came of it. */
  text?: string;
  run?: string;
  profile?: string;
  revision?: string;
  route?: string;
}

/** What is posted. */
export interface Post {
  headers: Record<string, string>;
  body: string;
}

/** Nobody reads more in a notice. */
const maxText = 2000;

/** The message of a notice. */
export function messageOf(notice: Notice, project: string): Message {
  const { kind, at, task, title, text, run } = notice;
  return {
    schemaVersion: 1,
    event: kind,
    at,
    project,
    task,
    title,
    subject: `${subjects[kind] ?? kind}: ${task}`,
    ...(text !== undefined && { text: text.slice(0, maxText) }),
    ...(run && { run: run.id, profile: run.profile, revision: run.revision, route: run.route }),
  };
}

const subjects: Readonly<Record<string, string>> = {
  done: "done",
  failed: "failed",
  "needs-you": "needs you",
  failover: "failover",
  budget: "over budget",
};

/** The message in the words of a service. */
export function postOf(template: NoticeTemplate, message: Message): Post {
  const { event, subject, title } = message;
  const lines = [title, ...(message.text === undefined ? [] : [message.text]), runLine(message)].filter(
    Boolean,
  );
  switch (template) {
    case "json":
      return { headers: { "content-type": "application/json" }, body: JSON.stringify(message) };
    case "slack": {
      const text = [`*${escaped(subject)}*`, ...lines.map(escaped)].join("\n");
      return { headers: { "content-type": "application/json" }, body: JSON.stringify({ text }) };
    }
    case "ntfy": {
      const isCalm = event === "done";
      return {
        headers: {
          "content-type": "text/plain; charset=utf-8",
          title: subject,
          tags: isCalm ? "white_check_mark" : "warning",
          priority: isCalm ? "default" : "high",
        },
        body: lines.join("\n"),
      };
    }
  }
}

function runLine({ route, profile, revision }: Message): string {
  return route === undefined ? "" : `${route} on ${profile}@${revision}`;
}

/** Slack's own marks in the words of others. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
