// Task files: what a line becomes, what is kept beside it, what is refused; and that an export reads back as it was.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { projectAt } from "../base/home.ts";
import { addArtifact, artifacts } from "./artifact.ts";
import { closeGraph, createGraph, type Graph } from "./database.ts";
import { exportTasks } from "./export.ts";
import { importTasks, previewImport } from "./import.ts";
import { addLog, taskLog } from "./log.ts";
import { readyTasks } from "./ready.ts";
import { abandonTask, completeTask, failTask } from "./status.ts";
import { addTask, findTask, listTasks, requireTask } from "./task.ts";

const now = new Date("2026-11-23T12:00:00.000Z");
const refusal = (code: string, more: object = {}) => expect.objectContaining({ code, ...more });
let folder: string;
let graph: Graph;
let mirror: Graph;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "wg-import-"));
  graph = createGraph(projectAt(folder));
  mirror = createGraph(projectAt(path.join(folder, "mirror")));
  // Hundreds of imports: none has to survive a power cut.
  for (const each of [graph, mirror]) each.database.exec("PRAGMA synchronous = OFF");
});
afterEach(() => {
  closeGraph(graph);
  closeGraph(mirror);
  fs.rmSync(folder, { recursive: true });
});

type Line = Record<string, unknown>;
const task = (id: string, more: Line = {}): Line => ({
  kind: "task",
  id,
  title: `Do ${id}`,
  status: "open",
  ...more,
});
const jsonLines = (lines: readonly Line[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join("");

function bring(lines: readonly Line[] | string, merge = false) {
  const text = typeof lines === "string" ? lines : jsonLines(lines);
  return importTasks(graph, { source: "graph.jsonl", text }, { merge }, now);
}

function exported(): Line[] {
  return exportTasks(graph)
    .text.split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
}

/** What an import into a project without tasks exports again. */
function throughAnother(text: string): string {
  empty(mirror);
  importTasks(mirror, { source: "export", text }, { merge: false }, new Date(now.getTime() + 86_400_000));
  return exportTasks(mirror).text;
}

function empty(some: Graph): void {
  some.database.exec("DELETE FROM need; DELETE FROM task; DELETE FROM other_line");
}

describe("a task of a file", () => {
  it("keeps its id, texts, tags, times, needs and log", () => {
    bring([
      task("a", { status: "done", completed_at: "2026-01-02T03:04:05.678Z", tags: ["x", "b"] }),
      task("b", {
        description: "long\ntext",
        blocked_by: ["a"],
        created_at: "2026-01-01T00:00:00+00:00",
        log: [{ timestamp: "2026-01-01T01:00:00.123456789+00:00", actor: "claude", message: "started" }],
        model: "codex:gpt-5.5",
        verify: "npm test",
      }),
    ]);
    expect(requireTask(graph, "a")).toMatchObject({
      status: "done",
      completedAt: "2026-01-02T03:04:05.678Z",
      tags: ["b", "x"],
    });
    expect(requireTask(graph, "b")).toMatchObject({
      title: "Do b",
      description: "long\ntext",
      needs: ["a"],
      blockers: 0,
      createdAt: "2026-01-01T00:00:00.000Z",
      model: "codex:gpt-5.5",
      verify: "npm test",
    });
    expect(taskLog(graph, "b")).toEqual([
      { at: "2026-01-01T01:00:00.123Z", by: "claude", message: "started" },
    ]);
  });

  it("comes back with every field that has no place here, counted", () => {
    const more = JSON.parse(
      '{"estimate":{"hours":0.5},"skills":["rust"],"assigned":"ada","__proto__":1,"later":null}',
    ) as Line;
    const report = bring([task("a", more), { ...task("b"), skills: [] }]);
    expect(report.unknownFields).toEqual(
      JSON.parse('{"__proto__":1,"assigned":1,"estimate":1,"later":1,"skills":2}'),
    );
    expect(Object.entries(exported()[0] ?? {})).toEqual(expect.arrayContaining(Object.entries(more)));
  });

  it("waits for what the file says by any of its words", () => {
    bring([
      task("a", { before: ["c"] }),
      task("b", { blocks: ["c"] }),
      task("c", { after: ["d"] }),
      task("d"),
    ]);
    expect(requireTask(graph, "c")).toMatchObject({ needs: ["a", "b", "d"], blockers: 3 });
  });

  it.each([
    ["open", "open"],
    ["in-progress", "open"],
    ["waiting", "open"],
    ["blocked", "open"],
    ["incomplete", "open"],
    ["done", "done"],
    ["pending-validation", "done"],
    ["pending-eval", "done"],
    ["failed", "failed"],
    ["failed-pending-eval", "failed"],
    ["abandoned", "abandoned"],
    ["thinking", "failed"],
  ])("that is %s becomes %s, and the word is not lost", (given, status) => {
    const { remarks } = bring([task("a", { status: given })]);
    expect(requireTask(graph, "a").status).toBe(status);
    expect(remarks.map((remark) => remark.field)).toEqual(given === status ? [] : ["status"]);
    const [line] = exported();
    expect({ ...(line?.["extra"] ?? line ?? {}) }).toMatchObject({ status: given });
  });

  it("that is paused does not start by itself", () => {
    bring([task("a", { paused: true })]);
    expect(readyTasks(graph, 9)).toEqual([]);
    expect(requireTask(graph, "a")).toMatchObject({
      status: "failed",
      reason: expect.stringContaining("paused"),
    });
  });

  it.each(["opus", "openrouter:x/y", 7, ""])("with the model %j is imported without it", (model) => {
    const { remarks } = bring([task("a", { model })]);
    expect(requireTask(graph, "a").model).toBeUndefined();
    if (model === "") return;
    expect(remarks).toEqual([expect.objectContaining({ id: "a", line: 1, field: "model" })]);
    expect(exported()[0]).toMatchObject({ extra: { model } });
  });

  it("keeps what does not fit beside what was made of it", () => {
    const odd = {
      title: `two\nlines ${"x".repeat(400)}`,
      description: 3,
      tags: ["good", "not a tag", 4],
      priority: "high",
      tier: "Not One",
      created_at: "yesterday",
      log: ["words", { message: "m", level: 3 }],
      exec: "make\0all",
    };
    const { remarks } = bring([task("a", odd)]);
    expect(requireTask(graph, "a")).toMatchObject({
      tags: ["good"],
      priority: 10,
      createdAt: now.toISOString(),
    });
    expect(requireTask(graph, "a").title).toMatch(/^two lines x{290}$/);
    expect(exported()[0]).toMatchObject({ extra: odd });
    expect(new Set(remarks.map((remark) => remark.field))).toEqual(
      new Set(["title", "description", "tags", "tier", "log", "exec"]),
    );
  });

  it("has its deliverables as artifacts once it is done", () => {
    bring([
      task("a", { status: "done", completed_at: "2026-01-02T00:00:00.000Z", deliverables: ["x.css"] }),
      task("b", { deliverables: ["y.css"] }),
    ]);
    expect(artifacts(graph, "a")).toEqual([{ path: "x.css", at: "2026-01-02T00:00:00.000Z" }]);
    expect(artifacts(graph, "b")).toEqual([]);
  });

  it("that runs a command has no model", () => {
    bring([task("a", { exec: "make", model: "claude:opus" })]);
    expect(requireTask(graph, "a").exec).toBe("make");
    expect(requireTask(graph, "a").model).toBeUndefined();
  });

  it("with an id that cannot be one here gets the nearest, and what needs it follows", () => {
    const { renamed } = bring([task("Fix It!"), task("fix-it"), task("c", { after: ["Fix It!"] })]);
    expect(renamed).toEqual([{ from: "Fix It!", to: "fix-it-2", line: 1 }]);
    expect(requireTask(graph, "c").needs).toEqual(["fix-it-2"]);
    expect(exported()[0]).toMatchObject({ id: "fix-it-2", extra: { id: "Fix It!" } });
    expect(bring([task("Fix It!")], true).skipped).toEqual(["fix-it-2"]);
  });
});

describe("edges that cannot be", () => {
  it("to a task that is nowhere are dropped and told", () => {
    const { dropped } = bring([task("a", { after: ["ghost"] })]);
    expect(dropped).toEqual([{ task: "a", needs: "ghost", why: "unknown" }]);
    expect(readyTasks(graph, 9).map(({ id }) => id)).toEqual(["a"]);
    expect(exported()[0]).toMatchObject({ extra: { after: ["ghost"] } });
  });

  it("of a loop: the one that closes it, at the task where the loop begins", () => {
    const { dropped } = bring([
      task("c", { after: ["b"] }),
      task("b", { after: ["a"] }),
      task("a", { after: ["c"], cycle_config: { max_iterations: 3 } }),
      task("self", { after: ["self"] }),
    ]);
    expect(dropped).toEqual([
      { task: "a", needs: "c", why: "cycle" },
      { task: "self", needs: "self", why: "cycle" },
    ]);
    expect(readyTasks(graph, 9).map(({ id }) => id)).toEqual(["a", "self"]);
  });

  it("never make a task wait that was there before", () => {
    addTask(graph, { title: "old", id: "old" }, now);
    const { dropped } = bring([task("new", { blocks: ["old"] }), task("more", { after: ["old"] })]);
    expect(dropped).toEqual([{ task: "old", needs: "new", why: "elsewhere" }]);
    expect(requireTask(graph, "old").blockers).toBe(0);
    expect(requireTask(graph, "more").needs).toEqual(["old"]);
  });

  it("leave no loop, and the counters true, whatever the file says", () => {
    const ids = ["a", "b", "c", "d", "e", "f"];
    const after = fc.array(fc.constantFrom(...ids, "ghost"), { maxLength: 5 });
    const status = fc.constantFrom("open", "done", "failed", "abandoned");
    fc.assert(
      fc.property(fc.tuple(...ids.map(() => fc.record({ after, status }))), (lines) => {
        empty(graph);
        bring(ids.map((id, index) => task(id, lines[index])));
        const tasks = new Map(listTasks(graph).map((each) => [each.id, each]));
        const depth = (id: string, above: string[]): void => {
          expect(above).not.toContain(id);
          for (const need of tasks.get(id)?.needs ?? []) depth(need, [...above, id]);
        };
        for (const each of tasks.values()) {
          depth(each.id, []);
          const waits = each.needs.filter((need) => /open|failed/.test(tasks.get(need)?.status ?? ""));
          expect(each.blockers).toBe(waits.length);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("a file that is refused", () => {
  it.each([
    ["a broken line", '{"kind":"task","id":"b",', "bad-line"],
    ["a line that is no object", "[1]", "bad-line"],
    ["a line without a kind", '{"id":"b"}', "bad-line"],
    ["a task without an id", '{"kind":"task","title":"t"}', "bad-line"],
    ["an id that stands twice", '{"kind":"task","id":"a"}', "twice"],
    [
      "nesting that nobody could write",
      `{"kind":"task","id":"b","x":${"[".repeat(50_000)}${"]".repeat(50_000)}}`,
      "bad-line",
    ],
  ])("for %s names the line, and nothing is imported", (_, line, code) => {
    const text = `${jsonLines([task("a")])}\n${line}\n`;
    expect(() => bring(text)).toThrow(refusal(code, { at: { path: "graph.jsonl", line: 3 } }));
    expect(listTasks(graph)).toEqual([]);
  });

  it("for an id that exists is refused whole, and merged only on request", () => {
    addTask(graph, { title: "mine", id: "a" }, now);
    const lines = [task("b", { after: ["a"] }), task("a")];
    expect(() => bring(lines)).toThrow(refusal("task-exists", { at: { path: "graph.jsonl", line: 2 } }));
    expect(findTask(graph, "b")).toBeUndefined();
    expect(bring(lines, true)).toMatchObject({ imported: ["b"], skipped: ["a"] });
    expect(requireTask(graph, "a").title).toBe("mine");
    expect(requireTask(graph, "b")).toMatchObject({ needs: ["a"], blockers: 1 });
  });
});

it("a preview says the same and changes nothing", () => {
  const text = jsonLines([
    task("a", { skills: [] }),
    task("b", { after: ["a", "x"] }),
    { kind: "actor", id: "c" },
  ]);
  const preview = previewImport(graph, { source: "f", text }, { merge: false }, now);
  expect(exportTasks(graph).text).toBe("");
  expect(importTasks(graph, { source: "f", text }, { merge: false }, now)).toEqual(preview);
});

describe("an export", () => {
  it("of tasks made here reads back as it was", () => {
    addTask(
      graph,
      { title: "One", id: "one", tags: ["b", "a"], model: "nex:q", verify: "true", priority: -3 },
      now,
    );
    addTask(graph, { title: "Two", id: "two", description: "é\u2028\n", needs: ["one"], tier: "fast" }, now);
    addTask(graph, { title: "Three", id: "three", exec: "make" }, now);
    addLog(graph, "one", { by: "user", message: "said" }, now);
    addArtifact(graph, "one", "src/x.ts", undefined, now);
    completeTask(graph, "one", "all well", now);
    failTask(graph, "two", "it broke", now);
    abandonTask(graph, "three", undefined, now);
    const { text } = exportTasks(graph);
    expect(throughAnother(text)).toBe(text);
    expect(text.split("\n")).toHaveLength(4);
  });

  it("of whatever was imported reads back byte for byte", () => {
    const word = fc.oneof(
      fc.string({ unit: "binary", maxLength: 8 }),
      fc.constantFrom("a", "b", "A b", "extra", "kind"),
    );
    const any = fc.jsonValue({ maxDepth: 2 });
    const when = fc.oneof(
      fc.constantFrom(
        "2026-01-28T16:13:12.531198185+00:00",
        "2026-01-28T18:13:12+02:00",
        "2026-01-28T16:13:12.531Z",
      ),
      any,
    );
    const names = fc.array(fc.oneof(word, fc.constantFrom("t1", "t2", "T 3")), { maxLength: 4 });
    const entry = fc.record(
      { at: when, timestamp: when, by: word, actor: any, message: word, extra: any, user: any },
      { requiredKeys: [] },
    );
    const line = fc.record(
      {
        title: fc.oneof(word, any),
        description: fc.oneof(word, any),
        status: fc.oneof(fc.constantFrom("open", "done", "in-progress", "pending-eval", "abandoned"), any),
        paused: any,
        priority: fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constant("low"), any),
        model: fc.oneof(fc.constantFrom("opus", "nex:q", "local:q", "claude:opus"), any),
        tier: any,
        exec: fc.oneof(word, any),
        tags: fc.oneof(names, any),
        after: names,
        blocked_by: fc.oneof(names, any),
        blocks: names,
        created_at: when,
        completed_at: when,
        reason: any,
        failure_reason: any,
        artifacts: fc.oneof(
          fc.array(fc.oneof(word, fc.record({ path: word, at: when, size: any }, { requiredKeys: [] }))),
          any,
        ),
        deliverables: fc.oneof(names, any),
        log: fc.oneof(fc.array(fc.oneof(entry, any), { maxLength: 3 }), any),
        extra: any,
        skills: any,
        cycle_config: any,
      },
      { requiredKeys: [] },
    );
    const whole = fc.tuple(
      line,
      fc.dictionary(word, any, { maxKeys: 3 }),
      fc.dictionary(word, any, { maxKeys: 2 }),
    );
    fc.assert(
      fc.property(fc.tuple(whole, whole, whole), (lines) => {
        empty(graph);
        const given = lines.map(([fields, odd, extra], index) => ({
          ...odd,
          ...fields,
          ...(Object.keys(extra).length > 0 && { extra }),
          kind: "task",
          id: ["t1", "t2", "T 3"][index],
        }));
        bring(JSON.parse(JSON.stringify(given)) as Line[]);
        const { text } = exportTasks(graph);
        expect(throughAnother(text)).toBe(text);
      }),
      { numRuns: 100 },
    );
  });
});

describe("files as the original writes them", () => {
  const samples = path.resolve(import.meta.dirname, "..", "..", "test", "fixtures", "graphs");

  it.each(fs.readdirSync(samples))("%s comes back with every field of every line", (name) => {
    const text = fs.readFileSync(path.join(samples, name), "utf8");
    bring(text);
    const out = exported();
    const lines = text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Line);
    expect(out).toHaveLength(lines.length);
    for (const line of lines) {
      const found = out.find((each) => each["kind"] === line["kind"] && each["id"] === line["id"]) ?? {};
      const inner = (found["extra"] ?? {}) as Line;
      for (const [field, value] of Object.entries(line)) {
        const places = [found[field], inner[field], ...(field === "blocked_by" ? [found["after"]] : [])];
        const sorted = (each: unknown) => (Array.isArray(each) ? [...each].sort() : each);
        expect(places.map(sorted), `${line["id"]}: ${field}`).toContainEqual(sorted(value));
      }
    }
    const { text: again } = exportTasks(graph);
    expect(throughAnother(again)).toBe(again);
  });
});
