// What a request is answered with: the first rule that fits, the step of it that is due, the fault that is due.
import type { Provider } from "../base/endpoint.ts";
import type { Answer, Ask, Tokens, ToolCall } from "./dialect.ts";
import { defaultScript, type Fault, type Rule, type Script, type Step } from "./script.ts";
import { namedCall, shellCall, waitCall, writeCall } from "./tool-choice.ts";

/** A request with what surrounds its body. */
export interface Arrival {
  ask: Ask;
  provider: Provider;
  path: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  hasKey: boolean;
  bytes: number;
}

export interface Decision {
  /** The rule's name, else `rules[n]`, else "none". */
  rule: string;
  kind: "text" | "shell" | "write" | "call";
  answer: Pick<Answer, "model" | "text" | "call" | "tokens">;
  fault?: Fault;
  delayMs: number;
  chunkDelayMs: number;
}

/** How often each fault of the script was met so far; kept by the server, a new one for a new script. */
export type Met = Map<Fault, number>;

/** Decides without side effect but one: the faults met are counted in `met`. */
export function decide(script: Script, arrival: Arrival, met: Met): Decision {
  const rules = script.rules ?? defaultScript.rules ?? [];
  const index = rules.findIndex((rule) => fits(rule, arrival));
  const rule = rules[index];
  const { ask } = arrival;
  const name = rule?.name ?? (rule ? `rules[${index}]` : "none");
  const wait = ask.running === undefined ? undefined : waitCall(ask.tools, ask.running);
  if (wait) return waiting(name, wait, arrival);
  // A request without tools is a side request, as for a title: it gets the closing words.
  const turn = turnAt(rule?.steps ?? [], ask.tools.length === 0 ? Number.POSITIVE_INFINITY : ask.step);
  const fill = (words: string) => filled(words, ask, groupsOf(rule, ask));
  const { call, text, kind } = act(turn, ask, fill);
  const words = [...turn.says, text].filter((part) => part !== "").join("\n\n");
  const usage = turn.step.usage ?? rule?.usage;
  const fault = [turn.step.fault, rule?.fault].find((one) => one !== undefined && isDue(one, met));
  return {
    rule: name,
    kind,
    answer: {
      model: turn.step.echo_model ?? rule?.echo_model ?? ask.model,
      text: fill(words),
      ...(call && { call }),
      tokens: usage ? { ...usage, cached: usage.cached ?? 0 } : estimated(arrival, words, call),
    },
    ...(fault && { fault }),
    delayMs: turn.step.delay_ms ?? rule?.delay_ms ?? 0,
    chunkDelayMs: turn.step.chunk_delay_ms ?? rule?.chunk_delay_ms ?? 0,
  };
}

/** The step before is not over: no new turn of the script, and no fault of it. */
function waiting(rule: string, call: ToolCall, arrival: Arrival): Decision {
  const answer = { model: arrival.ask.model, text: "", call, tokens: estimated(arrival, "", call) };
  return { rule, kind: "shell", answer, delayMs: 0, chunkDelayMs: 0 };
}

function fits({ match }: Rule, { ask, provider, path, headers, hasKey }: Arrival): boolean {
  if (match === undefined) return true;
  if (match.provider !== undefined && match.provider !== provider) return false;
  if (match.model !== undefined && !isLike(ask.model, match.model)) return false;
  if (match.path !== undefined && !path.includes(match.path)) return false;
  if (match.prompt !== undefined && !ask.prompt.includes(match.prompt)) return false;
  if (match.prompt_pattern !== undefined && !new RegExp(match.prompt_pattern, "su").test(ask.prompt))
    return false;
  if (match.system !== undefined && !ask.system.includes(match.system)) return false;
  if (match.tools !== undefined && match.tools !== ask.tools.length > 0) return false;
  if (match.key !== undefined && match.key !== hasKey) return false;
  return Object.entries(match.headers ?? {}).every(([name, part]) =>
    String(headers[name.toLowerCase()] ?? "").includes(part),
  );
}

/** `*` stands for anything. */
function isLike(model: string, pattern: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "su").test(model);
}

interface Turn {
  says: string[];
  /** The acting step, with the settings of the says before it. */
  step: Omit<Step, "say">;
}

/** The turn a step number falls on: a `say` goes with the step after it, the last turn goes on for ever. */
function turnAt(steps: readonly Step[], number: number): Turn {
  let left = number;
  let pending: Turn = { says: [], step: {} };
  for (const { say, ...step } of steps) {
    pending = {
      says: [...pending.says, ...(say === undefined ? [] : [say])],
      step: { ...pending.step, ...step },
    };
    if (step.final !== undefined) return pending;
    if (step.shell === undefined && step.write === undefined && step.call === undefined) continue;
    if (left < (step.repeat ?? 1)) return pending;
    left -= step.repeat ?? 1;
    pending = { says: [], step: {} };
  }
  return { ...pending, step: { ...pending.step, final: pending.says.length > 0 ? "" : "done" } };
}

function act(
  { step }: Turn,
  ask: Ask,
  fill: (text: string) => string,
): { text: string; call?: ToolCall; kind: Decision["kind"] } {
  if (step.call)
    return { text: "", call: namedCall(ask.tools, step.call.tool, step.call.input), kind: "call" };
  if (step.shell !== undefined) return orSay("shell", shellCall(ask.tools, step.shell), ask);
  if (step.write) return orSay("write", writeCall(ask.tools, step.write.path, fill(step.write.text)), ask);
  return { text: step.final ?? "", kind: "text" };
}

function orSay(kind: "shell" | "write", call: ToolCall | undefined, ask: Ask) {
  if (call) return { text: "", call, kind };
  const names = ask.tools.map((tool) => tool.name).join(", ");
  return {
    text: `the script has a ${kind} step, but no tool offered fits it: ${names}`,
    kind: "text" as const,
  };
}

function filled(text: string, ask: Ask, groups: Readonly<Record<string, string>>): string {
  const values: Record<string, string> = { prompt: ask.prompt, model: ask.model, result: ask.toolResult };
  return text
    .replace(/\{\{(prompt|model|result)\}\}/g, (_, name: string) => values[name] ?? "")
    .replace(/\{\{match\.(\w+)\}\}/g, (whole, name: string) => groups[name] ?? whole);
}

/** What the named groups of a rule's pattern found in the prompt. */
function groupsOf(rule: Rule | undefined, { prompt }: Ask): Record<string, string> {
  const pattern = rule?.match?.prompt_pattern;
  return pattern === undefined ? {} : { ...new RegExp(pattern, "su").exec(prompt)?.groups };
}

function isDue(fault: Fault, met: Met): boolean {
  const before = met.get(fault) ?? 0;
  met.set(fault, before + 1);
  const from = fault.after ?? 0;
  return before >= from && before < from + (fault.times ?? Number.POSITIVE_INFINITY);
}

/** About four characters a token; after the first turn most of the input comes from the cache. */
function estimated(arrival: Arrival, words: string, call: ToolCall | undefined): Tokens {
  const input = Math.max(1, Math.ceil(arrival.bytes / 4));
  return {
    input,
    cached: arrival.ask.step > 0 ? Math.floor(input * 0.8) : 0,
    output: Math.max(1, Math.ceil((words.length + (call?.input.length ?? 0)) / 4)),
  };
}
