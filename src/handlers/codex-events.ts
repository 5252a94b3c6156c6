// Codex's JSON events: what each one says in our words, and what the whole stream amounts to.
import { objectIn } from "../base/jsonl.ts";
import type { Plan } from "../graph/plan.ts";
import type { Failure, Usage } from "../graph/result.ts";
import type { Ended } from "./child.ts";
import { codexFailure } from "./codex-failure.ts";
import { readRollout } from "./codex-rollout.ts";
import { failure } from "./failure.ts";
import { countOf, cut, type Fields, fieldsOf, listOf, textOf } from "./fields.ts";
import type { RunEvent } from "./handler.ts";
import { emptyReport, type Reader, type Report } from "./run-child.ts";

const maxText = 16_000;
const maxSummary = 8000;
/** Codex waits as long as a server tells it to, an hour if need be; we give it this long. */
const reconnectMs = 60_000;

interface CodexStream {
  understood: boolean;
  threadId?: string;
  lastText: string;
  /** Ids of tool calls that were told. */
  tools: Set<string>;
  /** The whole thread's, as of the last turn. */
  total?: Usage;
  isComplete: boolean;
  failed?: string;
  /** Why it is connecting anew; forgotten when anything else happens. */
  reconnecting?: string;
}

/** Reads the stream of one `codex exec --json` that was started at `startedAtMs`; `sessions` is where Codex keeps its records. */
export function codexReader(
  plan: Pick<Plan, "resume" | "limits">,
  sessions: string,
  startedAtMs: number,
): Reader {
  const stream: CodexStream = { understood: false, lastText: "", tools: new Set(), isComplete: false };
  return {
    read: (line) => {
      const event = objectIn(line);
      return event === undefined ? [] : readEvent(stream, event);
    },
    hopeless: () => undefined,
    patience: () => {
      if (stream.reconnecting === undefined) return undefined;
      const ms = Math.min(reconnectMs, plan.limits.hangAfterMs);
      return { ms, failure: codexFailure(stream.reconnecting, new Date()) };
    },
    failure: (ended, stderr) => streamFailure(stream, ended, stderr),
    report: () => report(stream, plan, sessions, startedAtMs),
  };
}

function readEvent(stream: CodexStream, event: Fields): RunEvent[] {
  const message = textOf(event["message"]);
  if (event["type"] === "error") return message === undefined ? [] : readError(stream, message);
  delete stream.reconnecting;
  switch (event["type"]) {
    case "thread.started": {
      stream.understood = true;
      const sessionId = textOf(event["thread_id"]);
      if (sessionId === undefined) return [];
      stream.threadId = sessionId;
      return [{ kind: "session", sessionId }];
    }
    case "turn.started":
      stream.isComplete = false;
      return [];
    case "turn.completed":
      stream.understood = true;
      stream.isComplete = true;
      stream.total = usageOf(fieldsOf(event["usage"]));
      return [];
    case "turn.failed":
      stream.understood = true;
      stream.failed = textOf(fieldsOf(event["error"])["message"]) ?? "the turn failed";
      return [];
    case "item.started":
      return readTool(stream, fieldsOf(event["item"]));
    case "item.completed":
      return readItem(stream, fieldsOf(event["item"]));
    default:
      return [];
  }
}

// Most errors are news of a retry; one that ends the turn is told again by `turn.failed`.
function readError(stream: CodexStream, message: string): RunEvent[] {
  const [, attempt, reason] = /^Reconnecting\.\.\.\s*(\d+)?[^(]*\(?(.*?)\)?$/s.exec(message) ?? [];
  if (reason === undefined) return [];
  stream.reconnecting = reason || message;
  return [{ kind: "retry", attempt: Number(attempt ?? 1), reason: cut(reason || message, 300) }];
}

function readItem(stream: CodexStream, item: Fields): RunEvent[] {
  switch (item["type"]) {
    case "agent_message": {
      const text = textOf(item["text"]) ?? "";
      if (text === "") return [];
      stream.lastText = text;
      return [{ kind: "text", text: cut(text, maxText) }];
    }
    case "error":
      return [{ kind: "warning", message: cut(textOf(item["message"]) ?? "an error item", 1000) }];
    default:
      return [...readTool(stream, item), ...readToolResult(stream, item)];
  }
}

/** The names of Codex's tools in the words of its items; reasoning and plans are no tools. */
const toolNames: Record<string, string> = {
  command_execution: "shell",
  file_change: "edit",
  mcp_tool_call: "mcp",
  collab_tool_call: "agent",
  web_search: "web_search",
};

function readTool(stream: CodexStream, item: Fields): RunEvent[] {
  const type = textOf(item["type"]) ?? "";
  const name = Object.hasOwn(toolNames, type) ? toolNames[type] : undefined;
  const id = textOf(item["id"]) ?? "";
  if (name === undefined || stream.tools.has(id)) return [];
  stream.tools.add(id);
  return [{ kind: "tool", id, name, input: cut(toolInput(item), maxText) }];
}

function toolInput(item: Fields): string {
  const command = textOf(item["command"]) ?? textOf(item["query"]);
  if (command !== undefined) return command;
  if (item["type"] === "file_change") {
    return listOf(item["changes"])
      .map(fieldsOf)
      .map((change) => `${textOf(change["kind"])} ${textOf(change["path"])}`)
      .join("\n");
  }
  const { server, tool, arguments: given } = item;
  return JSON.stringify({ server, tool, arguments: given });
}

function readToolResult(stream: CodexStream, item: Fields): RunEvent[] {
  const id = textOf(item["id"]) ?? "";
  if (!stream.tools.has(id)) return [];
  const exitCode = item["exit_code"];
  const ok = item["status"] !== "failed" && (exitCode === undefined || exitCode === null || exitCode === 0);
  const told = item["aggregated_output"] ?? fieldsOf(item["error"])["message"] ?? item["result"];
  const output = textOf(told) ?? (told === undefined || told === null ? "" : JSON.stringify(told));
  return [{ kind: "tool-result", id, ok, output: cut(output, maxText) }];
}

function streamFailure(
  stream: CodexStream,
  { exitCode, signal }: Ended,
  stderr: string,
): Failure | undefined {
  if (signal !== undefined) return failure("killed", `codex was ended by ${signal}`);
  if (stream.failed !== undefined) return codexFailure(stream.failed, new Date());
  const words = stderr.slice(-600).trim();
  const tail = words === "" ? "" : `\n${words}`;
  if (!stream.understood) {
    return failure("spawn", `codex did not start as told (exit code ${exitCode})${tail}`);
  }
  if (!stream.isComplete) {
    return failure("agent", `codex ended in the middle of its turn (exit code ${exitCode})${tail}`);
  }
  if (exitCode === 0) return undefined;
  return failure("agent", `codex said it was done, but ended with exit code ${exitCode}${tail}`);
}

async function report(
  stream: CodexStream,
  plan: Pick<Plan, "resume">,
  sessions: string,
  startedAtMs: number,
): Promise<Report> {
  const { threadId, lastText, total } = stream;
  const rollout = threadId === undefined ? undefined : await readRollout(sessions, threadId, startedAtMs);
  // The total counts what a resumed thread used before.
  const told = plan.resume === undefined ? total : undefined;
  return {
    ...emptyReport,
    summary: cut(lastText, maxSummary),
    usage: rollout?.usage ?? told ?? emptyReport.usage,
    turns: rollout?.turns ?? 0,
    ...(threadId !== undefined && { sessionId: threadId }),
    ...(rollout?.model !== undefined && { resolvedModel: rollout.model }),
  };
}

function usageOf(fields: Fields): Usage {
  return {
    input: countOf(fields["input_tokens"]),
    output: countOf(fields["output_tokens"]),
    cached: countOf(fields["cached_input_tokens"]),
  };
}
