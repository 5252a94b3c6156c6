// Why a turn of an ACP agent failed: agents tell it as a stop reason, or as an error of JSON-RPC with a sentence.
import type { Failure, FailureClass } from "../graph/result.ts";
import { classOfStatus, failure } from "./failure.ts";
import { type Fields, fieldsOf, textOf } from "./fields.ts";

const stops: Record<string, string> = {
  max_tokens: "its answer was cut off at the limit of tokens",
  max_turn_requests: "it reached its own limit of requests",
  refusal: "it refused to go on",
  cancelled: "it cancelled its turn by itself",
};

/**
 * The failure behind the reason a turn ended for; none for `end_turn`, unless the agent gave up without a word where
 * it was `stuckAt` something that was not permitted, as some do.
 */
export function stopFailure(reason: string | undefined, stuckAt?: string): Failure | undefined {
  if (stuckAt !== undefined) return failure("agent", `it went no further: ${stuckAt}`);
  if (reason === "end_turn") return undefined;
  const known = reason !== undefined && Object.hasOwn(stops, reason) ? stops[reason] : undefined;
  return failure("agent", known ?? `the turn ended for a reason wg does not know: ${reason}`);
}

/** Looked for in this order, in what agents and servers say. */
const signs: readonly [FailureClass, RegExp][] = [
  ["quota", /rate.?limit|quota|usage limit|insufficient.(funds|balance)|billing|credit balance/i],
  ["auth", /auth|log ?in|sign in|api.?key|credential|unauthorized|forbidden/i],
  [
    "unreachable",
    /connection|connect error|ECONN|ENOTFOUND|EAI_AGAIN|fetch failed|socket|timed? ?out|unreachable|network/i,
  ],
  ["server", /overloaded|server.?error|unavailable|bad gateway/i],
  [
    "bad-request",
    /model.{0,40}(not found|does not exist|not supported|unknown)|prompt is too long|invalid.request/i,
  ],
];

/** JSON-RPC's and ACP's own codes. */
const authRequired = -32000;
const resourceNotFound = -32002;

/** The failure behind an error that answered `method`. */
export function acpFailure(error: Fields, method: string): Failure {
  const message = wordsOf(error);
  const { code } = error;
  if (code === authRequired) return failure("auth", `the agent wants a login: ${message}`);
  if (method === "initialize") {
    return failure("spawn", `the agent turned the first word down, is it one that speaks ACP? ${message}`);
  }
  if (code === resourceNotFound && /^session\/(load|resume)$/.test(method)) {
    return failure("spawn", `the agent does not know the session: ${message}`);
  }
  // Not any number: a port is none.
  const status = /(?:^|\(|\bstatus(?: code)?:? |\berror:? |"code": ?)([45]\d\d)\b/i.exec(message)?.[1];
  if (status !== undefined) {
    return failure(classOfStatus(Number(status)), message, { status: Number(status) });
  }
  const [found] = signs.find(([, sign]) => sign.test(message)) ?? [];
  return failure(found ?? (method === "session/prompt" ? "agent" : "spawn"), message);
}

/** The sentence of an error; some agents say "Internal error" and put the cause beside it. */
function wordsOf(error: Fields): string {
  const message = textOf(error["message"]) ?? "an error without a message";
  const data = error["data"];
  const inner = fieldsOf(data);
  const cause =
    textOf(data) ?? textOf(inner["details"]) ?? textOf(inner["message"]) ?? textOf(inner["errorKind"]);
  return cause === undefined || message.includes(cause) ? message : `${message}: ${cause}`;
}
