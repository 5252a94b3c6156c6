// How long switches held: each until the next one of its own pointer.
import { expect, it } from "vitest";
import type { Switch } from "./history.ts";
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

it("a clock that went back makes no time negative", () => {
  expect(spansOf([entry(9, "a"), entry(5, "b")], new Date(at(1))).map((span) => span.activeMs)).toEqual([
    0, 0,
  ]);
});
