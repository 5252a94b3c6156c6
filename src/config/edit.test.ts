// Edits of files as people write them: where a new key goes, and what stays.
import { describe, expect, it } from "vitest";
import { WgError } from "../base/error.ts";
import { appendTable, setValue, unsetValue } from "./edit.ts";

const endpoints = ["llm_endpoints", "endpoints"];

describe("setting a value", () => {
  it("replaces the value alone; the comment beside it keeps its column", () => {
    expect(setValue('[agent]\nmodel   =  "a"   # why\n', ["agent", "model"], "b")).toBe(
      '[agent]\nmodel   =  "b"   # why\n',
    );
  });

  it("puts a new key behind the last of its table, written the way its neighbour is", () => {
    expect(setValue('[agent]\n  model = "a" # why\n\n# next\n[tiers]\n', ["agent", "timeout"], "1h")).toBe(
      '[agent]\n  model = "a" # why\n  timeout = "1h"\n\n# next\n[tiers]\n',
    );
    expect(setValue('agent . model = "a"\n[tiers]\n', ["agent", "timeout"], "1h")).toBe(
      'agent . model = "a"\nagent . timeout = "1h"\n[tiers]\n',
    );
  });

  it("adds a table behind the last of its family, else at the end", () => {
    const text = '[models.flip]\nmodel = "a"\n\n[tiers]\nfast = "b"\n';
    expect(setValue(text, ["models", "chat", "model"], "c")).toBe(
      '[models.flip]\nmodel = "a"\n\n[models.chat]\nmodel = "c"\n\n[tiers]\nfast = "b"\n',
    );
    expect(setValue(text, ["env", "A"], "1")).toBe(`${text}\n[env]\nA = "1"\n`);
  });

  it("puts a key of the root before the first header and its comment", () => {
    expect(setValue("# about tiers\n[tiers]\n", ["model_mismatch"], "fail")).toBe(
      'model_mismatch = "fail"\n\n# about tiers\n[tiers]\n',
    );
    expect(setValue("# mine\n\n# about tiers\n[tiers]\n", ["model_mismatch"], "fail")).toBe(
      '# mine\n\nmodel_mismatch = "fail"\n\n# about tiers\n[tiers]\n',
    );
  });

  it("goes on with dotted keys where those have begun a table", () => {
    expect(setValue('handlers.claude.env.A = "1"\n', ["handlers", "claude", "command"], "c")).toBe(
      'handlers.claude.env.A = "1"\nhandlers.claude.command = "c"\n',
    );
  });

  it("works in inline tables, empty and not", () => {
    expect(setValue('env = { A = "1" }\n', ["env", "B"], "2")).toBe('env = { A = "1", B = "2" }\n');
    expect(setValue("env = {}\n", ["env", "B"], "2")).toBe('env = { B = "2" }\n');
    expect(setValue('env = { A = "1" }\n', ["env", "A"], { ref: "env:X" })).toBe(
      'env = { A = { ref = "env:X" } }\n',
    );
  });

  it("replaces a value that stands as a table of its own, and keeps the comments of that table", () => {
    expect(setValue('[env.A] # secret\nref = "env:X" # there\n', ["env", "A"], "plain")).toBe(
      '# secret\n# there\n\n[env]\nA = "plain"\n',
    );
  });

  it("keeps CRLF, a byte order mark and a missing last line end", () => {
    expect(setValue('\ufeff[agent]\r\nmodel = "a"', ["agent", "timeout"], "1h")).toBe(
      '\ufeff[agent]\r\nmodel = "a"\r\ntimeout = "1h"',
    );
    expect(setValue("\ufeff", ["agent", "timeout"], "1h")).toBe('\ufeff[agent]\ntimeout = "1h"\n');
    expect(setValue("", ["agent", "timeout"], "1h")).toBe('[agent]\ntimeout = "1h"\n');
  });

  it("escapes what a value holds, so that no value can become a key", () => {
    const text = setValue("", ["env", "A"], 'x"\n[agent]\nmodel = "y\u007f');
    expect(text).toBe('[env]\nA = "x\\"\\n[agent]\\nmodel = \\"y\\u007f"\n');
  });

  it("is refused where a comment stands inside the old value", () => {
    expect(() => setValue("fallback = [\n  # the good one\n  'a',\n]\n", ["fallback"], ["b"])).toThrow(
      "a comment inside the value would be lost",
    );
  });

  it("is refused where the parent is no table", () => {
    expect(() => setValue("agent = 3\n", ["agent", "model"], "b")).toThrow("agent is no table");
  });

  it("that holds nothing, in place of a header in a table of a list, is refused rather than put elsewhere", () => {
    const text = "[[list]]\n[list.a.b]\n";
    for (const value of [[], {}]) {
      expect(() => setValue(text, ["list", 0, "a", "b"], value)).toThrow("it lies in a table of a list");
    }
  });
});

describe("unsetting a value", () => {
  it("takes its line away and keeps the comment that stood on it", () => {
    expect(unsetValue('[agent]\n  model = "a" # why\ntimeout = "1h"\n', ["agent", "model"])).toBe(
      '[agent]\n  # why\ntimeout = "1h"\n',
    );
    expect(unsetValue("\ufeffa = 1\nb = 2", ["a"])).toBe("\ufeffb = 2");
  });

  it("takes a member of an inline table with its comma", () => {
    const text = "e = { A = 1, B = 2, C = 3 }\n";
    expect(unsetValue(text, ["e", "A"])).toBe("e = { B = 2, C = 3 }\n");
    expect(unsetValue(text, ["e", "C"])).toBe("e = { A = 1, B = 2 }\n");
    expect(unsetValue("e = { A = 1 }\n", ["e", "A"])).toBe("e = {  }\n");
  });

  it("takes one table of a list with all its lines, and no comment", () => {
    const text =
      '# one\n[[llm_endpoints.endpoints]]\nname = "a"\n# two\n[[llm_endpoints.endpoints]] # 2\nname = "b" # b\n';
    expect(unsetValue(text, [...endpoints, 1])).toBe(
      '# one\n[[llm_endpoints.endpoints]]\nname = "a"\n# two\n# 2\n# b\n',
    );
    expect(unsetValue(text, endpoints)).toBe("# one\n# two\n# 2\n# b\n");
  });

  it("that is not there is refused with exit status 4", () => {
    const act = () => unsetValue("a = 1\n", ["b"]);
    expect(act).toThrow(WgError);
    expect(act).toThrow(expect.objectContaining({ code: "not-set", exit: 4 }));
  });
});

describe("one more table in a list", () => {
  const table = { name: "b", is_default: true };

  it("becomes a section behind the last one", () => {
    expect(appendTable('[[llm_endpoints.endpoints]]\nname = "a"\n\n[tiers]\n', endpoints, table)).toBe(
      '[[llm_endpoints.endpoints]]\nname = "a"\n\n[[llm_endpoints.endpoints]]\nname = "b"\nis_default = true\n\n[tiers]\n',
    );
  });

  it("becomes a member of an inline list", () => {
    expect(appendTable('llm_endpoints.endpoints = [{ name = "a" }] # x\n', endpoints, table)).toBe(
      'llm_endpoints.endpoints = [{ name = "a" }, { name = "b", is_default = true }] # x\n',
    );
    expect(appendTable("[llm_endpoints]\nendpoints = []\n", endpoints, { name: "b" })).toBe(
      '[llm_endpoints]\nendpoints = [{ name = "b" }]\n',
    );
  });
});
