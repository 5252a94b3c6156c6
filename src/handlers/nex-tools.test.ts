// The tools, called as a model calls them.
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ToolContext } from "./nex-tool.ts";
import { makeCall, offerOf, toolsFor } from "./nex-tools.ts";
import { runProcesses } from "./sweep.ts";

let top: string;
let root: string;
let context: ToolContext;
let runs = 0;
beforeEach(() => {
  top = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "wg-tools-")));
  root = path.join(top, "work");
  const folder = path.join(top, "run");
  for (const made of [root, folder]) fs.mkdirSync(made);
  runs += 1;
  const run = `r-tools-${process.pid}-${runs}`;
  const env = { PATH: process.env["PATH"] ?? "", WG_RUN_ID: run };
  context = {
    bounds: { root, isConfined: true },
    run,
    folder,
    env,
    maxCommandMs: 60_000,
    redact: (text) => text,
  };
});
afterEach(() => fs.rmSync(top, { recursive: true, force: true }));

const call = (name: string, args: unknown, signal = new AbortController().signal) =>
  makeCall(
    { id: "c", name, input: typeof args === "string" ? args : JSON.stringify(args) },
    toolsFor("workspace"),
    context,
    signal,
  );
const at = (...parts: string[]) => path.join(root, ...parts);

describe("read", () => {
  it("gives a file as it is, and a long one in parts that join to the whole", async () => {
    const lines = Array.from({ length: 2500 }, (_, n) => `line ${n + 1}`);
    fs.writeFileSync(at("long"), `${lines.join("\n")}\n`);
    let offset = 1;
    const seen: string[] = [];
    for (let parts = 0; offset > 0 && parts < 20; parts++) {
      const { output } = await call("read", { path: "long", offset });
      const [head = "", ...rest] = output.split("\n");
      seen.push(...rest);
      expect(output.length).toBeLessThan(17_000);
      offset = Number(/go on with offset (\d+)/.exec(head)?.[1] ?? 0);
    }
    expect(seen).toEqual(lines);
    expect((await call("read", { path: "long", offset: "7", limit: 2 })).output).toBe(
      "[lines 7 to 8 of 2500; go on with offset 9]\nline 7\nline 8",
    );
    expect((await call("read", { path: "long", offset: 9999 })).output).toBe("the file has only 2500 lines");
  });

  it("gives every character of any short text", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", minLength: 1, maxLength: 200 }), async (text) => {
        fc.pre(!text.includes("\0") && !text.endsWith("\n"));
        fs.writeFileSync(at("any"), text);
        expect((await call("read", { path: "any" })).output).toBe(text);
      }),
      { numRuns: 50 },
    );
  });

  it("refuses what is no text file, at once", async () => {
    fs.writeFileSync(at("binary"), Buffer.from([1, 0, 2]));
    fs.writeFileSync(at("latin"), Buffer.from([0x66, 0xfc, 0x72]));
    fs.writeFileSync(at("empty"), "");
    execFileSync("mkfifo", [at("pipe")]);
    fs.writeFileSync(at("huge"), "");
    fs.truncateSync(at("huge"), 20_000_000);
    expect(await call("read", { path: "binary" })).toEqual({ ok: false, output: "binary is no text file" });
    expect(await call("read", { path: "latin" })).toEqual({ ok: false, output: "latin is no text file" });
    expect(await call("read", { path: "pipe" })).toEqual({ ok: false, output: "pipe is no regular file" });
    expect((await call("read", { path: "huge" })).output).toContain("20000000 bytes, too many to read");
    expect((await call("read", { path: "empty/x" })).output).toBe("a part of the path is no folder");
    expect((await call("read", { path: "x".repeat(5000) })).output).toBe("the name is too long");
    expect(await call("read", { path: "empty" })).toEqual({ ok: true, output: "(the file is empty)" });
  });

  it("cuts a line that is endless", async () => {
    fs.writeFileSync(at("wide"), `${"w".repeat(1_000_000)}\nnext`);
    const { output } = await call("read", { path: "wide" });
    expect(output.length).toBeLessThan(5000);
    expect(output.endsWith("…\nnext")).toBe(true);
  });
});

describe("write and edit", () => {
  it("write any text, byte for byte, in folders that were not there", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", maxLength: 300 }), async (content) => {
        expect((await call("write", { path: "a/b/c.txt", content })).ok).toBe(true);
        expect(fs.readFileSync(at("a", "b", "c.txt"), "utf8")).toBe(content);
      }),
      { numRuns: 50 },
    );
  });

  it("keep a file's mode, and follow a link that stays inside", async () => {
    fs.writeFileSync(at("tool.sh"), "#!/bin/sh\necho a\n", { mode: 0o755 });
    fs.symlinkSync("tool.sh", at("link"));
    await call("edit", { path: "link", old_text: "echo a", new_text: "echo $& $1" });
    expect(fs.readFileSync(at("tool.sh"), "utf8")).toBe("#!/bin/sh\necho $& $1\n");
    expect(fs.statSync(at("tool.sh")).mode & 0o777).toBe(0o755);
    expect(fs.lstatSync(at("link")).isSymbolicLink()).toBe(true);
  });

  it("refuse a folder, a pipe, and a path through a file", async () => {
    fs.mkdirSync(at("folder"));
    fs.writeFileSync(at("file"), "");
    execFileSync("mkfifo", [at("pipe")]);
    expect((await call("write", { path: "folder", content: "" })).output).toBe("folder is no regular file");
    expect((await call("write", { path: "pipe", content: "" })).output).toBe("pipe is no regular file");
    expect((await call("write", { path: "file/x", content: "" })).ok).toBe(false);
  });

  it("change one place, or all when told so, and nothing when it is not clear which", async () => {
    fs.writeFileSync(at("f"), "one two one");
    expect((await call("edit", { path: "f", old_text: "one", new_text: "1" })).output).toBe(
      "old_text stands in f 2 times; take more of the text around it, or set all to true",
    );
    expect((await call("edit", { path: "f", old_text: "three", new_text: "3" })).output).toContain(
      "does not stand in f",
    );
    expect((await call("edit", { path: "f", old_text: "", new_text: "3" })).output).toBe(
      "old_text is empty; use write",
    );
    expect((await call("edit", { path: "f", old_text: "one", new_text: "one" })).ok).toBe(false);
    expect(fs.readFileSync(at("f"), "utf8")).toBe("one two one");
    expect((await call("edit", { path: "f", old_text: "one", new_text: "1", all: "true" })).output).toBe(
      "changed f in 2 places",
    );
    expect(fs.readFileSync(at("f"), "utf8")).toBe("1 two 1");
  });

  it("keep CRLF when the model writes LF", async () => {
    fs.writeFileSync(at("dos"), "a\r\nb\r\nc\r\n");
    await call("edit", { path: "dos", old_text: "a\nb", new_text: "a\nx\ny" });
    expect(fs.readFileSync(at("dos"), "utf8")).toBe("a\r\nx\r\ny\r\nc\r\n");
  });
});

describe("list and search", () => {
  beforeEach(() => {
    for (const folder of ["src/deep", "node_modules/x", ".git"])
      fs.mkdirSync(at(folder), { recursive: true });
    fs.writeFileSync(at("src", "a.ts"), "const alpha = 1;\nconst beta = 2;\n");
    fs.writeFileSync(at("src", "deep", "b.js"), "let ALPHA;\n");
    fs.writeFileSync(at("node_modules", "x", "c.ts"), "alpha\n");
    fs.writeFileSync(at("src", "data.bin"), Buffer.from("alpha\0"));
    fs.symlinkSync("..", at("src", "up"));
  });

  it("list one folder, or all below it", async () => {
    expect((await call("list", {})).output).toBe(".git/\nnode_modules/\nsrc/");
    expect((await call("list", { path: "src", deep: true })).output).toBe(
      "a.ts\ndata.bin\ndeep/\nup (a link)\ndeep/b.js",
    );
    fs.mkdirSync(at("none"));
    expect((await call("list", { path: "none" })).output).toBe("(empty)");
    expect((await call("list", { path: "src/a.ts" })).output).toBe("a part of the path is no folder");
  });

  it("list no more than a model can take", async () => {
    for (let n = 0; n < 1100; n++) fs.writeFileSync(at("src", "deep", `f${n}`), "");
    const { output } = await call("list", { path: "src/deep" });
    expect(output.split("\n")).toHaveLength(1001);
    expect(output).toContain("[more than 1000 entries");
  });

  it("find lines, in files of a name, in whatever case", async () => {
    expect((await call("search", { pattern: "alpha" })).output).toBe("src/a.ts:1: const alpha = 1;");
    expect((await call("search", { pattern: "ALPHA", ignore_case: true, files: "*.js" })).output).toBe(
      "src/deep/b.js:1: let ALPHA;",
    );
    expect(
      (await call("search", { pattern: "const (\\w+)", path: "src/a.ts" })).output.split("\n"),
    ).toHaveLength(2);
    expect((await call("search", { pattern: "let", files: "deep/*.js", path: "src" })).output).toContain(
      "b.js:1",
    );
    expect((await call("search", { pattern: "let", files: "**/b.js" })).output).toContain("b.js:1");
    expect((await call("search", { pattern: "gamma" })).output).toBe("nothing found");
    expect((await call("search", { pattern: "x", path: "none" })).output).toBe(
      "there is no such file or folder",
    );
  });

  it("show no more hits than a model can take", async () => {
    fs.writeFileSync(at("many"), "hit\n".repeat(5000));
    const { output } = await call("search", { pattern: "hit" });
    expect(output.split("\n")).toHaveLength(201);
    expect(output).toContain("[there is more");
  });

  it("stop an expression that explodes", async () => {
    fs.writeFileSync(at("trap"), `${"a".repeat(40)}!\n`);
    expect((await call("search", { pattern: "(a+)+$" })).output).toContain("the expression takes too long");
  });

  it("end when they are told to", async () => {
    await expect(call("search", { pattern: "x" }, AbortSignal.abort(new Error("stop")))).rejects.toThrow(
      "stop",
    );
    await expect(call("list", { deep: true }, AbortSignal.abort(new Error("stop")))).rejects.toThrow("stop");
  });
});

describe("shell", () => {
  it("runs in the working directory and gives both outputs in order, with the exit code", async () => {
    expect(await call("shell", { command: "pwd; echo b >&2; echo c" })).toEqual({
      ok: true,
      output: `${root}\nb\nc`,
    });
    expect(await call("shell", { command: "exit 3" })).toEqual({ ok: false, output: "[exit code 3]" });
    expect(await call("shell", { command: "true" })).toEqual({ ok: true, output: "(no output)" });
    expect((await call("shell", { command: "if then" })).output).toMatch(
      /syntax error[\s\S]*\[exit code 2\]/,
    );
    expect((await call("shell", { command: "cat; echo ended" })).output).toBe("ended");
    expect((await call("shell", { command: "kill -9 $$" })).output).toBe("[ended by SIGKILL]");
  });

  it("gives the beginning and the end of a flood", async () => {
    const { output } = await call("shell", { command: "seq 1 200000" });
    expect(output.length).toBeLessThan(13_000);
    expect(output.startsWith("1\n2\n3\n")).toBe(true);
    expect(output.endsWith("\n199999\n200000")).toBe(true);
    expect(Number(/\[\.\.\. (\d+) characters left out/.exec(output)?.[1])).toBeGreaterThan(1_000_000);
  });

  it("shows no broken character where it cuts", async () => {
    const { output } = await call("shell", { command: `node -e 'process.stdout.write("🦀".repeat(20001))'` });
    expect(Buffer.from(output).toString()).toBe(output);
    expect(output).not.toContain("\ufffd");
  });

  it("ends a command after its time, with all it started", async () => {
    const { ok, output } = await call("shell", {
      command: "echo begun; sleep 600 & sleep 600",
      timeout_seconds: 1,
    });
    // The shell may still say what became of its own child.
    expect([ok, output]).toEqual([
      false,
      expect.stringMatching(/^begun\n(Terminated\n)?\[stopped after 1 s\]$/),
    ]);
    expect(runProcesses(context.run)).toEqual([]);
  });

  it("ends what a command leaves in the background, and says so", async () => {
    const { ok, output, warning } = await call("shell", { command: "sleep 600 & echo ok" });
    expect(ok).toBe(true);
    expect(output).toBe("ok\n[ended 1 process that the agent left running]");
    expect(warning).toBe("ended 1 process that the agent left running");
    expect(runProcesses(context.run)).toEqual([]);
  });

  it("reports a working directory that is gone", async () => {
    fs.rmSync(root, { recursive: true });
    expect((await call("shell", { command: "true" })).output).toContain("does not exist");
  });
});

describe("any call", () => {
  it("with any arguments is answered, and touches nothing outside", async () => {
    const args = fc.record(
      Object.fromEntries(
        ["path", "content", "offset", "limit", "old_text", "new_text", "all", "deep", "pattern", "files"].map(
          (name) => [name, fc.option(fc.jsonValue({ maxDepth: 1 }), { nil: undefined })],
        ),
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("read", "write", "edit", "list", "search", "nothing"),
        args,
        async (name, given) => {
          const outcome = await call(name, given);
          expect(typeof outcome.output).toBe("string");
        },
      ),
      { numRuns: 300 },
    );
    expect(fs.readdirSync(top).sort()).toEqual(["run", "work"]);
  });

  it.each([
    "",
    "{}",
    " ",
    "null",
    "[]",
    '"x"',
    "{",
    '{"command":"echo hi"}',
    '"{\\"command\\":\\"echo hi\\"}"',
  ])("with %j as its arguments is answered", async (input) => {
    const outcome = await call("shell", input);
    expect(outcome.ok).toBe(input.includes("echo hi"));
  });

  it("is offered with a schema that names what it needs", () => {
    for (const offer of offerOf(toolsFor("full"))) {
      const { parameters } = offer["function"] as { parameters: { required: string[]; properties: object } };
      expect(Object.keys(parameters.properties)).toEqual(expect.arrayContaining(parameters.required));
    }
  });
});
