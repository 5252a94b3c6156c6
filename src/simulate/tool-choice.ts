// A step of the script as a call of whatever tool the request offers for it.
import type { OfferedTool, ToolCall } from "./dialect.ts";

const shellNames = ["Bash", "exec_command", "shell", "shell_command", "bash"];
const writeNames = ["Write", "write", "write_file"];

/** A call that runs a shell command; undefined when no offered tool can. */
export function shellCall(tools: readonly OfferedTool[], command: string): ToolCall | undefined {
  const tool = offeredUnder(tools, shellNames);
  if (tool) return { tool, input: JSON.stringify(shellInput(tool, command)) };
  const script = tools.find((one) => one.kind === "custom" && one.name === "exec");
  return script && { tool: script, input: execScript(command) };
}

/** A call that waits on for a command of Codex that is still running; undefined where that cannot be done. */
export function waitCall(tools: readonly OfferedTool[], running: number): ToolCall | undefined {
  const tool = tools.find((one) => one.name === "write_stdin");
  return (
    tool && { tool, input: JSON.stringify({ session_id: running, chars: "", yield_time_ms: longestWaitMs }) }
  );
}

/** A call that writes a file, by a writing tool, else by the shell; undefined when neither is offered. */
export function writeCall(tools: readonly OfferedTool[], path: string, text: string): ToolCall | undefined {
  const tool = offeredUnder(tools, writeNames);
  if (tool === undefined) return shellCall(tools, writeCommand(path, text));
  const pathKey = "file_path" in tool.properties ? "file_path" : "path";
  const textKey = "text" in tool.properties ? "text" : "content";
  return { tool, input: JSON.stringify({ [pathKey]: path, [textKey]: text }) };
}

/**
 * A call as the script spells it; a tool that was not offered is called all the same, where its name has a dot as one of
 * a namespace.
 */
export function namedCall(tools: readonly OfferedTool[], name: string, input: unknown): ToolCall {
  const tool = tools.find((one) => one.name === name) ?? unoffered(name);
  return { tool, input: typeof input === "string" ? input : JSON.stringify(input) };
}

function unoffered(name: string): OfferedTool {
  const dot = name.lastIndexOf(".");
  const tool = { name: name.slice(dot + 1), kind: "function" as const, properties: {} };
  return dot < 0 ? tool : { ...tool, namespace: name.slice(0, dot) };
}

function offeredUnder(tools: readonly OfferedTool[], names: readonly string[]): OfferedTool | undefined {
  return names
    .map((name) => tools.find((tool) => tool.kind === "function" && tool.name === name))
    .find((tool) => tool !== undefined);
}

/** No client waits longer for one call. */
const longestWaitMs = 30_000;

// The waits are as long as the clients allow: else they let a slow command go on behind the model's back.
function shellInput(tool: OfferedTool, command: string): unknown {
  if ("cmd" in tool.properties) {
    return { cmd: command, ...("yield_time_ms" in tool.properties && { yield_time_ms: longestWaitMs }) };
  }
  if (isList(tool.properties["command"])) return { command: ["bash", "-c", command] };
  return { command, ...(tool.name === "Bash" && "timeout" in tool.properties && { timeout: 600_000 }) };
}

function isList(schema: unknown): boolean {
  return schema !== null && typeof schema === "object" && "type" in schema && schema.type === "array";
}

function execScript(command: string): string {
  const wait = `yield_time_ms: ${longestWaitMs}`;
  return `// @exec: {"yield_time_ms": 3600000}
let result = await tools.exec_command({ cmd: ${JSON.stringify(command)}, ${wait} });
while (typeof result === "object" && result.session_id !== undefined && result.exit_code === undefined) {
  result = await tools.write_stdin({ session_id: result.session_id, chars: "", ${wait} });
}
text(typeof result === "string" ? result : JSON.stringify(result));
`;
}

function writeCommand(path: string, text: string): string {
  const target = quoted(path.startsWith("-") ? `./${path}` : path);
  return `mkdir -p "$(dirname ${target})" && printf %s ${quoted(text)} > ${target}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
