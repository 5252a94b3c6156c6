// The script of a simulated model server: its shape, and the refusal of anything else.
import * as z from "zod/mini";
import { providers } from "../base/endpoint.ts";
import { type Place, WgError } from "../base/error.ts";
import { nearest } from "../base/nearest.ts";

const text = z.string().check(z.maxLength(1_000_000));
const name = z.string().check(z.minLength(1), z.maxLength(1_000));
const count = z.int().check(z.gte(0), z.lte(1_000_000_000));
const delay = z.int().check(z.gte(0), z.lte(3_600_000));

const match = z.strictObject({
  provider: z.optional(z.enum(providers)),
  model: z.optional(name),
  path: z.optional(name),
  prompt: z.optional(name),
  prompt_pattern: z.optional(name.check(isPattern())),
  system: z.optional(name),
  tools: z.optional(z.boolean()),
  key: z.optional(z.boolean()),
  headers: z.optional(z.record(name, z.string())),
});

const usage = z.strictObject({ input: count, output: count, cached: z.optional(count) });

const faultKinds = ["status", "hang", "cut", "error_event"] as const;
const fault = z
  .strictObject({
    status: z.optional(z.int().check(z.gte(200), z.lte(599))),
    type: z.optional(name),
    message: z.optional(text),
    body: z.optional(text),
    retry_after: z.optional(z.number().check(z.gte(0), z.lte(31_536_000))),
    headers: z.optional(z.record(name.check(isHeaderName()), z.string().check(isHeaderValue()))),
    hang: z.optional(z.enum(["before-headers", "after-headers", "mid-stream"])),
    cut: z.optional(z.enum(["before-headers", "mid-stream"])),
    error_event: z.optional(name),
    after: z.optional(count),
    times: z.optional(count),
  })
  .check(exactlyOne(faultKinds));

const actionKinds = ["shell", "write", "call", "final"] as const;
const step = z
  .strictObject({
    say: z.optional(text),
    shell: z.optional(text.check(z.minLength(1))),
    write: z.optional(z.strictObject({ path: name, text })),
    call: z.optional(
      z.strictObject({ tool: name, input: z.union([z.string(), z.record(z.string(), z.json())]) }),
    ),
    final: z.optional(text),
    repeat: z.optional(z.int().check(z.gte(1), z.lte(10_000))),
    delay_ms: z.optional(delay),
    chunk_delay_ms: z.optional(delay),
    echo_model: z.optional(name),
    usage: z.optional(usage),
    fault: z.optional(fault),
  })
  .check(oneActionAtMost());

const rule = z.strictObject({
  name: z.optional(name),
  match: z.optional(match),
  steps: z.optional(z.array(step).check(finalIsLast())),
  delay_ms: z.optional(delay),
  chunk_delay_ms: z.optional(delay),
  echo_model: z.optional(name),
  usage: z.optional(usage),
  fault: z.optional(fault),
});

const script = z.strictObject({
  models: z.optional(z.array(name)),
  context: z.optional(count.check(z.gte(1))),
  rules: z.optional(z.array(rule)),
});

/** What a simulator answers; docs/simulate.md says what each field does. The names are those of the file. */
export type Script = z.infer<typeof script>;
export type Rule = z.infer<typeof rule>;
export type Step = z.infer<typeof step>;
export type Fault = z.infer<typeof fault>;

/** What is served without a script: one harmless command, then a closing word. */
export const defaultScript: Script = {
  rules: [{ name: "default", steps: [{ say: "Looking around.", shell: "true" }, { final: "done" }] }],
};

/** A place in a script by its keys: `["rules", 0, "steps", 1, "shell"]`. */
export type KeyPath = readonly (string | number)[];

/**
 * The value as a script. Refuses (`bad-script`) what is no script, naming the field, and with `locate` also file and
 * line; `source` is how the message calls the script.
 */
export function checkScript(value: unknown, source = "script", locate?: (path: KeyPath) => Place): Script {
  const parsed = script.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = (issue?.path ?? []) as (string | number)[];
  const unknownKey = issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const at = locate?.(unknownKey === undefined ? path : [...path, unknownKey]);
  const where = pathText(path) || "the top level";
  throw new WgError("bad-script", `${source}: ${where} ${complaint(issue)}`, {
    hint: unknownKey === undefined ? "docs/simulate.md lists every field" : knownKeys(path, unknownKey),
    ...(at && { at }),
  });
}

/** `rules[0].steps[1].shell` */
function pathText(path: KeyPath): string {
  return path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`))
    .join("")
    .replace(/^\./, "");
}

const expected: Record<string, string> = {
  object: "table",
  record: "table",
  array: "list",
  string: "text",
  int: "whole number",
};

function complaint(issue: z.core.$ZodIssue | undefined): string {
  switch (issue?.code) {
    case "invalid_type":
      return `is no ${expected[issue.expected] ?? issue.expected}`;
    case "unrecognized_keys":
      return `has an unknown key "${issue.keys[0]}"`;
    case "invalid_value":
      return `is none of ${issue.values.join(", ")}`;
    case "invalid_key":
      return issue.issues[0]?.message ?? "is not valid";
    case "too_small":
      return issue.origin === "string" ? "is empty" : `is below ${issue.minimum}`;
    case "too_big":
      return `is ${issue.origin === "string" ? "longer than" : "above"} ${issue.maximum}`;
    case "invalid_union":
      return "is neither text nor a table";
    case "custom":
      return issue.message;
    default:
      return "is not valid";
  }
}

function knownKeys(path: KeyPath, key: string): string {
  const shapes: Record<string, readonly string[]> = {
    match: Object.keys(match.shape),
    usage: Object.keys(usage.shape),
    fault: Object.keys(fault.shape),
    steps: Object.keys(step.shape),
    rules: Object.keys(rule.shape),
    write: ["path", "text"],
    call: ["tool", "input"],
  };
  const table = path.findLast((part) => typeof part === "string");
  const keys = shapes[table ?? ""] ?? Object.keys(script.shape);
  const guess = nearest(key, keys);
  return guess ? `did you mean ${guess}?` : `known here: ${keys.join(", ")}`;
}

function isPattern() {
  return z.refine<string>((source) => patternError(source) === undefined, {
    error: (issue) => `is no regular expression: ${patternError(String(issue.input))}`,
  });
}

function patternError(source: string): string | undefined {
  try {
    new RegExp(source, "su");
    return undefined;
  } catch (error) {
    return String(error);
  }
}

function isHeaderName() {
  return z.refine<string>((header) => /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(header), {
    error: "is no header name",
  });
}

function isHeaderValue() {
  return z.refine<string>((value) => /^[\t\x20-\x7e\x80-\xff]*$/.test(value), {
    error: "is no header value",
  });
}

function exactlyOne<K extends string>(kinds: readonly K[]) {
  return z.refine<{ readonly [P in K]?: unknown }>((value) => present(value, kinds).length === 1, {
    error: `needs exactly one of ${kinds.join(", ")}`,
  });
}

function oneActionAtMost() {
  return z.refine<{ readonly [P in (typeof actionKinds)[number] | "say"]?: unknown }>(
    (value) => {
      const actions = present(value, actionKinds).length;
      return actions === 1 || (actions === 0 && value.say !== undefined);
    },
    { error: `needs one of ${actionKinds.join(", ")}, or a say alone` },
  );
}

function finalIsLast() {
  return z.refine<readonly { final?: string | undefined }[]>(
    (steps) => steps.slice(0, -1).every((one) => one.final === undefined),
    { error: "has a final before its end" },
  );
}

function present<K extends string>(value: { readonly [P in K]?: unknown }, keys: readonly K[]): K[] {
  return keys.filter((key) => value[key] !== undefined);
}
