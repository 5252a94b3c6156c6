// `wg mcp` as a client meets it: the built program on its stdin and stdout, spoken to by the library's own client.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { afterEach, beforeEach, expect, it } from "vitest";
import { makePlace, type Place, program, run } from "./support/wg.ts";

/** All tools as a client gets them, in bytes of JSON: every session of every agent pays for these. */
const maxToolBytes = 3000;

let place: Place;
beforeEach(async () => {
  place = makePlace();
  await place.wg("init");
});
afterEach(() => place.remove());

async function connected<T>(
  use: (client: Client) => Promise<T>,
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<T> {
  const client = new Client({ name: "test", version: "1" });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [program, "mcp"],
    cwd: options.cwd ?? place.project,
    env: { ...place.env, ...options.env },
  });
  await client.connect(transport);
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

it("a client lists ten tools in few bytes, calls one, and reads what it did", () =>
  connected(async (client) => {
    expect(client.getServerVersion()).toMatchObject({ name: "wg" });
    expect(client.getInstructions()).toContain("graph");
    const { tools } = await client.listTools();
    expect(tools).toHaveLength(10);
    expect(JSON.stringify(tools).length).toBeLessThan(maxToolBytes);
    const added = await client.callTool({ name: "add", arguments: { title: "From a client" } });
    expect(added.content).toEqual([{ type: "text", text: "added from-a-client; ready" }]);
    expect((await place.wg("list")).stdout).toContain("from-a-client");
    const { resources } = await client.listResources();
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resources.map(({ uri }) => uri)).toEqual(["wg://graph"]);
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual(["wg://task/{id}"]);
    expect(await client.readResource({ uri: "wg://task/from-a-client" })).toMatchObject({
      contents: [{ text: "from-a-client  ready  From a client" }],
    });
    await expect(client.readResource({ uri: "wg://task/none" })).rejects.toThrow('there is no task "none"');
  }));

it("a refusal is an answer that the model can read", () =>
  connected(async (client) => {
    expect(await client.callTool({ name: "show", arguments: { id: "none" } })).toEqual({
      isError: true,
      content: [{ type: "text", text: 'there is no task "none"\nhint: wg list shows them' }],
    });
  }));

it("outside of a project a call says what is missing", () =>
  connected(
    async (client) => {
      expect((await client.listTools()).tools).toHaveLength(10);
      expect(await client.callTool({ name: "list" })).toMatchObject({
        isError: true,
        content: [{ text: expect.stringContaining("make one with: wg init") }],
      });
    },
    { cwd: place.home },
  ));

it("inside a run without its token only what reads is there", () =>
  connected(
    async (client) => {
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).toEqual(["list", "show", "status"]);
    },
    { env: { WG_RUN: "r-1" } },
  ));

// Where the system tells what another process was started with.
it.runIf(process.platform === "linux")(
  "an agent that drops its environment is still inside its run",
  async () => {
    const ended = await run(
      "/bin/sh",
      ["-c", 'env -i HOME="$HOME" PATH="$PATH" "$0" "$1" mcp; true', process.execPath, program],
      {
        cwd: place.project,
        env: { ...place.env, WG_RUN: "r-1" },
        input: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n',
      },
    );
    const { result } = JSON.parse(ended.stdout);
    expect(result.tools.map(({ name }: { name: string }) => name)).toEqual(["list", "show", "status"]);
  },
);

it("what is no message is passed over, and the end of stdin is the end", async () => {
  const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
  const ended = await run(process.execPath, [program, "mcp"], {
    cwd: place.project,
    env: place.env,
    input: `nonsense\n{"half":\n[1]\n${ping}\n`,
  });
  expect(ended).toMatchObject({ status: 0, stdout: '{"result":{},"jsonrpc":"2.0","id":1}\n' });
});

it("a message without an end is refused, not kept", async () => {
  const ended = await run(process.execPath, [program, "mcp"], {
    cwd: place.project,
    env: place.env,
    input: "x".repeat(5 * 1024 * 1024),
  });
  expect(ended).toMatchObject({ status: 1, stderr: expect.stringContaining("a message is longer than") });
});

it("--config says how to connect an agent", async () => {
  const claude = await place.wg("mcp", "--config", "claude");
  expect(JSON.parse(claude.stdout)).toEqual({ mcpServers: { wg: { command: "wg", args: ["mcp"] } } });
  expect(claude.stderr).toContain(".mcp.json");
  const codex = await place.wg("mcp", "--config", "codex");
  expect(codex.stdout).toMatch(/^\[mcp_servers\.wg\]\ncommand = "wg"\n/);
  const { flags } = JSON.parse((await place.wg("mcp", "--config", "codex", "--json")).stdout);
  expect(flags).toEqual([
    "-c",
    'mcp_servers.wg={command = "wg", args = ["mcp"], env_vars = ["WG_CHAT", "WG_HOME", "WG_PROJECT", "WG_RUN", "WG_RUN_ID", "WG_TOKEN"]}',
  ]);
  expect(await place.wg("mcp", "--config", "emacs")).toMatchObject({ status: 2 });
});
