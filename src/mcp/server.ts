// The server: the library's protocol on stdin and stdout, our tools and resources behind it.
import type { Readable, Writable } from "node:stream";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import {
  CallToolRequestSchema,
  ErrorCode,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  McpError,
  ReadResourceRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { WgError } from "../base/error.ts";
import { version } from "../base/version.ts";
import { call, instructions, offeredTools, readResource, type ServerContext } from "./requests.ts";

/** The resources there are: the graph's state, and any task by its id. */
const graphResource = {
  uri: "wg://graph",
  name: "graph",
  description: "The state of the task graph",
  mimeType: "text/plain",
};
const taskTemplate = {
  uriTemplate: "wg://task/{id}",
  name: "task",
  description: "One task",
  mimeType: "text/plain",
};

/** No task is as long. */
const maxMessageBytes = 4 * 1024 * 1024;

/** Serves until `input` ends or `signal` aborts. Refuses (`bad-input`) to go on after a message that is too long. */
export async function serve(
  context: ServerContext,
  input: Readable,
  output: Writable,
  signal: AbortSignal,
): Promise<void> {
  const server = new Server(
    { name: "wg", version },
    { capabilities: { tools: {}, resources: {} }, instructions: instructions(context) },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: offeredTools(context) }));
  server.setRequestHandler(CallToolRequestSchema, ({ params }) =>
    call(context, params.name, params.arguments),
  );
  server.setRequestHandler(ListResourcesRequestSchema, () => ({ resources: [graphResource] }));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({ resourceTemplates: [taskTemplate] }));
  server.setRequestHandler(ReadResourceRequestSchema, ({ params }) => resource(context, params.uri));
  const ended = new Promise<"in order" | "by the library">((resolve) => {
    for (const event of ["end", "close", "error"]) input.once(event, () => resolve("in order"));
    signal.addEventListener("abort", () => resolve("in order"), { once: true });
    server.onclose = () => resolve("by the library");
  });
  await server.connect(new StdioServerTransport(input, output, { maxBufferSize: maxMessageBytes }));
  if ((await ended) === "by the library") {
    throw new WgError("bad-input", `a message is longer than ${maxMessageBytes} bytes`);
  }
  await server.close();
}

function resource(context: ServerContext, uri: string) {
  try {
    return { contents: [{ uri, mimeType: "text/plain", text: readResource(context, uri) }] };
  } catch (error) {
    // A resource has no answer that is an error, as a tool has.
    if (error instanceof WgError) throw new McpError(ErrorCode.InvalidParams, error.message);
    throw error;
  }
}
