// The graph's file: made, opened, moved forward, refused; and changes that happen whole or not at all.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Project, projectAt } from "../base/home.ts";
import { DatabaseSync } from "../base/sqlite.ts";
import { change, changeMark, closeGraph, createGraph, obstacle, openGraph } from "./database.ts";
import { applicationId, migrations } from "./migrations.ts";
import { addTask, findTask, listTasks } from "./task.ts";

const now = new Date("2026-11-23T12:00:00Z");
const refusal = (code: string) => expect.objectContaining({ code });
let folder: string;
let project: Project;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "wg-database-"));
  project = projectAt(folder);
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

/** Writes a database of someone else's making into the project. */
function craft(sql: string): void {
  fs.mkdirSync(project.folder, { recursive: true });
  const database = new DatabaseSync(project.database);
  database.exec(sql);
  database.close();
}

const modeOf = (file: string) => (fs.statSync(file).mode & 0o777).toString(8);

describe("createGraph", () => {
  it("makes the folder for its owner alone, and the file, whatever the umask", () => {
    const before = process.umask(0);
    try {
      const graph = createGraph(project);
      expect(modeOf(project.folder)).toBe("700");
      for (const name of fs.readdirSync(project.folder))
        expect(modeOf(path.join(project.folder, name))).toBe("600");
      closeGraph(graph);
    } finally {
      process.umask(before);
    }
  });

  it("opens what is there already", () => {
    const first = createGraph(project);
    addTask(first, { title: "a" }, now);
    closeGraph(first);
    const second = createGraph(project);
    expect(listTasks(second)).toHaveLength(1);
    closeGraph(second);
  });

  it("writes ahead, and has each acknowledged change on the disk", () => {
    const graph = createGraph(project);
    expect(graph.database.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
    expect(graph.database.prepare("PRAGMA synchronous").get()).toEqual({ synchronous: 2 });
    expect(graph.database.prepare("PRAGMA foreign_keys").get()).toEqual({ foreign_keys: 1 });
    closeGraph(graph);
  });

  it("refuses where the folder is a file", () => {
    fs.writeFileSync(project.folder, "");
    expect(() => createGraph(project)).toThrow(refusal("cannot-open"));
  });
});

describe("openGraph", () => {
  it("refuses a folder without a graph, with the way to one", () => {
    fs.mkdirSync(project.folder);
    expect(() => openGraph(project)).toThrow(
      expect.objectContaining({ code: "no-graph", hint: "make one with: wg init" }),
    );
    expect(fs.readdirSync(project.folder)).toEqual([]);
  });

  it("finishes a file that was made and never filled", () => {
    fs.mkdirSync(project.folder);
    fs.writeFileSync(project.database, "");
    const graph = openGraph(project);
    expect(listTasks(graph)).toEqual([]);
    closeGraph(graph);
  });

  it.each(migrations.map((_, version) => version).slice(1))(
    "moves a graph of version %i forward, with its tasks",
    (version) => {
      craft(
        `PRAGMA journal_mode = WAL; ${migrations.slice(0, version).join("\n")}
       INSERT INTO task (id, status, priority, created_at, title, description)
       VALUES ('old', 'open', 0, '2026-01-01T00:00:00.000Z', 'Old', '');
       PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${version}`,
      );
      const graph = openGraph(project);
      expect(addTask(graph, { title: "new", needs: ["old"] }, now).blockers).toBe(1);
      expect(listTasks(graph).map(({ id }) => id)).toEqual(["old", "new"]);
      closeGraph(graph);
      expect(listTasks(openGraph(project))).toHaveLength(2);
    },
  );

  it("refuses a graph of a newer wg", () => {
    craft(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${migrations.length + 1}`);
    expect(() => openGraph(project)).toThrow(/newer wg/);
  });

  it.each([
    ["a database of another program", () => craft("CREATE TABLE theirs (x)")],
    ["a database of another program that numbers its versions", () => craft("PRAGMA user_version = 1")],
    ["a text file", () => craftText("hello ".repeat(1_000))],
  ])("refuses %s and leaves it alone", (_, make) => {
    make();
    const before = fs.readFileSync(project.database);
    expect(() => openGraph(project)).toThrow(refusal("bad-graph"));
    expect(fs.readFileSync(project.database).equals(before)).toBe(true);
  });

  it("refuses a damaged graph", () => {
    const graph = createGraph(project);
    graph.database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    closeGraph(graph);
    const handle = fs.openSync(project.database, "r+");
    fs.writeSync(handle, Buffer.alloc(8_192, 0xff), 0, 8_192, 100);
    fs.closeSync(handle);
    expect(() => listTasks(openGraph(project))).toThrow(refusal("bad-graph"));
  });

  it("refuses a graph that is held for too long, and says so", () => {
    const holder = createGraph(project);
    holder.database.exec("BEGIN IMMEDIATE");
    const graph = openGraph(project, 50);
    expect(() => addTask(graph, { title: "a" }, now)).toThrow(refusal("locked"));
    expect(listTasks(graph)).toEqual([]);
    holder.database.exec("ROLLBACK");
    expect(addTask(graph, { title: "a" }, now).id).toBe("a");
    closeGraph(graph);
    closeGraph(holder);
  });

  it("is an obstacle that is seen without waiting, and leaves the file as it was", () => {
    const holder = createGraph(project);
    const graph = openGraph(project, 60_000);
    const version = () => holder.database.prepare("PRAGMA user_version").get();
    const before = version();
    expect(obstacle(graph)).toBeUndefined();
    holder.database.exec("BEGIN IMMEDIATE");
    expect(obstacle(graph)).toMatchObject({ code: "locked" });
    holder.database.exec("ROLLBACK");
    expect(obstacle(graph)).toBeUndefined();
    expect(version()).toEqual(before);
    expect(graph.database.prepare("PRAGMA busy_timeout").get()).toEqual({ timeout: 60_000 });
    closeGraph(graph);
    closeGraph(holder);
  });
});

function craftText(text: string): void {
  fs.mkdirSync(project.folder);
  fs.writeFileSync(project.database, text);
}

describe("change", () => {
  it("takes everything back when a step of it fails, also in a change within", () => {
    const graph = createGraph(project);
    const fail = () => {
      throw new Error("after both");
    };
    expect(() =>
      change(graph, () => {
        addTask(graph, { title: "a" }, now);
        change(graph, () => addTask(graph, { title: "b" }, now));
        fail();
      }),
    ).toThrow("after both");
    expect(listTasks(graph)).toEqual([]);
    closeGraph(graph);
  });

  it("on a full disk is refused, leaves nothing half done, and works again when there is room", () => {
    const graph = createGraph(project);
    addTask(graph, { title: "a" }, now);
    graph.database.exec("PRAGMA max_page_count = 30");
    const description = "x".repeat(200_000);
    expect(() => addTask(graph, { title: "b", description, needs: ["a"] }, now)).toThrow(
      refusal("disk-full"),
    );
    expect(findTask(graph, "b")).toBeUndefined();
    graph.database.exec("PRAGMA max_page_count = 1000000");
    expect(addTask(graph, { title: "b", description, needs: ["a"] }, now).blockers).toBe(1);
    closeGraph(graph);
  });
});

describe("changeMark", () => {
  it("differs after a change of this process or another, and only then", () => {
    const mine = createGraph(project);
    const theirs = openGraph(project);
    const marks = [changeMark(mine)];
    listTasks(mine);
    expect(changeMark(mine)).toBe(marks[0]);
    addTask(mine, { title: "a" }, now);
    marks.push(changeMark(mine));
    addTask(theirs, { title: "b" }, now);
    marks.push(changeMark(mine));
    expect(new Set(marks).size).toBe(3);
    closeGraph(theirs);
    closeGraph(mine);
  });
});
