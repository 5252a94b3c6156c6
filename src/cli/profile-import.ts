// `wg profile import`: reads a file of wg or of another program, says what it would make of it, and makes it.
import * as path from "node:path";
import { WgError } from "../base/error.ts";
import { readText } from "../base/file.ts";
import { importFile } from "../setup/import-file.ts";
import { type ImportPlan, nameOfFile, type PlannedProfile, planImport } from "../setup/import-plan.ts";
import type { ImportKind, Source } from "../setup/imported.ts";
import { keepCopy, writeProfile } from "../setup/write.ts";
import { canAsk, confirm } from "./ask.ts";
import type { Io } from "./io.ts";
import { paint, plain, print, printJson, say, table } from "./print.ts";
import { writablePlace } from "./profile-place.ts";

interface ImportOptions {
  name?: string;
  only: string[];
  force?: true;
  yes?: true;
  json?: true;
}

/** An export of cc-switch holds its whole database. */
const maxBytes = 256 * 1024 * 1024;

const kindTitles: Readonly<Record<ImportKind, string>> = {
  wg: "a profile of wg",
  "rust-wg": "a file of the original wg",
  codex: "a configuration of Codex",
  claude: "settings of Claude Code",
  "cc-switch": "an export of cc-switch",
};

export async function importProfiles(io: Io, file: string, options: ImportOptions): Promise<void> {
  const where = writablePlace(io);
  const source = await sourceOf(io, file);
  const wish = {
    only: options.only,
    force: options.force === true,
    ...(options.name !== undefined && { name: options.name }),
  };
  const named = options.name === undefined ? source : { ...source, name: options.name };
  const plan = planImport(where.home, source, importFile(named), wish);
  const toWrite = plan.profiles.filter(({ state }) => state === "new" || state === "replaced");
  if (!options.json) tellPlan(io, source.path, plan);
  const agreed =
    toWrite.length === 0 || options.yes === true || (await agrees(io, toWrite.length, options.json));
  const copies: string[] = [];
  for (const { name, text, old } of agreed ? toWrite : []) {
    if (old !== undefined) copies.push(keepCopy(where.home, name, old));
    await writeProfile(where, { name, text, by: `profile import ${name}`, over: old }, io.signal);
  }
  if (!agreed) io.status = 4;
  if (options.json) return printJson(io, planJson(source.path, plan, agreed, copies));
  tellDone(io, plan, agreed ? toWrite : [], copies, agreed);
}

async function sourceOf(io: Io, file: string): Promise<Source> {
  if (file === "-")
    return { path: "-", name: "imported", text: await stdinText(io), sibling: () => undefined };
  const full = path.resolve(io.cwd, file);
  const text = readText(full, maxBytes);
  if (text === undefined) throw new WgError("no-file", `there is no file ${full}`, { at: { path: full } });
  const sibling = (name: string) => {
    const beside = path.join(path.dirname(full), name);
    return beside === full ? undefined : readText(beside);
  };
  return { path: full, name: nameOfFile(full), text, sibling };
}

async function stdinText(io: Io): Promise<string> {
  const chunks: Buffer[] = [];
  let held = 0;
  for await (const chunk of io.stdin) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    held += bytes.length;
    if (held > maxBytes) throw new WgError("bad-file", `stdin has more than ${maxBytes} bytes`);
  }
  return Buffer.concat(chunks).toString("utf8");
}

async function agrees(io: Io, count: number, json: true | undefined): Promise<boolean> {
  if (json || !canAsk(io)) return false;
  return confirm(io, count === 1 ? "write it?" : `write these ${count} profiles?`);
}

function tellPlan(io: Io, file: string, { kind, profiles, notTaken }: ImportPlan): void {
  say(io, `${plain(file)} is ${kindTitles[kind]}`);
  const rows = profiles.map((each) => [
    each.name,
    each.model ?? "-",
    each.endpoints.map(({ url }) => url).join(" ") || "-",
    fates[each.state],
  ]);
  if (rows.length > 0) print(io, table(["PROFILE", "RUNS", "AT", "WHAT HAPPENS"], rows));
  for (const { name, notes, notTaken: own } of profiles) {
    for (const note of notes) say(io, `${name}: ${plain(note)}`);
    for (const { key, why } of own) say(io, `${name}: not taken: ${plain(key)} (${plain(why)})`);
  }
  for (const { key, why } of notTaken) say(io, `not taken: ${plain(key)} (${plain(why)})`);
}

const fates: Readonly<Record<PlannedProfile["state"], string>> = {
  new: "new",
  replaced: "replaces the one of that name, whose text is kept",
  same: "is there already",
  kept: "not written: another profile has that name (--force replaces it)",
};

function tellDone(
  io: Io,
  { profiles }: ImportPlan,
  written: readonly PlannedProfile[],
  copies: readonly string[],
  agreed: boolean,
): void {
  if (!agreed) {
    say(
      io,
      canAsk(io)
        ? "nothing was written"
        : "nothing was written: nobody could be asked, and there was no --yes",
    );
    return;
  }
  for (const copy of copies) say(io, `the old text is kept in ${plain(copy)}`);
  for (const { path: file } of written) say(io, `made ${plain(file)}`);
  for (const { variable, at } of profiles.flatMap(({ keys }) => keys)) {
    const state = io.env[variable] ? "is set here" : paint(io, "stderr", "yellow", "is not set here");
    say(io, `export ${plain(variable)}, the key of ${plain(at)}; it ${state}`);
  }
  const [first] = written;
  if (first) say(io, `to switch to it: wg profile use ${first.name}`);
}

function planJson(
  file: string,
  plan: ImportPlan,
  written: boolean,
  copies: readonly string[],
): Record<string, unknown> {
  return {
    file,
    kind: plan.kind,
    written,
    profiles: plan.profiles.map(({ text: toml, old: _, ...rest }) => ({ ...rest, toml })),
    notTaken: plan.notTaken,
    copies,
  };
}
