// How an endpoint's url becomes the address of requests.
import { expect, it } from "vitest";
import { requestUrl } from "./endpoint.ts";

it("a url without a path gets /v1, one with a path is taken as it is", () => {
  expect(requestUrl({ provider: "openai", url: "http://127.0.0.1:8088" })).toBe("http://127.0.0.1:8088/v1");
  expect(requestUrl({ provider: "oai-compat", url: "https://h/api/v1" })).toBe("https://h/api/v1");
  expect(requestUrl({ provider: "oai-compat", url: "http://[::1]:80/" })).toBe("http://[::1]:80/v1");
});

it("a Messages url is given without /v1, since the client adds it", () => {
  expect(requestUrl({ provider: "anthropic", url: "http://h:1/v1" })).toBe("http://h:1");
  expect(requestUrl({ provider: "anthropic", url: "https://h/api/anthropic" })).toBe(
    "https://h/api/anthropic",
  );
});
