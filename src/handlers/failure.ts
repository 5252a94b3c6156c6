// Why a model server turned a request down, as one of our classes.
import type { Failure, FailureClass } from "../graph/result.ts";

/** The class of an HTTP status of 400 and above. 408 is a server that gave up waiting, 402 an empty account. */
export function classOfStatus(status: number): FailureClass {
  if (status === 401 || status === 403) return "auth";
  if (status === 402 || status === 429) return "quota";
  if (status === 408) return "unreachable";
  return status >= 500 ? "server" : "bad-request";
}

/** A failure with only the fields that are known; the message is cut at 1,000 characters. */
export function failure(
  failureClass: FailureClass,
  message: string,
  more: { status?: number | undefined; resetsAt?: string | undefined } = {},
): Failure {
  const { status, resetsAt } = more;
  return {
    class: failureClass,
    message: message.length > 1000 ? `${message.slice(0, 999)}…` : message,
    ...(status !== undefined && { status }),
    ...(resetsAt !== undefined && { resetsAt }),
  };
}
