// Plays a command of wg within the test's own process, which is fifty times as cheap as a process. That each verb does the
// same in the program as it is built is shown by test/envelopes.test.ts, test/other-tools.test.ts and the transcripts.
import { Readable, Writable } from "node:stream";
import { runCommand } from "../../src/cli/program.ts";
import { type Ended, makePlace, type Place } from "./wg.ts";

/** A process for each of these would cost more than what most tests are about. */
const verbs: ReadonlySet<string> = new Set([
  ...["init", "add", "edit", "list", "ready", "show", "runs", "log", "why", "usage", "retry"],
  ...["config set", "config get", "config unset", "service status", "service stop"],
  ...["profile init-starters", "profile create", "profile set", "profile use", "profile current"],
  ...["profile show", "profile history", "failover list", "chat list", "chat show"],
]);

/** True for a command line whose verb reads or changes files and the graph, and needs no process of its own. */
export function isPlayedHere(args: readonly string[]): boolean {
  const [first = "", second = ""] = args;
  return !args.includes("--follow") && (verbs.has(first) || verbs.has(`${first} ${second}`));
}

/** Those start the program that they are themselves. */
const starters = /^(service start|failover drill|chat|nex|shell|run|worker|evaluate|task rerun)\b/;

/** As `makePlace`, but `wg` plays in this process where it can: for tests of what many command lines say and leave. */
export function makePlaceHere(env: Record<string, string> = {}): Place {
  const place = makePlace(env);
  return { ...place, wg: wgHere(place) };
}

/** What a place's `wg` is replaced with to play in this process where it can. */
export function wgHere(place: Pick<Place, "env" | "project" | "wg">): Place["wg"] {
  const { wg } = place;
  return (...args) => (starters.test(args.join(" ")) ? wg(...args) : playHere(place, args));
}

/** The same as `place.wg(...args)`, from the source; a bug that the program would report is thrown. */
export async function playHere(
  place: Pick<Place, "env" | "project">,
  args: readonly string[],
): Promise<Ended> {
  const [stdout, stderr] = [collected(), collected()];
  const io = {
    env: { ...place.env },
    cwd: place.project,
    stdin: Readable.from([]),
    stdout: stdout.stream,
    stderr: stderr.stream,
    now: () => new Date(),
    signal: new AbortController().signal,
    patient: false,
    status: 0,
  };
  await runCommand(args, io);
  return { status: io.status, stdout: stdout.text(), stderr: stderr.text() };
}

function collected(): { stream: Writable; text(): string } {
  const chunks: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  return { stream, text: () => chunks.join("") };
}
