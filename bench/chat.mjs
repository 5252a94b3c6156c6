// What wg's own agent adds before the first word of an answer, against a bare request to the same server, and what chats
// that wait for their person hold in memory. Prints tables; exits 1 when a ratio is above its limit.
// `--rounds <n>` takes more or fewer rounds, `--chats <n>` more or fewer chats.
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { makePlace, ms, percentile, printTable, program, ratio } from "./support.mjs";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "20" }, chats: { type: "string", default: "8" } },
});
const rounds = Number(values.rounds);
const chats = Number(values.chats);
const body = JSON.stringify({ model: "m", stream: true, messages: [{ role: "user", content: "hello" }] });
/** Of the time to the first word, from the start of the process. */
const limit = 3;

const place = makePlace("chat");
const server = await startServer();
try {
  const times = {
    "bare request": [],
    "wg nex": [],
    "bare request, node running": [],
    "wg nex, chat open": [],
  };
  const talk = await openChat();
  // In turns, so that a busy machine slows all alike; the first round only warms up.
  for (let round = 0; round <= rounds; round++) {
    const taken = await oneRound(talk, round);
    if (round === 0) continue;
    for (const [name, value] of Object.entries(taken)) times[name].push(value);
  }
  talk.end();
  report(times);
  await reportMemory();
} finally {
  server.close();
  place.end();
}

/** A server that says one word at once. */
async function startServer() {
  const chunk = (delta, finish) =>
    `data: ${JSON.stringify({ model: "m", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  const listening = http.createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      response.setHeader("content-type", "text/event-stream");
      response.end(`${chunk({ content: "word\n" }, null)}${chunk({}, "stop")}data: [DONE]\n\n`);
    });
  });
  await new Promise((resolve) => listening.listen(0, "127.0.0.1", resolve));
  return Object.assign(listening, { url: `http://127.0.0.1:${listening.address().port}` });
}

async function oneRound(talk, round) {
  return {
    "bare request": await untilFirstByte(["-e", bareRequest()]),
    "wg nex": await untilFirstByte([program, "nex", "-m", "m", "-e", server.url], "hello"),
    "bare request, node running": await requestHere(),
    "wg nex, chat open": await talk.say(`hello ${round}`),
  };
}

async function requestHere() {
  const startMs = performance.now();
  const response = await fetch(`${server.url}/v1/chat/completions`, { method: "POST", body });
  await response.body.getReader().read();
  return performance.now() - startMs;
}

function bareRequest() {
  return `fetch("${server.url}/v1/chat/completions", { method: "POST", body: ${JSON.stringify(body)} })
    .then(async (response) => { for await (const part of response.body) { process.stdout.write(part); break; } })`;
}

/** Milliseconds from the start of a process to the first byte on its stdout. */
async function untilFirstByte(args, input = "") {
  const startMs = performance.now();
  const child = spawn(process.execPath, args, { cwd: place.project, env: place.env });
  child.stdin.end(input);
  let tookMs;
  child.stdout.once("data", () => {
    tookMs = performance.now() - startMs;
  });
  let words = "";
  child.stderr.on("data", (text) => {
    words += text;
  });
  await new Promise((resolve) => child.on("close", resolve));
  if (tookMs === undefined) throw new Error(`${args.slice(0, 2).join(" ")} said nothing: ${words}`);
  return tookMs;
}

/** `wg nex` in a terminal of its own, which waits for what is typed. */
async function openChat() {
  const words = [process.execPath, program, "nex", "-m", "m", "-e", server.url];
  const command = `echo "pid $$"; exec ${words.map((word) => `'${word}'`).join(" ")}`;
  const args =
    process.platform === "darwin"
      ? ["-q", "/dev/null", "/bin/sh", "-c", command]
      : ["-qfc", command, "/dev/null"];
  const child = spawn("script", args, {
    cwd: place.project,
    env: { ...place.env, TERM: "xterm", SHELL: "/bin/sh" },
  });
  let shown = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    shown += text;
  });
  const until = async (pattern) => {
    for (const untilMs = performance.now() + 30_000; performance.now() < untilMs; await sleep(1)) {
      if (pattern.test(shown)) return;
    }
    throw new Error(`never shown: ${pattern}: ${shown.slice(-500)}`);
  };
  await until(/Ctrl-D leaves/);
  return {
    pid: Number(/pid (\d+)/.exec(shown)[1]),
    async say(text) {
      shown = "";
      const startMs = performance.now();
      child.stdin.write(`${text}\r`);
      await until(/word/);
      const tookMs = performance.now() - startMs;
      await until(/m · /);
      return tookMs;
    },
    end: () => child.kill(),
  };
}

function report(times) {
  const bare = percentile(times["bare request"], 0.5);
  const rows = Object.entries(times).map(([name, all]) => {
    const p50 = percentile(all, 0.5);
    const isLimited = name === "wg nex";
    if (isLimited && p50 / bare > limit) process.exitCode = 1;
    const verdict = isLimited ? `${limit}x ${p50 / bare > limit ? "MISSED" : "ok"}` : "";
    return [name, ms(p50), ms(percentile(all, 0.99)), ratio(p50, bare), verdict];
  });
  const title = `first word of an answer, ${rounds} rounds; from the start of the process, the last two from Enter, or the request`;
  printTable(title, ["", "p50 ms", "p99 ms", "p50 / bare", "limit"], rows);
}

/** Resident memory of chats that have had one turn each, and of a bare node that waits. */
async function reportMemory() {
  const talks = [];
  const waiting = spawn(process.execPath, ["-e", "setInterval(() => {}, 1e9)"]);
  try {
    for (let n = 0; n < chats; n++) {
      const talk = await openChat();
      talks.push(talk);
      await talk.say("hello");
    }
    await sleep(1000);
    const sizes = talks.map(({ pid }) => megabytesOf(pid));
    const bare = megabytesOf(waiting.pid);
    if (sizes.some(Number.isNaN)) return;
    const sum = sizes.reduce((all, size) => all + size, 0);
    printTable(
      `memory of ${chats} chats that wait`,
      ["", "MB", "of a bare node"],
      [
        ["a bare node that waits", bare.toFixed(0), "1.00x"],
        ["one chat", (sum / chats).toFixed(0), ratio(sum / chats, bare)],
        ["all of them", sum.toFixed(0), ratio(sum, bare * chats)],
      ],
    );
  } finally {
    waiting.kill();
    for (const talk of talks) talk.end();
  }
}

/** NaN where there is no /proc. */
function megabytesOf(pid) {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}
