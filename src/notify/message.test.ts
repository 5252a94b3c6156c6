// A notice in the words of each service that it is sent to.
import { expect, it } from "vitest";
import type { Notice } from "../graph/notice.ts";
import { messageOf, postOf } from "./message.ts";

const notice: Notice = {
  ...{ number: 1, kind: "failed", at: "2026-11-23T12:00:00.000Z", task: "ship", title: "Ship <it> & go" },
  ...{ text: "exit 3", told: [], tries: 0 },
  run: { id: "r-1", profile: "codex", revision: "0123456789ab", route: "codex:gpt-5.5" },
};
const message = messageOf(notice, "/p");

it("as json it is whole", () => {
  expect(JSON.parse(postOf("json", message).body)).toEqual({
    ...{ schemaVersion: 1, event: "failed", at: notice.at, project: "/p", task: "ship" },
    ...{ title: notice.title, subject: "failed: ship", text: "exit 3" },
    ...{ run: "r-1", profile: "codex", revision: "0123456789ab", route: "codex:gpt-5.5" },
  });
});

it("for Slack its own marks are no marks in the words of others", () => {
  const lines = [
    "*failed: ship*",
    "Ship &lt;it&gt; &amp; go",
    "exit 3",
    "codex:gpt-5.5 on codex@0123456789ab",
  ];
  expect(JSON.parse(postOf("slack", message).body)).toEqual({ text: lines.join("\n") });
});

it("for ntfy the subject is the title, and only what is done is no alarm", () => {
  expect(postOf("ntfy", message)).toMatchObject({
    headers: { title: "failed: ship", priority: "high" },
    body: "Ship <it> & go\nexit 3\ncodex:gpt-5.5 on codex@0123456789ab",
  });
  expect(postOf("ntfy", messageOf({ ...notice, kind: "done" }, "/p")).headers["priority"]).toBe("default");
});

it("an endless reason is cut", () => {
  expect(messageOf({ ...notice, text: "x".repeat(9000) }, "/p").text).toHaveLength(2000);
});
