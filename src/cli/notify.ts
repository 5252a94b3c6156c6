// `wg notify test`: a notice told now, in every way that the settings name, to see that it arrives.
import { Command, Option } from "commander";
import { WgError } from "../base/error.ts";
import { projectOf } from "../base/home.ts";
import { noticeKinds } from "../config/settings.ts";
import { deliverFrom, waysOf } from "../notify/deliver.ts";
import { messageOf } from "../notify/message.ts";
import { loadSettings } from "../profile/load.ts";
import type { Io } from "./io.ts";
import { plain, print, printJson } from "./print.ts";
import { whereOf } from "./where.ts";

const examples = `
The service of a project tells of what happens there: by a command, by a webhook, or by both.

Examples:
  wg config set notify.command 'notify-send "wg: $WG_EVENT $WG_TASK" "$WG_TEXT"'
  wg config set notify.webhook https://ntfy.sh/my-topic && wg config set notify.template ntfy
  wg config set notify.webhook env:SLACK_HOOK && wg config set notify.template slack
  wg config set notify.events failed,needs-you
  wg notify test
`;

interface Options {
  event: string;
  json?: true;
}

export function notifyCommand(io: Io): Command {
  const command = new Command("notify")
    .description("Try how you are told of what happens.")
    .addHelpText("after", examples);
  command
    .command("test")
    .description(
      "Send one made-up notice now, in each way that the settings name. Exit status 1 when one fails.",
    )
    .addOption(new Option("--event <kind>", "what it is to be of").choices(noticeKinds).default("done"))
    .option("--json", "print one JSON envelope")
    .addHelpText("after", "\nExamples:\n  wg notify test\n  wg notify test --event failed --json")
    .action((options: Options) => test(io, options));
  return command;
}

async function test(io: Io, { event, json }: Options): Promise<void> {
  const { notify } = loadSettings(whereOf(io)).settings.general;
  const ways = waysOf(notify);
  if (ways.length === 0) {
    throw new WgError("no-notify", "nobody would be told: there is no notify.command and no notify.webhook", {
      hint: "set one: wg config set notify.command '<command>'",
    });
  }
  const cwd = projectOf(io.cwd, io.env)?.root ?? io.cwd;
  const made = { number: 0, tries: 0, told: [], at: io.now().toISOString() };
  const words = { kind: event, task: "a-test", title: "A test of wg notify", text: "nothing has happened" };
  const message = messageOf({ ...made, ...words }, cwd);
  const deliver = deliverFrom({ cwd, env: io.env });
  const results = await Promise.all(
    ways.map(async (way) => ({ way, ...(await deliver(way, message, notify, io.signal)) })),
  );
  if (results.some(({ kind }) => kind === "failed")) io.status = 1;
  const told = results.map((result) => ({
    way: result.way,
    told: result.kind === "told",
    ...(result.kind === "failed" && { why: result.why }),
  }));
  if (json) return printJson(io, { event, ways: told });
  print(io, told.map(({ way, why }) => `${way}: ${why === undefined ? "told" : plain(why)}`).join("\n"));
}
