// How long switches held: each until the next one of its own pointer.
import { expect, it } from "vitest";
import type { CanaryLine, Switch } from "./history.ts";
import { spansOf } from "./history-spans.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 23, 12, minute)).toISOString();
const entry = (minute: number, to: string, project?: string): Switch => ({
  at: at(minute),
  kind: "use",
  from: "base",
  to,
  revision: "",
  by: { pid: 1, user: "ada" },
  ...(project !== undefined && { project }),
});

it("a switch holds until the next one of the same pointer, the last one until now", () => {
  const spans = spansOf(
    [entry(0, "a"), entry(2, "p", "/p"), entry(5, "b"), entry(9, "q", "/p")],
    new Date(at(20)),
  );
  expect(spans.map(({ to, until, activeMs }) => [to, until, activeMs / 60_000])).toEqual([
    ["a", at(5), 5],
    ["p", at(9), 7],
    ["b", undefined, 15],
    ["q", undefined, 11],
  ]);
});

it("a canary holds until anything becomes of its pointer, and no switch ends with it", () => {
  const canary = (minute: number, kind: CanaryLine["kind"], project?: string): CanaryLine => {
    return { ...entry(minute, "b", project), kind, share: 0.2 };
  };
  const lines = [entry(0, "a"), canary(1, "canary"), canary(2, "canary", "/p"), canary(4, "canary")];
  const spans = spansOf([...lines, canary(9, "canary-ended"), entry(12, "b")], new Date(at(20)));
  expect(spans.map(({ kind, activeMs }) => [kind, activeMs / 60_000])).toEqual([
    ["use", 12],
    ["canary", 3],
    ["canary", 18],
    ["canary", 5],
    ["canary-ended", 0],
    ["use", 8],
  ]);
});

it("a clock that went back makes no time negative", () => {
  expect(spansOf([entry(9, "a"), entry(5, "b")], new Date(at(1))).map((span) => span.activeMs)).toEqual([
    0, 0,
  ]);
});
