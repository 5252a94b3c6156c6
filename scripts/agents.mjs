// Installs the exact agent CLIs that the agents tests are written for, into a folder of their own:
// $WG_AGENTS, else ~/.cache/wg-agents. `--where` prints the paths of their programs as JSON and installs nothing.
import { execFileSync } from "node:child_process";
import { accessSync, constants, mkdirSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { where: { type: "boolean", default: false } } });
const folder = path.resolve(process.env.WG_AGENTS || path.join(os.homedir(), ".cache", "wg-agents"));
const machine = `${process.platform}-${process.arch}`;
const triples = {
  "linux-x64": "x86_64-unknown-linux-musl",
  "linux-arm64": "aarch64-unknown-linux-musl",
  "darwin-x64": "x86_64-apple-darwin",
  "darwin-arm64": "aarch64-apple-darwin",
};
// Native programs: no install script has to run, and killing one kills no mere wrapper. Those in `acp/` are agents for
// the acp handler; claude-acp brings a whole Claude Code as an optional dependency, which is left out, since one is here.
const agents = {
  claude: {
    package: "@anthropic-ai/claude-code",
    version: "2.1.330",
    program: `@anthropic-ai/claude-code-${machine}/claude`,
  },
  codex: {
    package: "@openai/codex",
    version: "0.169.0",
    program: `@openai/codex-${machine}/vendor/${triples[machine]}/bin/codex`,
  },
  "claude-acp": {
    prefix: "acp",
    package: "@agentclientprotocol/claude-agent-acp",
    version: "0.101.0",
    program: "@agentclientprotocol/claude-agent-acp/dist/index.js",
  },
  qwen: {
    prefix: "acp",
    package: "@qwen-code/qwen-code",
    version: "0.24.4",
    program: "@qwen-code/qwen-code/cli-entry.js",
  },
};

const missing = Object.entries(agents).filter(([, agent]) => !isInstalled(agent));
if (values.where) printWhere();
else if (missing.length === 0) console.log(`${listed()} in ${folder}: already there`);
else install();

function isInstalled(agent) {
  try {
    const manifest = readFileSync(inFolder(agent, agent.package, "package.json"), "utf8");
    accessSync(inFolder(agent, agent.program), constants.X_OK);
    return JSON.parse(manifest).version === agent.version;
  } catch {
    return false;
  }
}

function install() {
  console.log(`installing ${listed()} into ${folder} (about 970 MB)`);
  for (const prefix of new Set(missing.map(([, agent]) => agent.prefix))) {
    const wanted = Object.values(agents).filter((agent) => agent.prefix === prefix);
    const packages = wanted.map((agent) => `${agent.package}@${agent.version}`);
    const into = path.join(folder, prefix ?? "");
    mkdirSync(into, { recursive: true });
    const options = ["--prefix", into, "--save-exact", "--no-audit", "--no-fund", "--ignore-scripts"];
    const left = prefix === undefined ? [] : ["--omit=optional"];
    try {
      execFileSync("npm", ["install", ...options, ...left, ...packages], {
        stdio: ["ignore", "inherit", "inherit"],
      });
    } catch {
      return fail(
        `npm could not install ${packages.join(" and ")}; is the npm registry reachable from here?`,
      );
    }
  }
  const absent = Object.entries(agents).filter(([, agent]) => !isInstalled(agent));
  if (absent.length === 0) console.log(`${listed()} in ${folder}: installed`);
  else fail(`npm installed no program for ${machine}: ${absent.map(([name]) => name).join(", ")}`);
}

function printWhere() {
  if (missing.length > 0) {
    const names = missing.map(([name, agent]) => `${name} ${agent.version}`).join(" and ");
    return fail(`${names} not in ${folder}; install with: node scripts/agents.mjs`);
  }
  const programs = Object.entries(agents).map(([name, agent]) => [name, inFolder(agent, agent.program)]);
  console.log(JSON.stringify(Object.fromEntries(programs)));
}

function inFolder({ prefix = "" }, ...parts) {
  return path.join(folder, prefix, "node_modules", ...parts);
}

function listed() {
  return Object.entries(agents)
    .map(([name, agent]) => `${name} ${agent.version}`)
    .join(" and ");
}

function fail(message) {
  console.error(`agents: ${message}`);
  process.exitCode = 1;
}
