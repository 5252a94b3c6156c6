// Which urls are reached through a proxy, by the variables that say so.
import { expect, it } from "vitest";
import { proxyVariable } from "./proxy.ts";

const proxy = "http://proxy:3128";

it.each([
  ["https://api.example.com", { HTTPS_PROXY: proxy }, "HTTPS_PROXY"],
  ["https://api.example.com", { https_proxy: proxy }, "https_proxy"],
  ["https://api.example.com", { ALL_PROXY: proxy }, "ALL_PROXY"],
  ["http://api.example.com", { HTTPS_PROXY: proxy }, undefined],
  ["http://api.example.com", { HTTP_PROXY: proxy, NO_PROXY: "*" }, undefined],
  ["http://api.example.com", { HTTP_PROXY: proxy, NO_PROXY: "example.com" }, undefined],
  ["http://api.example.com", { HTTP_PROXY: proxy, no_proxy: "x, .example.com" }, undefined],
  ["http://api.example.com", { HTTP_PROXY: proxy, NO_PROXY: "ample.com" }, "HTTP_PROXY"],
  ["http://127.0.0.1:8088", { HTTP_PROXY: proxy, NO_PROXY: "127.0.0.1:8088" }, undefined],
  ["http://127.0.0.1:8088", { HTTP_PROXY: proxy, NO_PROXY: "127.0.0.1:80" }, "HTTP_PROXY"],
  ["http://127.0.0.1:8088", {}, undefined],
])("%s with %j: %s", (url, env, name) => {
  expect(proxyVariable(url, env)).toBe(name);
});
