// A breakdown as lines of a tree: each task below the last one that it waits for.
import type { Proposal } from "./breakdown.ts";

/** Lines for people; what a task waits for besides the one above it is named. Takes proposals in their order. */
export function treeLines(proposals: readonly Proposal[]): string[] {
  const keys = new Set(proposals.map(({ key }) => key));
  const below = new Map<string | undefined, Proposal[]>();
  for (const proposal of proposals) {
    const parent = proposal.needs.filter((need) => keys.has(need)).at(-1);
    below.set(parent, [...(below.get(parent) ?? []), proposal]);
  }
  const lines: string[] = [];
  const visit = (parent: string | undefined, indent: string): void => {
    const children = below.get(parent) ?? [];
    for (const [index, child] of children.entries()) {
      const isLast = index === children.length - 1;
      const branch = parent === undefined ? "" : isLast ? "└─ " : "├─ ";
      lines.push(`${indent}${branch}${lineOf(child, parent)}`);
      visit(child.key, parent === undefined ? indent : `${indent}${isLast ? "   " : "│  "}`);
    }
  };
  visit(undefined, "");
  return lines;
}

function lineOf({ key, title, needs, tier, model }: Proposal, parent: string | undefined): string {
  const others = needs.filter((need) => need !== parent);
  const notes = [
    ...(others.length === 0 ? [] : [`${parent === undefined ? "after" : "also after"} ${others.join(", ")}`]),
    ...(tier === undefined ? [] : [`tier ${tier}`]),
    ...(model === undefined ? [] : [model]),
  ];
  return `${key}: ${title}${notes.length === 0 ? "" : `  (${notes.join("; ")})`}`;
}
