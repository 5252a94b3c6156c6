// Which keys need trust, what each could do, and the mark they are trusted by.
import { describe, expect, it } from "vitest";
import { fileLayer, flagLayer, type Layer } from "./layers.ts";
import { resolve } from "./resolve.ts";
import { definitions } from "./schema.ts";
import { projectMark, risksOf, riskyInForce, trustMark } from "./trust.ts";

const globalFile = (text: string) => fileLayer("global", "/h/.wg/config.toml", text);
const projectFile = (text: string) => fileLayer("project", "/p/.wg/config.toml", text);
const profileFile = (text: string) => fileLayer("profile", "/h/.wg/profiles/a.toml", text);

const gate = (more = "") =>
  `[[llm_endpoints.endpoints]]\nname = "gate"\nprovider = "anthropic"\nurl = "https://gate.example/v1"\n${more}`;

function settings(...layers: Layer[]) {
  const model = flagLayer({ "agent.model": "claude:opus", "agent.timeout": "1h", "agent.hang_after": "1m" });
  const rest = flagLayer({ "agent.max_turns": "9", "agent.max_attempts": "3", "service.max_agents": "1" });
  const more = flagLayer({ "failover.probation": "3" });
  const defaults: Layer = {
    kind: "default",
    source: "built in",
    values: new Map([
      ...model.values,
      ...rest.values,
      ...more.values,
      ["agent.permissions", { value: "workspace" }],
    ]),
  };
  const active = { name: undefined, origin: { layer: "default", source: "" } as const, shadows: [] };
  return resolve({ active, layers: [defaults, ...layers], extendsBase: false });
}

const markOf = (layer: Layer) => trustMark([...layer.values].map(([key, { value }]) => [key, value]));
const riskyKeys = (...layers: Layer[]) => riskyInForce(settings(...layers)).map(({ key }) => key);
const risksIn = (layer: Layer) => [...layer.values].flatMap(([key, { value }]) => risksOf(key, value));

describe("a key", () => {
  it("needs trust, or somebody has decided that it does no harm", () => {
    const harmless = [
      ...["notify.events", "notify.template"],
      ...["description", "extends", "fallback", "model_mismatch", "service.max_agents"],
      ...["agent.timeout", "agent.hang_after", "agent.max_turns", "agent.max_attempts", "agent.mcp"],
      ...["worktrees", "merge"],
      ...["agency.assign", "agency.evaluate", "agency.flip", "agency.gate", "agency.gate_attempts"],
      "agency.weights.<dimension>",
      "failover.probation",
      // A route needs it where it names a program.
      ...["agent.model", "dispatcher.model", "tiers.<tier>", "models.<role>.model", "models.<role>.endpoint"],
    ];
    const trusting = definitions.filter(({ needsTrust }) => needsTrust).map(({ key }) => key);
    expect([...harmless, ...trusting].sort()).toEqual(definitions.map(({ key }) => key).sort());
  });

  it("that tells somebody elsewhere says whom, or where that is read", () => {
    expect(
      risksIn(projectFile('notify.command = "./tell"\nnotify.webhook = "https://h.example/t"\n')),
    ).toEqual(["runs this program: ./tell", "every notice goes to https://h.example/t"]);
    expect(risksOf("notify.webhook", "env:HOOK")).toEqual(["every notice goes to the address from env:HOOK"]);
  });

  it("says what it would do, by the host the network would know and the command a key comes from", () => {
    const risks = risksIn(
      projectFile(
        `agent.permissions = "full"\nhandlers.codex.command = "./run"\nagent.max_turns = 3\ntiers.fast = "acp:sh ./evil"\n` +
          `budget.day = 5\nprices."gpt-5.5" = { input = 0, output = 1 }\n[env]\ncommand = "b"\nPATH = { value = "/x", unsafe = true }\n[handlers.claude.env]\nB_KEY = { ref = "cmd:pass b" }\n` +
          gate('api_key_ref = "env:WORK_KEY"\n').replace("gate.example", "gаte.example"),
      ),
    );
    expect(risks).toEqual([
      "runs may do anything",
      "runs this program: ./run",
      "every claude run has B_KEY that the command prints: pass b",
      "runs this program: sh ./evil",
      "a day may cost $5",
      "gpt-5.5 counts as $0 and $1 a million tokens",
      'every run has command as "b"',
      'every run has PATH as "/x"',
      "PATH changes every program that is started",
      "work goes to https://gаte.example/v1 (xn--gte-6cd.example), with the key from env:WORK_KEY",
    ]);
  });
});

describe("a budget of a project's file", () => {
  const user = globalFile("budget.day = 5\n");
  const profile = profileFile('agent.model = "claude:opus"\nbudget.day = 1\n');

  it("needs trust where it lifts the user's, whatever an active profile says besides", () => {
    expect(riskyKeys(user, projectFile("budget.day = 6\n"))).toEqual(["budget.day"]);
    expect(riskyKeys(user, projectFile("budget.day = 6\n"), profile)).toEqual(["budget.day"]);
    expect(riskyKeys(user, projectFile("budget.day = 4\n"))).toEqual([]);
    expect(riskyKeys(projectFile("budget.day = 4\n"), profile)).toEqual([]);
  });
});

describe("the mark of a file", () => {
  it("is of what needs trust alone, in whatever order it stands", () => {
    const mark = markOf(projectFile('env.A = "b"\nhandlers.claude.command = "x"\nagent.max_turns = 3\n'));
    expect(markOf(projectFile('handlers.claude.command = "x"\n[env]\nA = "b"\n'))).toBe(mark);
    expect(markOf(projectFile('handlers.claude.command = "x"\n[env]\nA = "c"\n'))).not.toBe(mark);
    expect(markOf(projectFile('handlers.claude.command = "x"\n'))).not.toBe(mark);
    expect(markOf(projectFile('agent.model = "claude:opus"\nagent.max_turns = 3\n'))).toBeUndefined();
  });

  it("is the same from the file and from the settings it went into, in force or not", () => {
    const project = projectFile(
      `env.A = "b"\ntiers.fast = "acp:agent"\nhandlers.claude.command = "x"\n${gate()}`,
    );
    const profile = profileFile('agent.model = "claude:opus"\nenv.A = "mine"\n');
    for (const made of [
      settings(project),
      settings(project, profile),
      settings(globalFile('env.A = "g"'), project),
    ])
      expect(projectMark(made)).toBe(markOf(project));
  });
});

describe("what a project's file has in force that needs trust", () => {
  it("is what nothing above hides", () => {
    const project = projectFile(`handlers.claude.command = "x"\nenv.A = "b"\n${gate()}`);
    expect(riskyKeys(project)).toEqual(["llm_endpoints.endpoints", "env.A", "handlers.claude.command"]);
    const profile = profileFile('agent.model = "claude:opus"\n');
    expect(riskyKeys(project, profile)).toEqual(["handlers.claude.command"]);
    expect(riskyKeys(project, profile, flagLayer({ "handlers.claude.command": "y" }))).toEqual([]);
  });

  it("are permissions that are wider than without it", () => {
    const asks = (level: string) => projectFile(`agent.permissions = "${level}"\n`);
    expect(riskyKeys(asks("full"))).toEqual(["agent.permissions"]);
    expect(riskyKeys(asks("workspace"))).toEqual([]);
    expect(riskyKeys(asks("read-only"))).toEqual([]);
    const careful = globalFile('agent.permissions = "read-only"\n');
    expect(riskyKeys(careful, asks("workspace"))).toEqual(["agent.permissions"]);
  });

  it("is a route that names a program, and no other route", () => {
    expect(riskyKeys(projectFile('agent.model = "codex:gpt-5.5"\n'))).toEqual([]);
    expect(riskyKeys(projectFile('models.flip.model = "acp:sh ./evil"\n'))).toEqual(["models.flip.model"]);
  });
});
