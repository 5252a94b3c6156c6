// Why a claude run did not get there, from what its events, its exit and its last words say.
import type { Failure, FailureClass } from "../graph/result.ts";
import type { Ended } from "./child.ts";
import type { ApiProblem, ClaudeStream } from "./claude-stream.ts";
import { classOfStatus, failure } from "./failure.ts";
import { type Fields, listOf, numberOf, textOf } from "./fields.ts";

const classes: Record<string, FailureClass> = {
  authentication_failed: "auth",
  oauth_org_not_allowed: "auth",
  billing_error: "quota",
  rate_limit: "quota",
  overloaded: "server",
  invalid_request: "bad-request",
  model_not_found: "bad-request",
  max_output_tokens: "agent",
};

/** The failure behind an API problem; a problem without a status is a server that could not be reached. */
export function apiFailure(problem: ApiProblem, message: string, resetsAt?: string): Failure {
  const { kind, status } = problem;
  const named = Object.hasOwn(classes, kind ?? "") ? classes[kind ?? ""] : undefined;
  const failureClass = named ?? (status === undefined ? "unreachable" : classOfStatus(status));
  return failure(failureClass, message, { status, resetsAt });
}

/** The failure that a `result` event tells, or undefined when it tells success. */
export function resultFailure(stream: ClaudeStream, result: Fields): Failure | undefined {
  const subtype = textOf(result["subtype"]);
  if (subtype === "success" && result["is_error"] === false) return undefined;
  const errors = listOf(result["errors"]).map((error) => textOf(error) ?? "");
  const message = textOf(result["result"]) || errors.join("\n") || subtype || "claude failed";
  if (/^No conversation found/.test(message)) return failure("spawn", message);
  if (/^Prompt is too long/.test(message)) return failure("bad-request", message);
  const { problem, resetsAt } = stream;
  if (subtype !== "success" || problem?.text === undefined) return failure("agent", message);
  const status = numberOf(result["api_error_status"]) ?? problem.status;
  const seen = apiFailure({ kind: problem.kind, status }, message, resetsAt);
  return resetsAt === undefined ? seen : { ...seen, class: "quota" };
}

/** The failure of a claude that ended without a `result` event, or by a signal. */
export function endFailure(stream: ClaudeStream, { exitCode, signal }: Ended, stderr: string): Failure {
  if (signal !== undefined) return failure("killed", `claude was ended by ${signal}`);
  // 128 + SIGTERM or SIGKILL: it caught the signal itself, or a shell reports it.
  if (exitCode === 143 || exitCode === 137)
    return failure("killed", `claude was ended (exit code ${exitCode})`);
  const words = stderr.slice(-600).trim();
  const tail = words === "" ? "" : `\n${words}`;
  if (stream.understood)
    return failure("agent", `claude ended without a result (exit code ${exitCode})${tail}`);
  return failure("spawn", `claude did not start as told (exit code ${exitCode})${tail}`);
}
