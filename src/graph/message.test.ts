// Messages reach each run once, and who saw what is kept.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { projectAt } from "../base/home.ts";
import { closeGraph, createGraph, type Graph } from "./database.ts";
import { messagesText, sendMessage, takeMessages, taskMessages, unseenMessages } from "./message.ts";
import { addTask, removeTask } from "./task.ts";

const now = new Date("2026-11-23T12:00:00Z");

describe("messages", () => {
  let folder: string;
  let graph: Graph;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "wg-message-"));
    graph = createGraph(projectAt(folder));
    addTask(graph, { title: "A", id: "a" }, now);
    addTask(graph, { title: "B", id: "b" }, now);
  });
  afterEach(() => {
    closeGraph(graph);
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const send = (text: string, task = "a") => sendMessage(graph, task, { by: "user", text }, now);
  const texts = (messages: readonly { text: string }[]) => messages.map(({ text }) => text);

  it("are taken by a run once, in order, and by every later run again", () => {
    send("one");
    send("two");
    expect(texts(takeMessages(graph, "a", "r-1", "prompt", now))).toEqual(["one", "two"]);
    expect(takeMessages(graph, "a", "r-1", "turn", now)).toEqual([]);
    send("three");
    expect(texts(unseenMessages(graph, "a", "r-1"))).toEqual(["three"]);
    expect(texts(takeMessages(graph, "a", "r-2", "prompt", now))).toEqual(["one", "two", "three"]);
  });

  it("are for one task", () => {
    send("for b", "b");
    expect(takeMessages(graph, "a", "r-1", "turn", now)).toEqual([]);
  });

  it("keep who saw them, when and how", () => {
    const { number } = send("one");
    takeMessages(graph, "a", "r-1", "turn", new Date("2026-11-23T12:00:01Z"));
    takeMessages(graph, "a", "r-2", "command", new Date("2026-11-23T12:00:02Z"));
    expect(taskMessages(graph, "a")).toEqual([
      {
        number,
        task: "a",
        at: now.toISOString(),
        by: "user",
        text: "one",
        seen: [
          { run: "r-1", at: "2026-11-23T12:00:01.000Z", how: "turn" },
          { run: "r-2", at: "2026-11-23T12:00:02.000Z", how: "command" },
        ],
      },
    ]);
  });

  it("go with their task", () => {
    send("one");
    takeMessages(graph, "a", "r-1", "turn", now);
    removeTask(graph, "a");
    expect(() => taskMessages(graph, "a")).not.toThrow();
    expect(taskMessages(graph, "a")).toEqual([]);
  });

  it("are refused for an unknown task, and when they are empty or too long", () => {
    expect(() => send("hello", "c")).toThrow(expect.objectContaining({ code: "no-task" }));
    expect(() => send("  ")).toThrow(expect.objectContaining({ code: "bad-message" }));
    expect(() => send("x".repeat(16_001))).toThrow(expect.objectContaining({ code: "bad-message" }));
  });

  it("name their sender and time to an agent", () => {
    send("one");
    expect(messagesText(unseenMessages(graph, "a", "r-1"))).toBe(
      "Message from user at 2026-11-23T12:00:00.000Z:\none",
    );
  });
});
