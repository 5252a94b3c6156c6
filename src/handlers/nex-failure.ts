// Why a chat request failed, and whether asking again could help.
import { errnoOf, messageOf } from "../base/error.ts";
import type { Failure } from "../graph/result.ts";
import { classOfStatus, failure } from "./failure.ts";
import { fieldsOf, numberOf, textOf } from "./fields.ts";

/** A request that gave no answer. `waitMs`: how long the server asks to be left alone. */
export class RequestFailure extends Error {
  readonly failure: Failure;
  readonly canRetry: boolean;
  readonly waitMs: number | undefined;

  constructor(failed: Failure, canRetry: boolean, waitMs?: number) {
    super(failed.message);
    this.name = "RequestFailure";
    this.failure = failed;
    this.canRetry = canRetry;
    this.waitMs = waitMs;
  }
}

/** A request is made three times at most; the server may ask for a pause of at most 10 s between. */
const retryWaitsMs = [500, 2000];
const maxWaitMs = 10_000;

/** How long to wait before asking again; undefined when that is no use. */
export function retryWait({ canRetry, waitMs }: RequestFailure, attempt: number): number | undefined {
  const own = retryWaitsMs[attempt - 1];
  if (!canRetry || own === undefined || (waitMs ?? 0) > maxWaitMs) return undefined;
  return Math.max(own, waitMs ?? 0);
}

/** What an HTTP status of 300 and above means; `body` is what came with it. */
export function statusFailure(
  {
    status,
    body,
    retryAfter,
    url,
  }: { status: number; body: string; retryAfter: string | undefined; url: string },
  now: Date,
): RequestFailure {
  const waitMs = waitOf(retryAfter, now);
  const words = serverWords(body);
  const said = words === "" ? `${url} answered with status ${status}` : `${words} (status ${status})`;
  const failureClass = status < 400 ? "bad-request" : classOfStatus(status);
  const resetsAt =
    failureClass === "quota" && waitMs !== undefined
      ? new Date(now.getTime() + waitMs).toISOString()
      : undefined;
  const isPassing = status === 408 || status === 429 || status >= 500;
  const isSpent = /insufficient_quota|usage_limit_reached|billing/.test(body);
  return new RequestFailure(
    failure(failureClass, said, { status, resetsAt }),
    isPassing && !isSpent && status !== 501,
    waitMs,
  );
}

/** What an error of the connection means, before the answer began or in the middle of it. */
export function connectionFailure(error: unknown, url: string): RequestFailure {
  const code = errnoOf(error) ?? "";
  const where = new URL(url).host;
  const reasons: Record<string, string> = {
    ECONNREFUSED: `nothing listens at ${where}`,
    ENOTFOUND: `there is no host ${where}`,
    EAI_AGAIN: `the name ${where} cannot be looked up`,
    ETIMEDOUT: `${where} does not answer`,
    EHOSTUNREACH: `there is no way to ${where}`,
    ENETUNREACH: `there is no way to ${where}`,
  };
  const reason = reasons[code];
  if (reason !== undefined) return new RequestFailure(failure("unreachable", reason), true);
  if (code === "ECONNRESET" || code === "EPIPE" || code.startsWith("HPE_")) {
    return new RequestFailure(failure("server", `${where} cut the connection`), true);
  }
  // Certificates and the like: no second try changes them.
  return new RequestFailure(failure("unreachable", `cannot talk to ${where}: ${messageOf(error)}`), false);
}

/** An error told in the middle of a stream. */
export function streamFailure(told: unknown): RequestFailure {
  const message = textOf(told) ?? textOf(fieldsOf(told)["message"]) ?? "the server broke off with an error";
  const code = numberOf(fieldsOf(told)["code"]) ?? numberOf(fieldsOf(told)["status"]);
  const status = code !== undefined && code >= 400 && code <= 599 ? code : undefined;
  const failureClass = status === undefined ? "server" : classOfStatus(status);
  return new RequestFailure(failure(failureClass, message, { status }), failureClass === "server");
}

/** An answer that ended before it was whole. */
export function cutFailure(): RequestFailure {
  return new RequestFailure(failure("server", "the answer was cut off before its end"), true);
}

/** Seconds or a date, as milliseconds from now. */
function waitOf(retryAfter: string | undefined, now: Date): number | undefined {
  if (retryAfter === undefined || retryAfter.trim() === "") return undefined;
  const seconds = Number(retryAfter);
  const waitMs = Number.isNaN(seconds) ? Date.parse(retryAfter) - now.getTime() : seconds * 1000;
  const aYearMs = 365 * 24 * 3_600_000;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(0, waitMs), aYearMs);
}

/** The message inside an error body of any of the usual shapes, else its beginning. */
function serverWords(body: string): string {
  try {
    const fields = fieldsOf(JSON.parse(body));
    const error = fields["error"];
    const found =
      textOf(fieldsOf(error)["message"]) ??
      textOf(error) ??
      textOf(fields["message"]) ??
      textOf(fields["detail"]);
    if (found !== undefined) return found;
  } catch {
    // No JSON: a proxy's page, perhaps. Its beginning has to do.
  }
  return body
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 300);
}
