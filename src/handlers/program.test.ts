// Finding programs as a run would.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { WgError } from "../base/error.ts";
import { findProgram, nativeCodex } from "./program.ts";

const wanted = { setting: "handlers.codex.command", name: "codex", install: "install it" };
let root: string;

beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "wg-program-")));
});
afterEach(() => fs.rmSync(root, { recursive: true }));

function program(name: string, mode = 0o755): string {
  const file = path.join(root, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, "#!/bin/sh\n", { mode });
  return file;
}

function refusal(command: string | undefined, env: Record<string, string>): WgError {
  try {
    findProgram(wanted, command, env);
  } catch (error) {
    if (error instanceof WgError) return error;
  }
  throw new Error("not refused");
}

it("a program is found on the PATH of the run, past what cannot be executed", () => {
  program("a/codex", 0o644);
  const file = program("b/codex");
  expect(findProgram(wanted, undefined, { PATH: `${root}/a::relative:${root}/b` })).toBe(file);
  expect(findProgram(wanted, "~/b/codex", { HOME: root })).toBe(file);
});

it("a missing program is refused with the setting's name and how to install it", () => {
  const error = refusal(undefined, { PATH: root });
  expect(error.message).toBe("codex is not on PATH");
  expect(error.hint).toBe("install it, or set handlers.codex.command to where it is");
  expect(refusal(program("c", 0o644), {}).message).toMatch("is not executable");
  expect(refusal(`${root}/nowhere`, {}).message).toMatch("does not exist");
  expect(refusal("./codex", {}).message).toMatch("not an absolute path");
});

it("behind npm's codex.js the native binary is taken, through links, and the script where there is none", () => {
  const script = program("lib/node_modules/@openai/codex/bin/codex.js");
  const link = path.join(root, "codex");
  fs.symlinkSync(script, link);
  expect(nativeCodex(link)).toBe(link);
  const triple = `${process.arch === "arm64" ? "aarch64" : "x86_64"}-${process.platform === "darwin" ? "apple-darwin" : "unknown-linux-musl"}`;
  const packed = `lib/node_modules/@openai/codex-${process.platform}-${process.arch}`;
  program(`${packed}/package.json`);
  fs.writeFileSync(path.join(root, packed, "package.json"), "{}");
  const binary = program(`${packed}/vendor/${triple}/bin/codex`);
  expect(nativeCodex(link)).toBe(binary);
  expect(nativeCodex(binary)).toBe(binary);
});
