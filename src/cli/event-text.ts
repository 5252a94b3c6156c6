// One event of a run in words: a time, what it is, and what it says, cut where it would flood a screen.
import type { RunEvent } from "../handlers/handler.ts";
import type { LoggedEvent } from "../worker/journal.ts";
import { plain } from "./print.ts";
import { costText, tokensText } from "./run-text.ts";

/** Lines of a tool's output that are shown. */
const maxOutputLines = 20;

/** How an event is to be painted. */
export type Tone = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** Its lines; the later ones are indented below the first. Control characters are shown escaped. */
export function eventText(event: LoggedEvent): { tone: Tone | undefined; label: string; lines: string[] } {
  const { tone, label, text } = wordsOf(event);
  const lines = text
    .replace(/\n+$/, "")
    .split("\n")
    .map((line) => plain(line.replaceAll("\t", "    ")));
  return { tone, label, lines };
}

function wordsOf(event: RunEvent): { tone?: Tone; label: string; text: string } {
  switch (event.kind) {
    case "started": {
      const known = [
        event.pid === undefined ? "" : `pid ${event.pid}`,
        event.version === undefined ? "" : `version ${event.version}`,
      ].filter((part) => part !== "");
      return { tone: "dim", label: "started", text: known.join(", ") };
    }
    case "session":
      return { tone: "dim", label: "session", text: event.sessionId };
    case "model":
      return { tone: "dim", label: "model", text: modelText(event) };
    case "text":
      return { label: "text", text: event.text };
    case "tool":
      return { tone: "cyan", label: "tool", text: `${event.name} ${event.input}` };
    case "tool-result":
      return event.ok
        ? { tone: "dim", label: "ok", text: fewLines(event.output) }
        : { tone: "red", label: "error", text: fewLines(event.output) };
    case "usage":
      return { tone: "dim", label: "tokens", text: tokensText(event.usage) || "none" };
    case "retry":
      return { tone: "yellow", label: "retry", text: `${event.attempt}: ${event.reason}` };
    case "warning":
      return { tone: "yellow", label: "warning", text: event.message };
    case "result":
      return resultText(event.result);
  }
}

function modelText({ resolved, served }: Extract<RunEvent, { kind: "model" }>): string {
  if (served === undefined) return `resolved to ${resolved ?? "?"}`;
  return resolved === undefined ? `answered by ${served}` : `resolved to ${resolved}, answered by ${served}`;
}

function resultText(result: Extract<RunEvent, { kind: "result" }>["result"]): {
  tone: Tone;
  label: string;
  text: string;
} {
  const { outcome, failure, summary, usage, cost } = result;
  const figures = [tokensText(usage), costText(cost)].filter((part) => part !== "").join(", ");
  const first = `${outcome}${figures === "" ? "" : ` (${figures})`}`;
  const why = failure === undefined ? first : `${first}: ${failure.class}: ${failure.message}`;
  // A failing command's message and summary are both its last output.
  const parts = summary === "" || why.endsWith(summary) ? [why] : [why, summary];
  return { tone: outcome === "done" ? "green" : "red", label: "result", text: parts.join("\n") };
}

function fewLines(text: string): string {
  const lines = text.replace(/\n+$/, "").split("\n");
  if (lines.length <= maxOutputLines) return lines.join("\n");
  const kept = lines.slice(-maxOutputLines);
  return [`[${lines.length - maxOutputLines} lines before]`, ...kept].join("\n");
}
