// The choice without a model: by skills, by what is known, always the same for a task, and in time the best.
import { describe, expect, it } from "vitest";
import { type Choice, chooseIdentity, type Performance } from "./choose.ts";

function agent(name: string, ...skills: string[]) {
  return { name, hash: name.repeat(64).slice(0, 64), role: { description: name, skills } };
}

const task = (id: string, ...tags: string[]) => ({ id, tags });
const none = new Map<string, Performance>();
const tasks = (count: number) => Array.from({ length: count }, (_, index) => `task-${index}`);

function shares(choices: (Choice | undefined)[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const choice of choices)
    if (choice) found[choice.name] = (found[choice.name] ?? 0) + 1 / choices.length;
  return found;
}

describe("who is asked", () => {
  it("nobody, where there is nobody", () => {
    expect(chooseIdentity([], none, task("t", "code"))).toBeUndefined();
  });

  it("those with the most of the task's tags among their skills, however they are written", () => {
    const all = [agent("a", "code"), agent("b", "Code", "docs"), agent("c", "docs"), agent("d")];
    const names = (...tags: string[]) =>
      Object.keys(shares(tasks(200).map((id) => chooseIdentity(all, none, task(id, ...tags))))).sort();
    expect(names("code")).toEqual(["a", "b"]);
    expect(names("CODE", "docs")).toEqual(["b"]);
    expect(names("nothing", "docs")).toEqual(["b", "c"]);
  });

  it("all of them, where no skill meets a tag, and where there are no tags", () => {
    const all = [agent("a", "code"), agent("b", "docs"), agent("c")];
    for (const tags of [[], ["ui"]]) {
      expect(
        Object.keys(shares(tasks(200).map((id) => chooseIdentity(all, none, task(id, ...tags))))),
      ).toHaveLength(3);
    }
  });

  it("one content once, by the first of its names", () => {
    const twins = [{ ...agent("b"), hash: agent("a").hash }, agent("a")];
    expect(chooseIdentity(twins, none, task("t"))).toMatchObject({ name: "a", reason: "the only agent" });
  });
});

describe("the choice", () => {
  const all = ["a", "b", "c", "d"].map((name) => agent(name));

  it("is the same for the same task, whatever the order of the candidates", () => {
    const known = new Map([[agent("b").hash, { n: 3, mean: 0.7 }]]);
    for (const id of tasks(50)) {
      expect(chooseIdentity(all.toReversed(), known, task(id))).toEqual(chooseIdentity(all, known, task(id)));
    }
  });

  it("is spread evenly while nobody was ever scored", () => {
    for (const share of Object.values(shares(tasks(2000).map((id) => chooseIdentity(all, none, task(id)))))) {
      expect(share).toBeGreaterThan(0.2);
      expect(share).toBeLessThan(0.3);
    }
  });

  it("is the best where much is known, and rarely anybody else", () => {
    const known = new Map(all.map(({ hash, name }) => [hash, { n: 100, mean: name === "c" ? 0.9 : 0.7 }]));
    expect(shares(tasks(500).map((id) => chooseIdentity(all, known, task(id))))["c"]).toBeGreaterThan(0.99);
  });

  it("tries a newcomer beside a proven one, and does not give up the proven one for it", () => {
    const known = new Map([[agent("a").hash, { n: 30, mean: 0.85 }]]);
    const share = shares(tasks(1000).map((id) => chooseIdentity(all.slice(0, 2), known, task(id))));
    expect(share["b"]).toBeGreaterThan(0.3);
    expect(share["a"]).toBeGreaterThan(0.3);
  });

  it("finds the best of five in a world of noisy scores, of which only every third is told, and keeps to it", () => {
    const worth: Record<string, number> = { a: 0.6, b: 0.65, c: 0.85, d: 0.7, e: 0.5 };
    const five = Object.keys(worth).map((name) => agent(name));
    for (const seed of ["one", "two", "three", "four"]) {
      const random = randomFrom(seed);
      const known = new Map<string, Performance>();
      const chosen = tasks(600).map((id, index) => {
        const choice = chooseIdentity(five, known, task(`${seed}-${id}`));
        if (choice === undefined || index % 3 !== 0) return choice;
        const score = Math.min(1, Math.max(0, (worth[choice.name] ?? 0) + (random() - 0.5) * 0.5));
        const { n, mean } = known.get(choice.hash) ?? { n: 0, mean: 0 };
        known.set(choice.hash, { n: n + 1, mean: (n * mean + score) / (n + 1) });
        return choice;
      });
      expect(shares(chosen.slice(300))["c"], seed).toBeGreaterThan(0.75);
    }
  });
});

it.each([
  [[agent("a", "code")], none, "the only agent with the skill code"],
  [
    [agent("a", "code"), agent("b", "code")],
    none,
    "one of 2 agents with the skill code, none of which was scored yet",
  ],
  [
    [agent("a", "code"), agent("b", "code")],
    new Map(["a", "b"].map((name) => [agent(name).hash, { n: 400, mean: name === "a" ? 0.9 : 0.1 }])),
    "the best of 2 agents with the skill code: 0.90 over 400 evaluations",
  ],
])("the reason is a sentence (%#)", (candidates, known, reason) => {
  expect(chooseIdentity(candidates, known, task("t", "code"))?.reason).toBe(reason);
});

it("the reason says so when somebody who does not lead is tried", () => {
  const known = new Map([[agent("a").hash, { n: 1, mean: 0.9 }]]);
  const reasons = tasks(50).map((id) => chooseIdentity([agent("a"), agent("b")], known, task(id))?.reason);
  expect(reasons).toContain(
    "to learn more of it: not scored yet, and a (aaaaaaaaaaaa) leads 2 agents: 0.90 over 1 evaluation",
  );
});

/** Numbers from 0 to 1, the same ones for the same seed. */
function randomFrom(seed: string): () => number {
  let state = [...seed].reduce((sum, character) => sum * 31 + character.charCodeAt(0), 7) % 2147483647;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
