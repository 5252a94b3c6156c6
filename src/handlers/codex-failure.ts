// Why a Codex turn failed: Codex tells it in a sentence, often without a status.
import type { Failure, FailureClass } from "../graph/result.ts";
import { classOfStatus, failure } from "./failure.ts";
import { fieldsOf, textOf } from "./fields.ts";

/** Looked for in this order. What fits none is the server's own sentence on a request it did not like. */
const signs: [FailureClass, RegExp][] = [
  ["quota", /usage limit|rate limit|quota exceeded|insufficient.quota|billing details/i],
  ["auth", /missing environment variable|log ?in|sign in|refresh token|unauthorized|invalid api key/i],
  [
    "unreachable",
    /connection failed|connection (reset|refused)|transport error|error sending request|stream closed|idle timeout|timed? ?out|waiting for network/i,
  ],
  // What a server says in the middle of its answer follows these words.
  ["server", /high demand|overloaded|internal server error|server_error|stream disconnected/i],
  ["agent", /context window|ran out of room|interrupted|sandbox/i],
];

/** The failure behind a sentence of Codex; `now` completes a time of day it names (local time, as Codex prints it). */
export function codexFailure(text: string, now: Date): Failure {
  const message = innerMessage(text);
  const status = /\b(?:unexpected status|last status:)\s*(\d{3})\b/i.exec(message)?.[1];
  if (status !== undefined)
    return failure(classOfStatus(Number(status)), message, { status: Number(status) });
  const [failureClass = "bad-request"] = signs.find(([, sign]) => sign.test(message)) ?? [];
  const resetsAt = failureClass === "quota" ? resetTime(message, now) : undefined;
  return failure(failureClass, message, { resetsAt });
}

// A server's refusal comes through as the JSON it was.
function innerMessage(text: string): string {
  if (!text.startsWith("{")) return text;
  try {
    const body = fieldsOf(JSON.parse(text));
    return textOf(fieldsOf(body["error"])["message"]) ?? textOf(body["message"]) ?? text;
  } catch {
    return text;
  }
}

/** `try again at Jan 15th, 2027 7:59 AM` or `try again at 7:59 AM`, as ISO 8601. */
function resetTime(message: string, now: Date): string | undefined {
  const found =
    /try again at (?:([A-Z][a-z]{2}) (\d{1,2})(?:st|nd|rd|th)?, (\d{4}) )?(\d{1,2}:\d{2} [AP]M)/.exec(
      message,
    );
  if (found === null) return undefined;
  const [, month, day, year, time] = found;
  const date = month === undefined ? dateText(now) : `${month} ${day}, ${year}`;
  const at = new Date(`${date} ${time}`);
  if (Number.isNaN(at.getTime())) return undefined;
  if (month === undefined && at < now) at.setDate(at.getDate() + 1);
  return at.toISOString();
}

function dateText(now: Date): string {
  return `${now.getMonth() + 1}/${now.getDate()}/${now.getFullYear()}`;
}
