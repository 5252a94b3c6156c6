// Codex's sentences as our classes: recorded from version 0.169.0.
import { expect, it } from "vitest";
import { codexFailure } from "./codex-failure.ts";

const now = new Date(2027, 0, 15, 9, 30);

const sentences: [string, object][] = [
  ["unexpected status 401 Unauthorized: bad key, url: http://h/v1/responses", { class: "auth", status: 401 }],
  ["unexpected status 403 Forbidden: no, url: http://h/v1/responses", { class: "auth", status: 403 }],
  ["unexpected status 503 Service Unavailable: boom", { class: "server", status: 503 }],
  ["exceeded retry limit, last status: 429 Too Many Requests", { class: "quota", status: 429 }],
  ["Quota exceeded. Check your plan and billing details.", { class: "quota" }],
  ["We’re currently experiencing high demand, which may cause temporary errors.", { class: "server" }],
  ["Connection failed: error sending request", { class: "unreachable" }],
  ["stream disconnected before completion: idle timeout waiting for SSE", { class: "unreachable" }],
  ["stream disconnected before completion: it broke", { class: "server" }],
  ["stream disconnected before completion: Rate limit reached for gpt-5.5", { class: "quota" }],
  [
    "stream disconnected before completion: Transport error: network error: error decoding response body",
    { class: "unreachable" },
  ],
  ["stream disconnected before completion: error sending request", { class: "unreachable" }],
  ["Missing environment variable: `WG_ENDPOINT_KEY`.", { class: "auth" }],
  ["model nope does not exist", { class: "bad-request", message: "model nope does not exist" }],
  ['{"error":{"message":"weird"}}', { class: "bad-request", message: "weird" }],
  ["Codex ran out of room in the model's context window.", { class: "agent" }],
];
for (const [sentence, expected] of sentences) {
  it(`"${sentence.slice(0, 50)}" is understood`, () => {
    expect(codexFailure(sentence, now)).toMatchObject(expected);
  });
}

it("a usage limit says when it ends, in local time, with or without a date", () => {
  const dated = codexFailure(
    "You’ve hit your usage limit. Try again. try again at Jan 20th, 2027 7:59 AM.",
    now,
  );
  expect(dated).toMatchObject({
    class: "quota",
    resetsAt: new Date(2027, 0, 20, 7, 59).toISOString(),
  });
  const today = codexFailure("You’ve hit your usage limit or try again at 10:15 AM.", now);
  expect(today.resetsAt).toBe(new Date(2027, 0, 15, 10, 15).toISOString());
  const tomorrow = codexFailure("You’ve hit your usage limit or try again at 7:59 AM.", now);
  expect(tomorrow.resetsAt).toBe(new Date(2027, 0, 16, 7, 59).toISOString());
});
