// A task without a plan is told of once, and planned again only when that could help.
import { expect, it } from "vitest";
import { WgError } from "../base/error.ts";
import type { Settings } from "../config/settings.ts";
import type { Task } from "../graph/task.ts";
import { waitingTasks } from "./waiting.ts";

// Only their identity counts.
const settings = {} as Settings;
const others = {} as Settings;
const task = { id: "t", title: "T", model: "local:m" } as Task;
const error = new WgError("no-endpoint", "no endpoint serves local:m", { hint: "give it one" });
const now = new Date("2026-11-23T00:00:00.000Z");
const later = new Date("2026-11-23T00:00:05.000Z");

it("the same problem is news once, and keeps the time it began", () => {
  const waiting = waitingTasks();
  expect(waiting.add(task, settings, error, now)).toBe(true);
  expect(waiting.add(task, others, error, later)).toBe(false);
  expect(waiting.add(task, others, new WgError("bad-route", "other"), later)).toBe(true);
  expect(waiting.list()).toEqual([{ task: "t", problem: "other", since: later.toISOString() }]);
});

it("a task is held until the settings or what it asks for change", () => {
  const waiting = waitingTasks();
  waiting.add(task, settings, error, now);
  expect(waiting.holds(task, settings, "m")).toBe(true);
  expect(waiting.holds({ ...task, title: "renamed" }, settings, "m")).toBe(true);
  expect(waiting.holds(task, others, "m")).toBe(false);
  expect(waiting.holds({ ...task, model: "claude:opus" }, settings, "m")).toBe(false);
  expect(waiting.holds({ ...task, id: "u" }, settings, "m")).toBe(false);
});

it("a task that waits for what cools is planned again when that stands otherwise", () => {
  const waiting = waitingTasks();
  waiting.add(task, settings, error, now, "one cools");
  expect(waiting.holds(task, settings, "one cools")).toBe(true);
  expect(waiting.holds(task, settings, "")).toBe(false);
});

it("a task that is not ready any more is forgotten, and the list has an end", () => {
  const waiting = waitingTasks(1);
  waiting.add(task, settings, error, now);
  expect(waiting.add({ ...task, id: "u" }, settings, error, now)).toBe(false);
  expect(waiting.size()).toBe(1);
  waiting.keepOnly((id) => id !== "t");
  expect(waiting.list()).toEqual([]);
});
