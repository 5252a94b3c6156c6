// Looking for model servers: only one that lists models counts, and nothing a port does can hold us up.
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { findServers, firstModel, listModels } from "./servers.ts";

const open: http.Server[] = [];
const never = new AbortController().signal;

afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

describe("findServers", () => {
  it("finds those that list models, in the order asked for, and leaves the rest out", async () => {
    const models = (...ids: unknown[]) => JSON.stringify({ object: "list", data: ids.map((id) => ({ id })) });
    const ports = await Promise.all([
      listen((_, response) => response.end("<h1>It works</h1>")),
      listen((_, response) => response.end(models("big", "has space", 7, "small"))),
      listen((_, response) => response.writeHead(404).end(models("lost"))),
      listen((_, response) => response.writeHead(302, { location: "http://example.invalid/" }).end()),
      listen((_, response) => response.writeHead(401).end("{}")),
      listen((_, response) => response.end("null")),
    ]);
    const found = await findServers(
      [...ports, 9].map((port) => ({ port, title: "test" })),
      never,
    );
    expect(found.map(({ port, models: listed, wantsKey }) => [port, listed, wantsKey])).toEqual([
      [ports[1], ["big", "small"], false],
      [ports[4], [], true],
    ]);
  });

  it("asks for the models and nothing else, without a key", async () => {
    const seen: string[] = [];
    const port = await listen((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization ?? "no key"}`);
      response.end('{"data":[{"id":"m"}]}');
    });
    await findServers([{ port, title: "test" }], never);
    expect(seen).toEqual(["GET /v1/models no key"]);
  });

  it("gives up on a server that never answers, or never ends its answer", async () => {
    const silent = await listen(() => {});
    const endless = await listen((_, response) => {
      const timer = setInterval(() => response.write(" ".repeat(1024)), 20);
      response.on("close", () => clearInterval(timer));
    });
    expect(
      await findServers(
        [silent, endless].map((port) => ({ port, title: "t" })),
        never,
      ),
    ).toEqual([]);
  });

  it("refuses more than a list of models could be", async () => {
    const port = await listen((_, response) => {
      const more = () => {
        while (response.write("x".repeat(64 * 1024)));
        response.once("drain", more);
      };
      more();
    });
    expect(await listModels(`http://127.0.0.1:${port}`, never)).toBeUndefined();
  });
});

it("the first model is the first that can talk", () => {
  expect(firstModel(["nomic-embed-text", "bge-m3", "qwen3:8b", "llama"])).toBe("qwen3:8b");
  expect(firstModel(["nomic-embed-text"])).toBe("nomic-embed-text");
  expect(firstModel([])).toBeUndefined();
});

async function listen(handle: http.RequestListener): Promise<number> {
  const server = http.createServer(handle);
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}
