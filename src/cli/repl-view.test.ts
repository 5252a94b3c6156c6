import { PassThrough, Writable } from "node:stream";
import { expect, it } from "vitest";
import type { RunResult } from "../graph/result.ts";
import type { RunEvent } from "../handlers/handler.ts";
import type { Io } from "./io.ts";
import { pipeView, type TurnView, terminalView } from "./repl-view.ts";

function shownBy(make: (io: Io) => TurnView, play: (view: TurnView) => void, columns = 40) {
  const shown = { stdout: "", stderr: "" };
  const stderr = new Writable({
    write(text, _encoding, done) {
      shown.stderr += String(text);
      done();
    },
  });
  const io: Io = {
    env: { NO_COLOR: "1" },
    cwd: "/",
    stdin: new PassThrough(),
    stdout: {
      isTTY: true,
      columns,
      write: (text) => {
        shown.stdout += text;
      },
    },
    stderr,
    now: () => new Date(0),
    signal: new AbortController().signal,
    patient: false,
    status: 0,
  };
  const view = make(io);
  play(view);
  view.close();
  return shown;
}

const result = (more: Partial<RunResult> = {}): RunResult => ({
  outcome: "done",
  summary: "",
  usage: { input: 1200, output: 34, cached: 0 },
  cost: { source: "unknown" },
  turns: 1,
  servedModels: ["qwen"],
  servedBy: "answered",
  denials: 0,
  ...more,
});
const tell = (view: TurnView, ...events: RunEvent[]) => {
  for (const event of events) view.event(event);
};

it("what is told live is shown once, and tools stand between in lines of their own", () => {
  const { stdout } = shownBy(terminalView, (view) => {
    view.text("I lo");
    view.text("ok.");
    tell(view, { kind: "text", text: "I look." });
    tell(view, { kind: "tool", id: "1", name: "shell", input: '{"timeout_seconds":5,"command":"ls\\n-la"}' });
    tell(view, { kind: "tool-result", id: "1", ok: true, output: "a\nb\n" });
    view.text("\n\nDone");
    view.result(result(), 1234);
  });
  expect(stdout).toBe("I look.\n▸ shell ls ⏎ -la\n  a\n  b\nDone\nqwen · 1200 in, 34 out · 1.2s\n");
});

it("a handler that tells nothing live is shown by its texts", () => {
  const { stdout } = shownBy(terminalView, (view) => {
    tell(view, { kind: "text", text: "one" }, { kind: "text", text: "two" });
    view.result(result({ outcome: "cancelled" }), 10);
  });
  expect(stdout).toBe("one\ntwo\ninterrupted\nqwen · 1200 in, 34 out · 0.0s\n");
});

it("lines of tools are cut to the terminal, wide characters counted as such, and never obeyed", () => {
  const { stdout } = shownBy(
    terminalView,
    (view) => {
      tell(view, { kind: "tool", id: "1", name: "read", input: '{"path":"漢字漢字漢字漢字漢字.txt"}' });
      tell(view, { kind: "tool-result", id: "1", ok: false, output: "\u001b[31mred\u001b]0;x\u0007\t!" });
    },
    20,
  );
  expect(stdout).toBe("▸ read 漢字漢字漢…\n  \\x1b[31mred\\x1b]…\n");
});

it("a failure is said with its class, and a second try told", () => {
  const { stdout } = shownBy(terminalView, (view) => {
    view.text("half an ans");
    tell(view, { kind: "retry", attempt: 1, reason: "cut" });
    view.text("whole");
    view.result(result({ outcome: "failed", failure: { class: "quota", message: "spent\nall" } }), 0);
  });
  expect(stdout).toBe(
    "half an ans\nagain (1): cut\nwhole\nfailed (quota): spent\\nall\nqwen · 1200 in, 34 out · 0.0s\n",
  );
});

it("behind a pipe the words alone are on stdout", () => {
  const { stdout, stderr } = shownBy(pipeView, (view) => {
    view.text("look\u001b[2J");
    tell(view, { kind: "tool", id: "1", name: "shell", input: '{"command":"ls"}' });
    view.text("done");
    view.result(result(), 0);
  });
  expect(stdout).toBe("look\\x1b[2J\ndone\n");
  expect(stderr).toBe("shell ls\nqwen · 1200 in, 34 out · 0.0s\n");
});
