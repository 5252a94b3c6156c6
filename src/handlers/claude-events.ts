// Claude Code's JSON events: what each one says in our words, and what the whole stream amounts to.
import { objectIn } from "../base/jsonl.ts";
import type { Plan } from "../graph/plan.ts";
import type { Failure } from "../graph/result.ts";
import type { Ended } from "./child.ts";
import { apiFailure, endFailure, resultFailure } from "./claude-failure.ts";
import { type ApiProblem, type ClaudeStream, newStream } from "./claude-stream.ts";
import { costOf, resultUsage, streamedUsage } from "./claude-usage.ts";
import { failure } from "./failure.ts";
import { cut, type Fields, fieldsOf, listOf, numberOf, textOf, timeOf } from "./fields.ts";
import type { RunEvent } from "./handler.ts";
import { emptyReport, type Reader, type Report } from "./run-child.ts";

const maxText = 16_000;
const maxSummary = 8000;

/** Reads the stream of one `claude -p`. `ownLogin`: it goes where the user's own Claude goes, so its prices hold. */
export function claudeReader(plan: Pick<Plan, "resume">, ownLogin: boolean): Reader {
  const stream = newStream(ownLogin);
  return {
    read: (line) => {
      const event = objectIn(line);
      return event === undefined ? [] : readEvent(stream, event);
    },
    hopeless: () => stream.hopeless,
    patience: () => undefined,
    failure: (ended, stderr) => streamFailure(stream, ended, stderr),
    report: async () => report(stream, plan),
  };
}

function readEvent(stream: ClaudeStream, event: Fields): RunEvent[] {
  switch (event["type"]) {
    case "system":
      return readSystem(stream, event);
    case "assistant":
      return readAssistant(stream, event);
    case "user":
      return readToolResults(event);
    case "rate_limit_event":
      return readLimit(stream, fieldsOf(event["rate_limit_info"]));
    case "result":
      stream.understood = true;
      stream.results.push(event);
      for (const denial of listOf(event["permission_denials"])) deny(stream, fieldsOf(denial));
      return [];
    default:
      return [];
  }
}

function readSystem(stream: ClaudeStream, event: Fields): RunEvent[] {
  switch (event["subtype"]) {
    case "init":
      return readInit(stream, event);
    case "api_retry":
      return readRetry(stream, event);
    case "permission_denied":
      deny(stream, event);
      return [{ kind: "warning", message: `${textOf(event["tool_name"]) ?? "a tool"} was not permitted` }];
    case "model_fallback": {
      const [from, to] = [textOf(event["original_model"]), textOf(event["fallback_model"])];
      return [{ kind: "warning", message: `claude fell back from ${from} to ${to}` }];
    }
    default:
      return [];
  }
}

function readInit(stream: ClaudeStream, event: Fields): RunEvent[] {
  stream.understood = true;
  const found: RunEvent[] = [];
  const sessionId = textOf(event["session_id"]);
  // The mark of the context's size is no part of the model's name.
  const resolved = textOf(event["model"])?.replace(/\[[^\]]*\]$/, "");
  const served = event["served_by_anthropic"];
  if (typeof served === "boolean") stream.servedByAnthropic = served;
  if (sessionId !== undefined && sessionId !== stream.sessionId) {
    stream.sessionId = sessionId;
    found.push({ kind: "session", sessionId });
  }
  if (resolved !== undefined && resolved !== stream.resolvedModel) {
    stream.resolvedModel = resolved;
    found.push({ kind: "model", resolved });
  }
  return found;
}

function readRetry(stream: ClaudeStream, event: Fields): RunEvent[] {
  const problem: ApiProblem = { kind: textOf(event["error"]), status: numberOf(event["error_status"]) };
  stream.problem = problem;
  const reason = `${problem.kind ?? "unknown"}${problem.status === undefined ? "" : ` (${problem.status})`}`;
  const attempt = numberOf(event["attempt"]) ?? 1;
  // A key that was turned down stays turned down; the token of a login may have been renewed meanwhile, once.
  const mayHelp = stream.ownLogin && attempt === 1;
  if (problem.kind === "authentication_failed" && !mayHelp) {
    stream.hopeless = apiFailure(problem, "the server turned the key down");
  }
  return [{ kind: "retry", attempt, reason }];
}

function readAssistant(stream: ClaudeStream, event: Fields): RunEvent[] {
  stream.understood = true;
  const message = fieldsOf(event["message"]);
  const model = textOf(message["model"]);
  const content = listOf(message["content"]).map(fieldsOf);
  if (model === "<synthetic>") {
    // Claude's own words about what went wrong, in the place of an answer.
    const text = content.map((block) => textOf(block["text"]) ?? "").join("\n");
    stream.problem = {
      kind: textOf(event["error"]),
      status: numberOf(event["api_error_status"]) ?? stream.problem?.status,
      text,
    };
    return [];
  }
  delete stream.problem;
  const found: RunEvent[] = [];
  const id = textOf(message["id"]) ?? "";
  if (!stream.started.has(id)) {
    stream.started.set(id, fieldsOf(message["usage"]));
    found.push({ kind: "usage", usage: streamedUsage(stream.started.values()) });
    if (model !== undefined) found.push({ kind: "model", served: model });
  }
  if (model !== undefined && !stream.served.includes(model)) stream.served.push(model);
  const isMain = textOf(event["parent_tool_use_id"]) === undefined;
  for (const block of content) {
    const text = block["type"] === "text" ? textOf(block["text"]) : undefined;
    if (text !== undefined && text !== "") {
      if (isMain) stream.lastText = text;
      found.push({ kind: "text", text: cut(text, maxText) });
    }
    if (block["type"] === "tool_use") {
      const input = cut(JSON.stringify(block["input"] ?? {}), maxText);
      found.push({
        kind: "tool",
        id: textOf(block["id"]) ?? "",
        name: textOf(block["name"]) ?? "tool",
        input,
      });
    }
  }
  return found;
}

function readToolResults(event: Fields): RunEvent[] {
  return listOf(fieldsOf(event["message"])["content"])
    .map(fieldsOf)
    .filter((block) => block["type"] === "tool_result")
    .map((block) => ({
      kind: "tool-result",
      id: textOf(block["tool_use_id"]) ?? "",
      ok: block["is_error"] !== true,
      output: cut(contentText(block["content"]), maxText),
    }));
}

function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  return listOf(content)
    .map((part) => textOf(fieldsOf(part)["text"]) ?? "")
    .filter((text) => text !== "")
    .join("\n");
}

function readLimit(stream: ClaudeStream, info: Fields): RunEvent[] {
  const status = textOf(info["status"]);
  const resetsAt = timeOf(info["resetsAt"]);
  if (status !== "rejected" && status !== "allowed_warning") return [];
  if (status === "rejected" && resetsAt !== undefined) stream.resetsAt = resetsAt;
  const limit = textOf(info["rateLimitType"]) ?? "rate";
  const until = resetsAt === undefined ? "" : `, resets at ${resetsAt}`;
  return [
    { kind: "warning", message: `${limit} limit ${status === "rejected" ? "reached" : "near"}${until}` },
  ];
}

function deny(stream: ClaudeStream, { tool_use_id: id }: Fields): void {
  stream.denied.add(textOf(id) ?? `denial ${stream.denied.size}`);
}

function streamFailure(stream: ClaudeStream, ended: Ended, stderr: string): Failure | undefined {
  const last = stream.results.at(-1);
  if (last === undefined || ended.signal !== undefined) return endFailure(stream, ended, stderr);
  const problem = resultFailure(stream, last);
  if (problem !== undefined) return problem;
  if (ended.exitCode !== 0) {
    return failure("agent", `claude said it was done, but ended with exit code ${ended.exitCode}`);
  }
  // A prompt that Claude took for one of its own commands ends like this.
  if (stream.started.size === 0) return failure("agent", "claude ended without asking the model");
  return undefined;
}

function report(stream: ClaudeStream, plan: Pick<Plan, "resume">): Report {
  const { results, started, sessionId, resolvedModel, served, lastText } = stream;
  const isResumed = plan.resume !== undefined;
  const last = results.at(-1);
  const isPriced = stream.ownLogin && stream.servedByAnthropic !== false;
  return {
    ...emptyReport,
    summary: cut(textOf(last?.["result"]) || lastText, maxSummary),
    usage: resultUsage(results, isResumed) ?? streamedUsage(started.values()),
    cost: isPriced ? costOf(results, isResumed) : { source: "unknown" },
    turns: started.size,
    ...(sessionId !== undefined && { sessionId }),
    ...(resolvedModel !== undefined && { resolvedModel }),
    servedModels: served,
    servedBy: served.length > 0 ? "answered" : "requested-only",
    denials: stream.denied.size,
  };
}
