// The two forms of a server's url.
import { describe, expect, it } from "vitest";
import { unversionedUrl, versionedUrl } from "./endpoint.ts";

describe("versionedUrl", () => {
  it.each([
    ["http://127.0.0.1:8088", "http://127.0.0.1:8088/v1"],
    ["http://127.0.0.1:8088/v1", "http://127.0.0.1:8088/v1"],
    ["https://api.example.com/api/paas/v4", "https://api.example.com/api/paas/v4"],
    ["https://api.example.com/v1beta/openai", "https://api.example.com/v1beta/openai"],
    ["https://v2.example.com", "https://v2.example.com/v1"],
    ["https://api.example.com/openai?api-version=3", "https://api.example.com/openai/v1?api-version=3"],
  ])("%s is asked at %s", (url, expected) => {
    expect(versionedUrl(url)).toBe(expected);
  });
});

describe("unversionedUrl", () => {
  it.each([
    ["https://api.example.com/anthropic", "https://api.example.com/anthropic"],
    ["https://api.example.com/v1", "https://api.example.com"],
    ["https://api.example.com/v12", "https://api.example.com/v12"],
  ])("%s becomes %s", (url, expected) => {
    expect(unversionedUrl(url)).toBe(expected);
  });
});
