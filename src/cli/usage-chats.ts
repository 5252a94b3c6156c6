// What chats have used, turn by turn, read off their transcripts.
import type { Opened } from "../chat/shelf.ts";
import { type Entry, readTranscript } from "../chat/transcript.ts";
import { costOf, type OwnPrices } from "../usage/cost.ts";
import type { Used } from "../usage/used.ts";

/** Every turn that has ended; each is told once, whatever session of its handler it went on with. */
export function usedByChat({ folder, chat }: Opened, own: OwnPrices): Used[] {
  const entries = readTranscript(folder);
  const began = new Map(
    entries.flatMap(({ kind, turn, at }) => (kind === "user" ? [[turn, new Date(at)] as const] : [])),
  );
  return entries.flatMap((entry) => {
    return entry.kind === "result" ? [usedByTurn(chat.id, entry, began.get(entry.turn), own)] : [];
  });
}

function usedByTurn(
  chat: string,
  { at: endedAt, on, result }: Extract<Entry, { kind: "result" }>,
  began: Date | undefined,
  own: OwnPrices,
): Used {
  const ended = new Date(endedAt);
  const at = began ?? ended;
  const { servedModels, resolvedModel, usage } = result;
  const asked = { isCommand: false, servedModels, usage, result };
  return {
    at,
    of: chat,
    role: "chat",
    profile: on.profile,
    model: servedModels.join(" + ") || resolvedModel || on.route,
    state: result.outcome === "done" ? "done" : "failed",
    usage,
    cost: costOf({ ...asked, ...(resolvedModel !== undefined && { resolvedModel }) }, own),
    tookMs: Math.max(0, ended.getTime() - at.getTime()),
  };
}
