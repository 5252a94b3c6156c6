// What is taken for a key, and what is not.
import { expect, it } from "vitest";
import { keyLine, keyVariable, mayBeSecret } from "./secret-text.ts";

it.each([
  ["OPENAI_API_KEY", "x"],
  ["GH_TOKEN", "x"],
  ["ANTHROPIC_CUSTOM_HEADERS", "a: b"],
  ["ANYTHING", "sk-ant-0123456789"],
  ["ANYTHING", "eyJhbGciOiJIUzI1NiIsInR5cCI6.x"],
  ["HTTPS_PROXY", "http://ada:pass@proxy"],
  ["SESSION", "0123456789abcdef0123456789abcdef"],
])("%s=%s may be a secret", (name, value) => {
  expect(mayBeSecret(name, value)).toBe(true);
});

it.each([
  ["ANTHROPIC_MODEL", "deepseek-v4-flash-0731-preview-long-name"],
  ["CLAUDE_CODE_MAX_OUTPUT_TOKENS", "32000"],
  ["HTTPS_PROXY", "http://proxy:3128"],
  ["TERM", "xterm-256color"],
  ["NODE_EXTRA_CA_CERTS", "/etc/ssl/certs/very-long-name-of-a-certificate-2026.pem"],
])("%s=%s is none", (name, value) => {
  expect(mayBeSecret(name, value)).toBe(false);
});

it.each([
  ["gate", "https://gate.example.com", "GATE_API_KEY"],
  ["my gate.2", "https://gate.example.com", "MY_GATE_2_API_KEY"],
  ["302ai", "https://gate.example.com", "MY_302AI_API_KEY"],
  ["", undefined, "MY_SERVER_API_KEY"],
  ["anything", "https://api.deepseek.com/anthropic", "DEEPSEEK_API_KEY"],
])("the key of %s at %s is read from %s", (name, url, variable) => {
  expect(keyVariable(name, url)).toBe(variable);
});

it("the line of a key is found, also in a comment", () => {
  expect(keyLine("a = 1\n# old: sk-abcdefgh12345678\n")).toBe(2);
  expect(keyLine("desk-lamp = 1\n")).toBeUndefined();
});
