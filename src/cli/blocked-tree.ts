// What a task waits for, as an indented tree. Pure.
import type { Chain, Link } from "../graph/chain.ts";
import { plain } from "./print.ts";

/** A longer tree is cut; the causes below it are whole. */
const maxLines = 30;

/** One line a task, each below what waits for it; what was told before is only named. */
export function treeText(chain: Chain, root: string): string {
  const lines: string[] = [];
  const told = new Set<string>();
  const open: { id: string; depth: number }[] = [{ id: root, depth: 0 }];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { id, depth } = at;
    const link = chain.get(id);
    if (link === undefined) continue;
    const isRepeated = told.has(id) && link.waitsFor.length > 0;
    lines.push(`${"  ".repeat(depth)}${id}  ${isRepeated ? "as above" : stateText(link)}`);
    if (told.has(id)) continue;
    told.add(id);
    for (const need of link.waitsFor.toReversed()) open.push({ id: need, depth: depth + 1 });
  }
  const rest = lines.length - maxLines;
  return [...lines.slice(0, maxLines), ...(rest > 0 ? [`${rest} more lines; --json has them all`] : [])]
    .map(plain)
    .join("\n");
}

function stateText({ status, waitsFor, hold }: Link): string {
  if (status !== "open") return status;
  const waits = waitsFor.length === 0 ? "" : `waits for ${waitsFor.length}`;
  return [waits, hold === undefined ? "" : "held"].filter((part) => part !== "").join(", ") || "ready";
}
