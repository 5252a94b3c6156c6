// A list of endpoints: what one must have, and what two must not share.
import { describe, expect, it } from "vitest";
import { WgError } from "../base/error.ts";
import { fileLayer } from "./layers.ts";

const endpoint = (fields: string) => `[[llm_endpoints.endpoints]]\n${fields}\n`;
const good = endpoint('name = "a"\nprovider = "openai"\nurl = "https://a.example/v1"');

function refusal(text: string): WgError {
  try {
    fileLayer("profile", "/p.toml", text);
  } catch (error) {
    if (error instanceof WgError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

function urlRefusal(url: string): WgError {
  return refusal(endpoint(`name = "a"\nprovider = "openai"\nurl = ${JSON.stringify(url)}`));
}

describe("an endpoint", () => {
  it("keeps its url without a trailing slash", () => {
    const layer = fileLayer("profile", "/p.toml", good.replace("/v1", "/v1//"));
    expect(layer.values.get("llm_endpoints.endpoints")).toEqual({
      value: [{ name: "a", provider: "openai", url: "https://a.example/v1" }],
      line: 1,
    });
  });

  it.each([
    "example.com",
    "ftp://example.com",
    "file:///etc/passwd",
    "http://",
    "http:///x",
    "http:x",
    "http://a b",
    "http://a\\b",
    "javascript:alert(1)",
    "",
    "http://a:99999",
    "http://a/#part",
  ])("with the url %j is refused", (url) => {
    expect(urlRefusal(url)).toMatchObject({ code: "bad-url", at: { path: "/p.toml", line: 4 } });
  });

  it.each([
    "http://user:hunter2@a",
    "http://hunter2@a",
    "http://a/?api_key=hunter2",
    "http://a/?x=1&token=hunter2",
  ])("with a secret in its url is refused, and the secret is not repeated: %s", (url) => {
    const error = urlRefusal(url);
    expect(error.code).toBe("secret-value");
    expect(JSON.stringify([error.message, error.hint])).not.toContain("hunter2");
  });

  it("may have a query that is no secret", () => {
    const text = good.replace("/v1", "/v1?api-version=2026-01-01");
    expect(() => fileLayer("profile", "/p.toml", text)).not.toThrow();
  });

  it.each<[string, string]>([
    ['provider = "openai"\nurl = "http://a"', "endpoint 1 has no name"],
    ['name = "a"\nurl = "http://a"', "endpoint 1 has no provider"],
    ['name = "a"\nprovider = "openai"', "endpoint 1 has no url"],
    ['name = "a"\nprovider = "other"\nurl = "http://a"', "must be one of oai-compat, openai, anthropic"],
    [
      'name = "../a"\nprovider = "openai"\nurl = "http://a"',
      "must be a name of letters, digits, dots, - and _",
    ],
    ['name = "a"\nprovider = "openai"\nurl = "http://a"\nis_default = "yes"', "must be true or false"],
    ['name = "a"\nprovider = "openai"\nurl = "http://a"\napi_key = "k"', 'an endpoint has no "api_key"'],
  ])("is refused where a field is missing or wrong: %j", (fields, message) => {
    expect(refusal(endpoint(fields)).message).toContain(message);
  });

  it("that holds its key instead of a reference is refused without repeating it", () => {
    const error = refusal(`${good}api_key_ref = "sk-hunter2"\n`);
    expect(error).toMatchObject({ code: "bad-reference", at: { line: 5 } });
    expect(error.message).not.toContain("hunter2");
    expect(refusal(`${good}api_key = "sk-hunter2"\n`).hint).toBe("did you mean api_key_ref?");
  });
});

describe("a list of endpoints", () => {
  it("has no name twice; the second one is pointed at", () => {
    expect(refusal(good + good)).toMatchObject({
      message: expect.stringContaining("two endpoints are named a"),
      at: { line: 6 },
    });
  });

  it("has one default at most for each provider", () => {
    const other = good.replace('"a"', '"b"');
    const marked = (text: string) => `${text}is_default = true\n`;
    expect(refusal(marked(good) + marked(other))).toMatchObject({
      message: expect.stringContaining("a and b are both the default for openai"),
      at: { line: 10 },
    });
    expect(() =>
      fileLayer("profile", "/p.toml", marked(good) + marked(other.replace('"openai"', '"anthropic"'))),
    ).not.toThrow();
  });

  it("is a list of tables, and nothing else", () => {
    expect(refusal('[llm_endpoints]\nendpoints = "http://a"\n').message).toContain(
      "must be a list of endpoints",
    );
    expect(refusal("[llm_endpoints]\nendpoints = [1]\n").message).toContain("each endpoint is a table");
  });
});
