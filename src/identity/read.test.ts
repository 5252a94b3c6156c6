// Identities from files: which agents there are, whose files count, and what is wrong with the others.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { homeOf, projectAt } from "../base/home.ts";
import { hashOf } from "./identity.ts";
import { agentNames, readIdentities } from "./read.ts";
import { starters, writeStarterAgency } from "./starters.ts";

let root: string;
let home: ReturnType<typeof homeOf>;
let project: ReturnType<typeof projectAt>;

beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "wg-identity-")));
  home = homeOf({ WG_HOME: path.join(root, "home") });
  project = projectAt(path.join(root, "p"));
});
afterEach(() => fs.rmSync(root, { recursive: true }));

function write(folder: string, file: string, text: string): string {
  const to = path.join(folder, file);
  fs.mkdirSync(path.dirname(to), { recursive: true });
  fs.writeFileSync(to, text);
  return to;
}

const names = () => readIdentities({ home, project }).identities.map(({ name }) => name);
const inline = '[role]\ndescription = "d"\n[tradeoff]\nfirst = ["f"]\n';

describe("the agents of a place", () => {
  it("are none, and nothing is wrong, where there are no files", () => {
    expect(readIdentities({ home, project })).toEqual({ identities: [], parts: [], problems: [] });
  });

  it("are those that wg agency init writes, all of them good, the second time untouched", () => {
    const first = writeStarterAgency({ home, project }, "project");
    const { identities, parts, problems } = readIdentities({ home, project });
    expect(problems).toEqual([]);
    expect(identities.map(({ name }) => name)).toEqual(Object.keys(starters.agents).sort());
    expect(parts.map(({ kind }) => kind).filter((kind) => kind === "role")).toHaveLength(4);
    expect(new Set(identities.map(({ hash }) => hash)).size).toBe(identities.length);
    fs.appendFileSync(identities[0]?.path ?? "", "# mine\n");
    const second = writeStarterAgency({ home, project }, "project");
    expect(second).toEqual({ written: [], kept: first.written.length });
    expect(fs.readFileSync(identities[0]?.path ?? "", "utf8")).toMatch(/# mine\n$/);
  });

  it("are the project's own before the user's, and the user's own beside them", () => {
    write(home.agency, "agents/a.toml", inline);
    write(home.agency, "agents/b.toml", inline);
    write(project.agency, "agents/b.toml", inline.replace('"d"', '"other"'));
    const { identities } = readIdentities({ home, project });
    expect(identities.map(({ name, from, description }) => [name, from, description])).toEqual([
      ["a", "home", "d"],
      ["b", "project", "other"],
    ]);
  });

  it("take a role of the user's own in a project's agent, and never the other way round", () => {
    write(home.agency, "roles/r.toml", 'description = "home"');
    write(project.agency, "agents/a.toml", 'role = "r"\n[tradeoff]\nnever = ["n"]\n');
    write(project.agency, "roles/p.toml", 'description = "project"');
    write(home.agency, "agents/h.toml", 'role = "p"\n[tradeoff]\nnever = ["n"]\n');
    const { identities, problems } = readIdentities({ home, project });
    expect(identities.map(({ name, role }) => [name, role.description])).toEqual([["a", "home"]]);
    expect(problems.map(({ message }) => message)).toEqual([
      'agent "h" cannot be used: there is no role "p"',
    ]);
  });

  it("are not replaced by the user's own of the same name when they are broken", () => {
    write(home.agency, "agents/a.toml", inline);
    write(project.agency, "agents/a.toml", "role = ");
    expect(names()).toEqual([]);
    expect(agentNames({ home, project })).toEqual(["a"]);
  });
});

it("the folder of a project's agents may be a link to another one of the project", () => {
  write(project.root, "shared/agents/a.toml", inline);
  fs.mkdirSync(project.folder);
  fs.symlinkSync("../shared", project.agency);
  expect(names()).toEqual(["a"]);
});

describe("a hash", () => {
  it("is of what is said: not of names, comments, order of skills or ends of lines", () => {
    write(project.agency, "roles/r.toml", 'description = "d"\nskills = ["x", "y"]\ninstructions = "a\\nb"');
    write(project.agency, "agents/a.toml", 'role = "r"\n[tradeoff]\nfirst = ["f"]\n');
    write(
      project.agency,
      "agents/b.toml",
      '# c\r\n[tradeoff]\r\nfirst = [" f "]\r\n[role]\r\ninstructions = """a\r\nb"""\r\nskills = ["y", "x", "y"]\r\ndescription = "d"\r\n',
    );
    const [a, b] = readIdentities({ home, project }).identities;
    expect(a?.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(b?.hash).toBe(a?.hash);
  });

  it("is another one for any word, and for another order of what comes first", () => {
    const content = {
      role: { description: "d", skills: [] },
      tradeoff: { first: ["a", "b"], acceptable: [], never: [] },
    };
    const others = [
      { ...content, role: { ...content.role, description: "e" } },
      { ...content, tradeoff: { ...content.tradeoff, first: ["b", "a"] } },
      { ...content, tradeoff: { ...content.tradeoff, first: [], never: ["a", "b"] } },
    ];
    expect(new Set([content, ...others].map(hashOf)).size).toBe(4);
  });
});

describe("a bad file", () => {
  it.each([
    ["no TOML", "role = [", 1],
    ["an unknown key", 'role = "r"\nskils = []', 2],
    ["an unknown key in a table", '[role]\ndescription = "d"\noutcom = "x"', 3],
    ["no role", "[tradeoff]\nfirst = []", undefined],
    ["a role that is a number", 'tradeoff = "t"\nrole = 3', 2],
    ["a role that leads elsewhere", 'tradeoff = "t"\nrole = "../../x"', 2],
    ["a role without a description", '[tradeoff]\nfirst = ["x"]\n[role]\nskills = ["a"]', 3],
    ["a tradeoff that says nothing", '[role]\ndescription = "d"\n[tradeoff]\nfirst = [""]', 3],
    ["a skill of two words", '[tradeoff]\nfirst = ["x"]\n[role]\ndescription = "d"\nskills = ["a b"]', 5],
    ["a number in a list", '[role]\ndescription = "d"\n[tradeoff]\nnever = [1]', 4],
    ["a hidden character", '[role]\ndescription = "d\\u202e"\n[tradeoff]\nfirst = ["x"]', 2],
    ["a tag character", '[role]\ndescription = "d\\U000E0041"\n[tradeoff]\nfirst = ["x"]', 2],
    ["too long a sentence", `[role]\ndescription = "${"d".repeat(601)}"\n[tradeoff]\nfirst = ["x"]`, 2],
    ["too many entries", `[role]\ndescription = "d"\n[tradeoff]\nfirst = [${'"x",'.repeat(21)}]`, 4],
    [
      "too much in all",
      `[role]\ndescription = "d"\n[tradeoff]\nnever = [${`"${"x".repeat(599)}",`.repeat(15)}]`,
      undefined,
    ],
  ])("is told with its line, and the good ones stay: %s", (_, text, line) => {
    write(project.agency, "agents/good.toml", inline);
    const path = write(project.agency, "agents/bad.toml", text);
    const { identities, problems } = readIdentities({ home, project });
    expect(identities.map(({ name }) => name)).toEqual(["good"]);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.at).toEqual({ path, ...(line !== undefined && { line }) });
  });

  it("is told once as a role, and once for each agent that has it", () => {
    const path = write(project.agency, "roles/r.toml", 'descripton = "d"');
    for (const name of ["a", "b"]) {
      write(project.agency, `agents/${name}.toml`, 'role = "r"\n[tradeoff]\nfirst = ["x"]');
    }
    const { problems } = readIdentities({ home, project });
    expect(problems.map(({ at }) => path === at?.path)).toEqual([true, false, false]);
    expect(problems[0]?.hint).toBe("did you mean description?");
  });

  it("is one with a name that is none, one above 64 KB, a folder, and a link out of the project", () => {
    write(project.agency, "agents/Bad Name.toml", inline);
    write(project.agency, "agents/none.toml", inline);
    write(project.agency, "agents/huge.toml", `# ${"x".repeat(65 * 1024)}`);
    fs.mkdirSync(path.join(project.agency, "agents/folder.toml"));
    const outside = write(root, "outside.toml", inline);
    fs.symlinkSync(outside, path.join(project.agency, "agents/link.toml"));
    write(project.agency, "agents/.draft.toml", "half");
    write(project.agency, "agents/README.md", "half");
    const { identities, problems } = readIdentities({ home, project });
    expect(identities).toEqual([]);
    expect(problems.map(({ at }) => path.basename(at?.path ?? "")).sort()).toEqual(
      ["Bad Name.toml", "folder.toml", "huge.toml", "link.toml", "none.toml"].sort(),
    );
  });

  it("does not repeat what stands in it", () => {
    write(project.agency, "agents/a.toml", "secret = sk-1234");
    const { problems } = readIdentities({ home, project });
    expect(JSON.stringify(problems.map(({ message, hint }) => [message, hint]))).not.toContain("sk-1234");
  });
});

it("a draft is read as though it stood in its file", () => {
  const file = write(project.agency, "agents/a.toml", inline);
  const { identities } = readIdentities(
    { home, project },
    { path: file, text: inline.replace('"d"', '"new"') },
  );
  expect(identities[0]?.role.description).toBe("new");
});
