// Notices in the running program: a webhook that is told at least once, a hook that may hang, and no repeats after a restart.
import { once } from "node:events";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { processMark } from "../../src/base/process.ts";
import { makeServicePlace, type ServicePlace } from "../support/service.ts";

interface Received {
  headers: http.IncomingHttpHeaders;
  body: string;
}

let place: ServicePlace;
let server: http.Server;
let received: Received[];
let answers: number[];

beforeEach(async () => {
  place = await makeServicePlace();
  received = [];
  answers = [];
  server = http.createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    received.push({ headers: request.headers, body });
    response.writeHead(answers.shift() ?? 200).end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
});
afterEach(async () => {
  await place.end();
  server.closeAllConnections();
  server.close();
});

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
const bodies = () => received.map(({ body }) => JSON.parse(body));
const log = () => place.lines(".wg/service/log").map((line) => JSON.parse(line).message as string);

it("done and failed tasks are told, also after the webhook has failed once, and not again by the next service", async () => {
  await place.ok("config", "set", "notify.webhook", url());
  answers = [500];
  await place.start();
  await place.ok("add", "Good", "--id", "good", "--exec", "echo made it");
  await place.until("it was told again", () => received.length === 2);
  await place.ok("add", "Bad", "--id", "bad", "--exec", "exit 3");
  await place.until("the failure was told", () => received.length === 3);
  expect(bodies().map(({ event, task }) => `${event} ${task}`)).toEqual([
    "done good",
    "done good",
    "failed bad",
  ]);
  expect(bodies()[2]).toMatchObject({
    schemaVersion: 1,
    project: place.project,
    title: "Bad",
    profile: "base",
  });
  expect(log().filter((message) => message.includes("could not tell"))).toHaveLength(1);
  await place.ok("service", "stop");
  await place.start();
  await place.ok("add", "Last", "--id", "last", "--exec", "true");
  await place.until("the last was told", () => received.length === 4);
  expect(bodies()[3]).toMatchObject({ event: "done", task: "last" });
});

it("what happens while no service runs is told by the next one; what nobody asked for never is", async () => {
  await place.ok("config", "set", "notify.webhook", url());
  await place.ok("config", "set", "notify.events", "failed");
  await place.start();
  await place.ok("add", "Good", "--id", "good", "--exec", "true");
  await place.ok("add", "Slow", "--id", "slow", "--exec", "sleep 1; exit 3");
  await place.until("it runs", async () =>
    (await place.status()).inFlight.some(({ task }) => task === "slow"),
  );
  await place.ok("service", "stop");
  await place.until("it failed", async () => (await place.ok("list", "--status", "failed")).includes("slow"));
  await place.start();
  await place.until("it was told", () => received.length === 1);
  expect(bodies()[0]).toMatchObject({ event: "failed", task: "slow" });
});

it("a webhook that says no for good is given up at once, and said to be", async () => {
  answers = [404];
  await place.ok("config", "set", "notify.webhook", url());
  await place.start();
  await place.ok("add", "Good", "--id", "good", "--exec", "true");
  await place.until("it was given up", () => log().some((message) => message.startsWith("gave up telling")));
  expect(received).toHaveLength(1);
});

it("a command gets the notice on its stdin and in its environment, and holds up no task", async () => {
  const hook = path.join(place.project, "hook.sh");
  fs.writeFileSync(
    hook,
    'echo $$ >> pids; cat >> told.jsonl; echo "$WG_EVENT $WG_TASK $WG_TITLE" >> told.txt; sleep 600\n',
  );
  await place.ok("config", "set", "notify.command", `sh ${hook}`);
  await place.start();
  for (const id of ["a", "b"]) await place.ok("add", `Task ${id}`, "--id", id, "--exec", "true");
  await place.until("both were told", () => place.lines("told.txt").length === 2);
  expect(place.lines("told.txt").sort()).toEqual(["done a Task a", "done b Task b"]);
  expect(JSON.parse(place.lines("told.jsonl")[0] ?? "")).toMatchObject({ event: "done" });
  await place.ok("service", "stop");
  expect(place.lines("pids").filter((pid) => processMark(Number(pid)) !== undefined)).toEqual([]);
});

it("wg notify test sends one in the words of the template, and fails where that fails", async () => {
  expect(await place.wg("notify", "test", "--json")).toMatchObject({ status: 1 });
  await place.ok("config", "set", "notify.webhook", url());
  await place.ok("config", "set", "notify.template", "ntfy");
  expect(await place.ok("notify", "test", "--event", "failed")).toBe("webhook: told\n");
  expect(received[0]?.headers).toMatchObject({ title: "failed: a-test", priority: "high" });
  answers = [500];
  const ended = await place.wg("notify", "test");
  expect(ended).toMatchObject({
    status: 1,
    stdout: expect.stringMatching(/^webhook: 127.0.0.1:\d+ answered 500\n$/),
  });
});
