import { describe, expect, it } from "vitest";
import { connectionFailure, retryWait, statusFailure, streamFailure } from "./nex-failure.ts";

const now = new Date("2026-11-23T12:00:00Z");
const url = "http://127.0.0.1:8088/v1/chat/completions";
const answered = (status: number, body = "", retryAfter?: string) =>
  statusFailure({ status, body, retryAfter, url }, now);

describe("a status", () => {
  it.each([
    ['{"error":{"message":"no such model"}}', "no such model (status 404)"],
    ['{"error":"no such model"}', "no such model (status 404)"],
    ['{"message":"no such model"}', "no such model (status 404)"],
    ['{"detail":"no such model"}', "no such model (status 404)"],
    ["<html><body>Not  found</body></html>", "Not found (status 404)"],
    ["", `${url} answered with status 404`],
  ])("with the body %j says %j", (body, message) => {
    expect(answered(404, body).failure).toEqual({ class: "bad-request", message, status: 404 });
  });

  it("of a quota says when it resets, in seconds or as a date", () => {
    expect(answered(429, "", "90").failure.resetsAt).toBe("2026-11-23T12:01:30.000Z");
    expect(answered(429, "", "Mon, 23 Nov 2026 13:00:00 GMT").failure.resetsAt).toBe(
      "2026-11-23T13:00:00.000Z",
    );
    expect(answered(429, "", "Sun, 22 Nov 2026 13:00:00 GMT").failure.resetsAt).toBe(now.toISOString());
    expect(answered(429, "", "soon").failure.resetsAt).toBeUndefined();
    expect(answered(429, "", "1e99").failure.resetsAt).toBe("2027-11-23T12:00:00.000Z");
    expect(answered(503, "", "90").failure.resetsAt).toBeUndefined();
  });
});

describe("the wait before another try", () => {
  it.each([
    [answered(429), 1, 500],
    [answered(429), 2, 2000],
    [answered(429), 3, undefined],
    [answered(429, "", "7"), 1, 7000],
    [answered(429, "", "0"), 2, 2000],
    [answered(429, "", "11"), 1, undefined],
    [answered(429, '{"error":{"code":"insufficient_quota"}}'), 1, undefined],
    [answered(503), 1, 500],
    [answered(501), 1, undefined],
    [answered(408), 1, 500],
    [answered(401), 1, undefined],
    [answered(400), 1, undefined],
  ])("after %s, try %i, is %s ms", (failed, attempt, ms) => {
    expect(retryWait(failed, attempt)).toBe(ms);
  });
});

describe("an error of the connection", () => {
  const failed = (code: string) => connectionFailure(Object.assign(new Error("x"), { code }), url);

  it.each([
    ["ECONNREFUSED", "unreachable", "nothing listens at 127.0.0.1:8088", true],
    ["ENOTFOUND", "unreachable", "there is no host 127.0.0.1:8088", true],
    ["ETIMEDOUT", "unreachable", "127.0.0.1:8088 does not answer", true],
    ["ECONNRESET", "server", "127.0.0.1:8088 cut the connection", true],
    ["HPE_INVALID_CONSTANT", "server", "127.0.0.1:8088 cut the connection", true],
    ["CERT_HAS_EXPIRED", "unreachable", "cannot talk to 127.0.0.1:8088: x", false],
  ])("%s is %s", (code, kind, message, canRetry) => {
    expect(failed(code)).toMatchObject({ failure: { class: kind, message }, canRetry });
  });
});

it.each([
  [{ message: "out of memory" }, "server", undefined, true],
  ["out of memory", "server", undefined, true],
  [{ message: "busy", code: 503 }, "server", 503, true],
  [{ message: "who?", code: 401 }, "auth", 401, false],
  [{ message: "odd", code: "rate_limit" }, "server", undefined, true],
  [7, "server", undefined, true],
])("an error told in a stream as %j is %s", (told, kind, status, canRetry) => {
  const found = streamFailure(told);
  expect([found.failure.class, found.failure.status, found.canRetry]).toEqual([kind, status, canRetry]);
});
