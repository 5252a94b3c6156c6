import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { newStore, openStore } from "./nex-store.ts";
import { redactor } from "./redact.ts";

let folder: string;
beforeEach(() => {
  folder = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "wg-store-")), "sessions");
});
afterEach(() => fs.rmSync(path.dirname(folder), { recursive: true, force: true }));

const secret = "sk-0123456789";
const redact = redactor([secret]);
const user = (content: string) => ({ role: "user", content });
const said = (content: string) => ({ role: "assistant", content });

function begun(): string {
  const store = newStore(folder, redact);
  store.add(user("the key is sk-0123456789"));
  store.add(said("naïve 漢字"));
  if (store.id === undefined) throw new Error("no id");
  return store.id;
}

const fileOf = (id: string) => path.join(folder, `${id}.jsonl`);

it("a conversation is there for the next process, without secrets, for its user only", () => {
  const id = begun();
  const { store, conversation } = openStore(folder, id, redact);
  expect(store.id).toBe(id);
  expect(conversation).toEqual({ messages: [user("the key is ***"), said("naïve 漢字")] });
  expect(fs.statSync(fileOf(id)).mode & 0o777).toBe(0o600);
  expect(fs.statSync(folder).mode & 0o777).toBe(0o700);
});

it("a line that was cut short is lost alone, wherever it was cut", () => {
  const id = begun();
  const whole = fs.readFileSync(fileOf(id));
  const firstEnd = whole.indexOf(10) + 1;
  for (let length = firstEnd; length < whole.length - 1; length++) {
    fs.writeFileSync(fileOf(id), whole.subarray(0, length));
    openStore(folder, id, redact).store.add(said("next"));
    expect(openStore(folder, id, redact).conversation.messages).toEqual([
      user("the key is ***"),
      said("next"),
    ]);
  }
});

it("a shorter conversation takes the place of the longer one, and is added to", () => {
  const id = begun();
  const { store } = openStore(folder, id, redact);
  store.replace({ messages: [user("first")], summary: `notes on ${secret}` });
  store.add(said("more"));
  expect(openStore(folder, id, redact).conversation).toEqual({
    messages: [user("first"), said("more")],
    summary: "notes on ***",
  });
  expect(fs.statSync(fileOf(id)).mode & 0o777).toBe(0o600);
  expect(fs.readdirSync(folder)).toEqual([`${id}.jsonl`]);
});

it.each(["none", "", "../x", "a/b", "."])("there is no conversation %j", (id) => {
  begun();
  fs.writeFileSync(path.join(folder, "..", "x.jsonl"), "{}\n");
  expect(() => openStore(folder, id, redact)).toThrow("there is no conversation");
});
