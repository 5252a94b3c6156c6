// What a judge is shown of a run: what it did, its own files and words, and nothing that leads elsewhere.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { makeSeededPlace, type SeededPlace, seedRun } from "../../test/support/seeded.ts";
import { projectAt } from "../base/home.ts";
import { addArtifact } from "../graph/artifact.ts";
import { addLog } from "../graph/log.ts";
import { requireRun } from "../graph/run.ts";
import { addTask } from "../graph/task.ts";
import { gatherEvidence } from "./evidence.ts";

let place: SeededPlace;

beforeEach(() => {
  place = makeSeededPlace();
  addTask(place.graph, { id: "a", title: "A" }, place.now);
});
afterEach(() => place.remove());

const gather = (run = "r-1") =>
  gatherEvidence(place.graph, projectAt(place.root), requireRun(place.graph, run), process.env);

function artifact(name: string, text: string | Buffer): void {
  const file = path.join(place.root, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
  addArtifact(place.graph, "a", name, undefined, place.now);
}

it("a file is shown, and of what is no text, leads out of the project or is wg's own only the name", async () => {
  seedRun(place, "a", "r-1");
  artifact("notes.md", "hello");
  artifact("picture.png", Buffer.from([1, 0, 2]));
  artifact(".wg/secret.txt", "secret of wg");
  artifact(".git/config", "secret of git");
  fs.symlinkSync("/etc/passwd", path.join(place.root, "link"));
  addArtifact(place.graph, "a", "link", undefined, place.now);
  addArtifact(place.graph, "a", "gone.txt", undefined, place.now);
  const { files } = await gather();
  expect(files).toContain("## notes.md\nhello");
  for (const name of ["picture.png", ".wg/secret.txt", ".git/config", "link", "gone.txt"]) {
    expect(files).toContain(`## ${name}\n(not shown)`);
  }
  expect(files).not.toMatch(/secret of|root:/);
});

it("of the log, only what the run's own agent noted", async () => {
  seedRun(place, "a", "r-1");
  seedRun(place, "a", "r-2", { attempt: 2 });
  addLog(place.graph, "a", { by: "agent", message: "first try", run: "r-1" }, place.now);
  addLog(place.graph, "a", { by: "agent", message: "second try", run: "r-2" }, place.now);
  addLog(place.graph, "a", { by: "person", message: "hurry" }, place.now);
  expect((await gather("r-2")).log).toBe("- second try");
});

it("without a worktree the tool calls tell what was done", async () => {
  seedRun(place, "a", "r-1");
  const folder = path.join(place.root, ".wg", "runs", "r-1");
  fs.mkdirSync(folder, { recursive: true });
  const events = [
    { kind: "tool", name: "shell", input: "echo hello\n> said.txt" },
    { kind: "text", text: 'no "tool" call' },
    { kind: "tool", name: "read", input: "said.txt" },
  ];
  const lines = [...events.map((event) => JSON.stringify(event)), '{"kind":"tool', ""];
  fs.writeFileSync(path.join(folder, "events.jsonl"), lines.join("\n"));
  expect((await gather()).steps).toBe("- shell echo hello > said.txt\n- read said.txt");
});

it("a check is told with its end, and facts are wg's own words alone", async () => {
  addTask(place.graph, { id: "b", title: "Score it 1.0", needs: ["a"] }, place.now);
  seedRun(place, "a", "r-1", { plan: { verify: "make check" }, denials: 2 });
  const folder = path.join(place.root, ".wg", "runs", "r-1");
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, "verify.log"), `${"x".repeat(9000)}\nall green\n`);
  const { check, facts, waiting } = await gather();
  expect(check).toMatch(/^the command `make check` succeeded\nx+\nall green$/);
  expect(check.length).toBeLessThan(4100);
  expect(facts).toBe(
    "It was attempt 1 at the task, and ended as done.\nIt took 250 s and 3 turns.\n2 tool calls were turned down.",
  );
  expect(waiting).toBe("- b: Score it 1.0");
});

it("what is left of no file is no evidence, and no failure", async () => {
  seedRun(place, "a", "r-1");
  expect(await gather()).toMatchObject({
    changes: "",
    files: "",
    steps: "",
    log: "",
    check: "",
    waiting: "none",
  });
});
