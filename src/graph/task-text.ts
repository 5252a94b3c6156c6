// What the texts of a task may hold: checked once, where they enter the graph.
import { WgError } from "../base/error.ts";
import { parseRoute, routeText } from "../base/route.ts";

const maxDescriptionBytes = 256 * 1024;
const maxTitleLength = 300;
const maxCommandLength = 8_000;
const maxMessageLength = 16_000;
const maxPriority = 1_000_000;
const maxTags = 50;

// Control characters and line separators would fake lines of a listing; direction marks would reorder them.
const unprintable = /[^ -~\xa0-\u2027\u202f-\u2065\u206a-\uffff]/;

/** The title without white space around it. Refuses (`bad-title`) an empty one, one above 300 characters or one line. */
export function checkedTitle(title: string): string {
  const text = title.trim();
  if (text === "")
    throw new WgError("bad-title", "a task needs a title", { hint: 'wg add "what is to be done"' });
  if (text.length > maxTitleLength) {
    throw new WgError(
      "bad-title",
      `the title has ${text.length} characters, the limit is ${maxTitleLength}`,
      {
        hint: "say the rest in the description: -d text, or -d - to read it from stdin",
      },
    );
  }
  if (unprintable.test(text)) {
    throw new WgError("bad-title", "the title holds a line break or a control character", {
      hint: "a title is one line of plain text; the description may have many",
    });
  }
  return text;
}

/** Refuses (`bad-description`) one above 256 KB or with a NUL. */
export function checkedDescription(text: string): string {
  const bytes = Buffer.byteLength(text);
  if (bytes > maxDescriptionBytes) {
    throw new WgError(
      "bad-description",
      `the description has ${bytes} bytes, the limit is ${maxDescriptionBytes}`,
      {
        hint: "put it into a file of the project and name the file here",
      },
    );
  }
  if (text.includes("\0")) throw new WgError("bad-description", "the description holds a NUL byte");
  return text;
}

/** A log message, reason or summary without white space around it. Refuses (`bad-message`) an empty one, one above 16,000 characters or with a NUL. */
export function checkedMessage(text: string): string {
  const message = text.trim();
  if (message === "") throw new WgError("bad-message", "the message is empty");
  if (message.length > maxMessageLength) {
    throw new WgError(
      "bad-message",
      `the message has ${message.length} characters, the limit is ${maxMessageLength}`,
      {
        hint: "write a file and attach it with: wg artifact <id> <path>",
      },
    );
  }
  if (message.includes("\0")) throw new WgError("bad-message", "the message holds a NUL byte");
  return message;
}

/** A shell command. Refuses (`bad-command`) an empty one, one above 8,000 characters or with a NUL. */
export function checkedCommand(text: string): string {
  if (text.trim() === "") throw new WgError("bad-command", "the command is empty");
  if (text.length > maxCommandLength) {
    throw new WgError(
      "bad-command",
      `the command has ${text.length} characters, the limit is ${maxCommandLength}`,
      {
        hint: "put it into a script of the project and run that",
      },
    );
  }
  if (text.includes("\0")) throw new WgError("bad-command", "the command holds a NUL byte");
  return text;
}

/** The route as everybody writes it (`nex:x` becomes `local:x`). Refuses with `bad-route`. */
export function checkedRoute(text: string): string {
  return routeText(parseRoute(text));
}

/** Refuses (`bad-tier`) what could not be the name of a tier. */
export function checkedTier(text: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,63}$/.test(text)) return text;
  throw new WgError("bad-tier", `${JSON.stringify(text.slice(0, 64))} is no name of a tier`, {
    hint: "a tier is a key of [tiers] in the settings, for example fast",
  });
}

/** Each tag once, sorted. Refuses (`bad-tag`) one that is no word, and more than 50. */
export function checkedTags(tags: readonly string[]): string[] {
  const distinct = [...new Set(tags)].sort();
  for (const tag of distinct) {
    if (/^[\p{L}\p{N}][\p{L}\p{N}._:/-]{0,63}$/u.test(tag)) continue;
    throw new WgError("bad-tag", `${JSON.stringify(tag.slice(0, 64))} is no tag`, {
      hint: "a tag is one word of letters, digits and . _ : / - with at most 64 characters",
    });
  }
  if (distinct.length > maxTags) {
    throw new WgError("bad-tag", `a task may have ${maxTags} tags, this has ${distinct.length}`);
  }
  return distinct;
}

/** Refuses (`bad-gate`) what is no number from 0 to 1. */
export function checkedGate(gate: number): number {
  if (gate >= 0 && gate <= 1) return gate;
  throw new WgError("bad-gate", `a gate is a score from 0 to 1, this is ${gate}`, {
    hint: "0.7 asks for good work; nothing passes 1 but what is perfect",
  });
}

/** Refuses (`bad-priority`) what is no whole number within a million of 0. */
export function checkedPriority(priority: number): number {
  if (Number.isInteger(priority) && Math.abs(priority) <= maxPriority) return priority;
  throw new WgError(
    "bad-priority",
    `priority ${priority} is no whole number from -${maxPriority} to ${maxPriority}`,
    {
      hint: "0 is the default, a higher number goes first",
    },
  );
}
