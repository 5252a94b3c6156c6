// The share of a canary: read strictly, and the same tasks for the same share, whoever asks.
import { expect, it } from "vitest";
import { isInShare, parseShare, shareText } from "./share.ts";

it.each([
  ["20%", 0.2],
  ["20", 0.2],
  ["0.2", 0.2],
  [".5", 0.5],
  ["1", 0.01],
  ["99%", 0.99],
  ["2.5%", 0.025],
  ["0.01%", 0.0001],
  [" 20% ", 0.2],
])("%j is %f of the tasks, and is shown as one knows it", (text, share) => {
  expect(parseShare(text)).toBeCloseTo(share, 10);
  expect(parseShare(shareText(share))).toBeCloseTo(share, 10);
});

it.each([
  ["0", "is no task at all"],
  ["0%", "is no task at all"],
  ["0.0", "is no task at all"],
  ["100%", "is every task"],
  ["100", "is every task"],
  ["250", "is every task"],
  ["1.0", "may mean two things"],
  ["2.5", "may mean two things"],
  ["0.00001", "is no share of the tasks"],
  ["0.001%", "is less than one task in ten thousand"],
  ["-20%", "is no share of the tasks"],
  ["20 %", "is no share of the tasks"],
  ["1e-1", "is no share of the tasks"],
  ["half", "is no share of the tasks"],
  ["", "is no share of the tasks"],
  ["NaN", "is no share of the tasks"],
  ["٢٠", "is no share of the tasks"],
])("%j is refused unless it says one thing", (text, why) => {
  expect(() => parseShare(text)).toThrowError(why);
});

it("of ten thousand tasks about as many are in as the share says", () => {
  const tasks = Array.from({ length: 10_000 }, (_, index) => `fix-the-parser-${index}`);
  for (const share of [0.01, 0.2, 0.5, 0.9]) {
    const found = tasks.filter((task) => isInShare(task, share)).length / tasks.length;
    // Four standard deviations: a fixed hash of fixed names, so it either holds or does not.
    expect(Math.abs(found - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / tasks.length));
  }
});

it("a task that is in stays in while the share grows", () => {
  const shares = [0.05, 0.2, 0.4, 0.8, 0.99];
  for (let index = 0; index < 2000; index++) {
    const standing = shares.map((share) => isInShare(`task-${index}`, share));
    expect(standing).toEqual(standing.toSorted((a, b) => Number(a) - Number(b)));
  }
});
