// Where one smoke scenario plays: a fresh home and project, a rehearsal model server, and nothing left of them afterwards.
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** The longest that one command may take, or that something awaited may stay away. */
const limitMs = 30_000;

/** Gives `play` a place and takes it away again, whatever came of it: processes first, then files. Answers what `play` does. */
export async function inPlace(program, signal, play) {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "wg-smoke-")));
  const place = makePlace(program, root, signal);
  try {
    return await play(place);
  } finally {
    await place.end();
    fs.rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

function makePlace(program, root, signal) {
  const home = path.join(root, "home");
  const project = path.join(root, "project");
  for (const folder of [home, project]) fs.mkdirSync(folder);
  const env = { PATH: process.env.PATH, HOME: home, USER: "smoke", LC_ALL: "C.UTF-8" };
  const requestLog = path.join(root, "requests.jsonl");
  const [command, ...before] = program;
  let simulator;
  let servicePid;

  /** Runs wg to its end, with the variables of `more` as well. */
  const wg = (args, more = {}) =>
    ended(
      spawn(command, [...before, ...args], { cwd: project, env: { ...env, ...more }, detached: true }),
      args,
    );

  const place = {
    home,
    project,
    wg,
    profileFile: (name) => path.join(home, ".wg/profiles", `${name}.toml`),

    /** Runs wg, which has to succeed; its stdout. */
    async ok(...args) {
      const { status, stdout, stderr } = await wg(args);
      if (status !== 0) throw new Error(`wg ${args.join(" ")} ended with ${status}: ${firstLine(stderr)}`);
      return stdout;
    },

    async json(...args) {
      const stdout = await place.ok(...args, "--json");
      try {
        return JSON.parse(stdout);
      } catch {
        throw new Error(`wg ${args.join(" ")} --json printed no JSON: ${firstLine(stdout)}`);
      }
    },

    /** Starts a model server of this very wg; its url. With a script it answers as that says. */
    async simulate(script) {
      const file = path.join(root, "script.json");
      if (script !== undefined) fs.writeFileSync(file, JSON.stringify(script));
      const options = ["--port", "0", "--json", "--log", requestLog, ...(script ? ["--script", file] : [])];
      simulator = spawn(command, [...before, "simulate", ...options], {
        cwd: root,
        env,
        detached: true,
        stdio: ["ignore", "pipe", "ignore"],
      });
      let said = "";
      let failure = "";
      simulator.on("error", (error) => {
        failure = `: ${error.message}`;
      });
      simulator.stdout.setEncoding("utf8").on("data", (text) => {
        said += text;
      });
      await place.until("wg simulate says its url", () => {
        if (failure !== "" || simulator.exitCode !== null)
          throw new Error(`wg simulate did not start${failure}`);
        return said.includes('"url"') && said.includes("}");
      });
      return JSON.parse(said).url;
    },

    async startService() {
      servicePid = (await place.json("service", "start")).pid;
    },

    /** What models were asked for a task, in order, as the model server saw it. */
    modelsAsked(task) {
      const lines = fs.existsSync(requestLog) ? fs.readFileSync(requestLog, "utf8").split("\n") : [];
      return lines
        .filter(Boolean)
        .map((line) => JSON.parse(line))
        .filter(({ prompt }) => prompt?.includes(`# Task ${task}:`))
        .map(({ model }) => model);
    },

    /** Waits for the end of a task's newest run; the run, as `wg runs` tells it. */
    runOf(task) {
      return place.until(`the run of ${task} ends`, async () => {
        const { runs } = await place.json("runs");
        return runs.find((run) => run.task === task && run.status === "ended");
      });
    },

    async until(what, look) {
      const endMs = performance.now() + limitMs;
      while (performance.now() < endMs) {
        const found = await look();
        if (found) return found;
        await sleep(50, undefined, { signal });
      }
      throw new Error(`never came true: ${what}`);
    },

    async end() {
      if (servicePid !== undefined) {
        await wg(["service", "stop", "--kill-agents"]).catch(() => {});
        await seeEnded(servicePid);
      }
      if (simulator?.pid !== undefined) {
        signalTo(-simulator.pid, "SIGTERM");
        await seeEnded(-simulator.pid);
      }
    },
  };
  return place;
}

function ended(child, args) {
  return new Promise((resolve, reject) => {
    const said = { stdout: "", stderr: "" };
    const timer = setTimeout(() => {
      signalTo(-child.pid, "SIGKILL");
      for (const name of Object.keys(said)) child[name].destroy();
    }, limitMs);
    for (const name of Object.keys(said)) {
      child[name].setEncoding("utf8").on("data", (text) => {
        said[name] += text;
      });
    }
    child.stdin.on("error", () => {});
    child.stdin.end();
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(new Error(`wg ${args.join(" ")} could not be started: ${error.message}`));
    });
    child.on("close", (status, killedBy) => {
      clearTimeout(timer);
      resolve({ status: status ?? killedBy, ...said });
    });
  });
}

/** Waits until a process that was asked to end has ended, or with a negative number its group; kills it when it does not. */
async function seeEnded(pid) {
  const endMs = performance.now() + 5000;
  while (signalTo(pid, 0) && performance.now() < endMs) await sleep(50);
  signalTo(pid, "SIGKILL");
}

/** False when nobody is there any more to get it. */
function signalTo(pid, signal) {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

function firstLine(text) {
  return text.trim().split("\n")[0];
}
