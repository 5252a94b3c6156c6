// The reference of settings, made from their declarations: a page for people, and JSON Schemas for editors.
import { endpointFields, endpointsKey } from "./endpoints.ts";
import { tomlLiteral } from "./literal.ts";
import { definitions, type KeyDefinition, type Scope } from "./schema.ts";

/** docs/config.md. */
export function settingsPage(): string {
  return [
    "# Settings",
    "",
    "This page is generated from the program by `npm run docs`. Change `src/config/schema.ts`, not this file.",
    "",
    introduction,
    "## What a profile owns",
    "",
    "These keys are the bundle. They may stand in a profile or in a config file. While a profile is active, the bundle",
    'of the config files is in no force at all, unless the profile says `extends = "base"`.',
    "",
    ...keysOf("bundle"),
    "## The fields of an endpoint",
    "",
    `Each endpoint begins with a line \`[[${endpointsKey}]]\`. A single field is read and set as`,
    `\`${endpointsKey}.<name>.<field>\`; the short word \`endpoint\` is the url of the one in use.`,
    "",
    ...endpointRows(),
    "",
    "## What stays the same under every profile",
    "",
    "These keys may stand in a config file, and nowhere else.",
    "",
    ...keysOf("general"),
    "## What may stand in both",
    "",
    "In a config file these keys are for all runs, in a profile for the runs on it; both hold at once.",
    "",
    ...keysOf("both"),
    "## What only a profile has",
    "",
    ...keysOf("profile"),
  ].join("\n");
}

/** docs/config.schema.json, for `config.toml`. */
export function configSchema(): Record<string, unknown> {
  return schemaOf("wg config.toml", ["bundle", "general", "both"]);
}

/** docs/profile.schema.json, for `profiles/<name>.toml`. */
export function profileSchema(): Record<string, unknown> {
  return schemaOf("wg profile", ["profile", "bundle", "both"]);
}

const introduction = `Settings are TOML files:

| file | holds |
| --- | --- |
| \`~/.wg/config.toml\` | settings of this user; \`WG_HOME\` moves \`~/.wg\` |
| \`<project>/.wg/config.toml\` | settings of one project |
| \`~/.wg/profiles/<name>.toml\` | one profile |
| \`<project>/.wg/profiles/<name>.toml\` | one profile that comes with a project; see [trust](trust.md) |

Order, low to high: default, global file, project file, active profile, environment, command line. Tables merge key by
key; a list, the list of endpoints among them, replaces the lower one whole. An unknown key, a wrong value or broken
TOML is refused with file and line, and nothing is changed by it. An empty variable sets nothing.

    wg config show --effective --show-origin    # what is in force, and where it comes from
    wg config set agent.timeout 4h --global     # comments and layout of the file stay
    wg profile set codex agent.model codex:gpt-5.5

A route is \`handler:model\`: \`claude:opus\` runs Claude Code, \`codex:gpt-5.5\` runs Codex, \`local:qwen3-coder\` runs wg's
own agent against an endpoint (\`nex:\` means the same). A bare model name is refused.

Which route a role takes, the first that is set: worker: the task's \`--model\`, \`tiers.<its tier>\`, \`agent.model\`. Chat:
\`models.chat.model\`, \`agent.model\`. Dispatcher: \`dispatcher.model\`, \`agent.model\`. Assigner, evaluator and flip:
\`models.<role>.model\`, \`tiers.fast\`, \`dispatcher.model\`, \`agent.model\`.

Secrets are never written down: a key is given as \`env:NAME\`, \`file:PATH\`, \`cmd:COMMAND\` or \`keyring:NAME\`, and read
when a process is started.
`;

function keysOf(scope: Scope): string[] {
  return definitions.filter((definition) => definition.scope === scope).flatMap(keyLines);
}

function keyLines({
  key,
  doc,
  type,
  default: preset,
  env,
  effect,
  scope,
  needsTrust,
}: KeyDefinition): string[] {
  const base = scope === "bundle" ? " (without a profile)" : "";
  return [
    `### \`${key}\``,
    "",
    doc,
    "",
    `- holds: ${type.expects}`,
    ...(preset === undefined ? [] : [`- default: \`${tomlLiteral(preset)}\`${base}`]),
    ...(env === undefined ? [] : [`- variable: \`${env}\``]),
    ...(needsTrust ? ["- in a project's file: in force once that file is trusted (`wg config trust`)"] : []),
    `- a change is seen: ${effect === "at once" ? effect : `by the ${effect}`}`,
    "",
  ];
}

function endpointRows(): string[] {
  const rows = endpointFields.map(({ field, type, required, doc }) => {
    return `| \`${field}\` | ${required ? "yes" : "no"} | ${type.expects} | ${doc} |`;
  });
  return ["| field | needed | holds | meaning |", "| --- | --- | --- | --- |", ...rows];
}

interface ObjectSchema {
  type: "object";
  properties: Record<string, unknown>;
  patternProperties?: Record<string, unknown>;
  additionalProperties: false;
  description?: string;
}

/** What a free name in a key may look like, for editors; the program itself checks more. */
const patterns: Readonly<Record<string, string>> = {
  "<tier>": "^[a-z0-9][a-z0-9_-]{0,63}$",
  "<NAME>": "^[A-Za-z_][A-Za-z0-9_]{0,127}$",
  "<model>": "^\\S{1,200}$",
};

function schemaOf(title: string, scopes: readonly Scope[]): Record<string, unknown> {
  const root = emptyObject();
  for (const definition of definitions.filter(({ scope }) => scopes.includes(scope))) {
    for (const name of definition.names ?? [""]) {
      const key = definition.key.replace(/<role>|<handler>|<dimension>/, name);
      place(root, key.split("."), leafSchema(definition));
    }
  }
  return { $schema: "https://json-schema.org/draft/2020-12/schema", title, ...root };
}

function leafSchema({ type, doc, default: preset }: KeyDefinition): Record<string, unknown> {
  return { ...type.schema, description: doc, ...(preset !== undefined && { default: preset }) };
}

function place(
  at: ObjectSchema,
  [first = "", ...rest]: readonly string[],
  leaf: Record<string, unknown>,
): void {
  const pattern = patterns[first];
  if (pattern !== undefined) {
    at.patternProperties = { ...at.patternProperties, [pattern]: leaf };
    return;
  }
  if (rest.length === 0) {
    at.properties[first] = leaf;
    return;
  }
  const found = at.properties[first];
  const next = isObjectSchema(found) ? found : emptyObject();
  at.properties[first] = next;
  place(next, rest, leaf);
}

function isObjectSchema(value: unknown): value is ObjectSchema {
  return (
    typeof value === "object" && value !== null && "additionalProperties" in value && "properties" in value
  );
}

function emptyObject(): ObjectSchema {
  return { type: "object", properties: {}, additionalProperties: false };
}
