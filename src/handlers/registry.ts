// Which handler executes a route; loaded only when a run needs it.
import type { HandlerName } from "../base/route.ts";
import type { Handler } from "./handler.ts";

/** The handler of that name. */
export async function handlerFor(name: HandlerName): Promise<Handler> {
  switch (name) {
    case "claude":
      return (await import("./claude.ts")).claude;
    case "codex":
      return (await import("./codex.ts")).codex;
    case "nex":
      return (await import("./nex.ts")).nex;
    case "acp":
      return (await import("./acp.ts")).acp;
    case "shell":
      return (await import("./shell.ts")).shell;
  }
}
