// Codex offers at its start to move to a newer model than the one asked for; a chat stays on its own.
import { execFileSync } from "node:child_process";
import { fieldsOf, listOf, textOf } from "./fields.ts";

/** Reading its own list of models takes Codex a tenth of a second. */
const limitMs = 3000;
const maxBytes = 16 * 1024 * 1024;

/**
 * The argument that tells Codex that this offer was made and declined; none where it makes none, or does not say. Its
 * files stay as they are, so that it makes the offer where wg has no part.
 */
export function declinedMigration(
  program: string,
  model: string,
  env: Readonly<Record<string, string>>,
): string[] {
  const newer = newerModel(program, model, env);
  if (newer === undefined) return [];
  return ["-c", `notice.model_migrations={${JSON.stringify(model)}=${JSON.stringify(newer)}}`];
}

function newerModel(
  program: string,
  model: string,
  env: Readonly<Record<string, string>>,
): string | undefined {
  try {
    const listed = execFileSync(program, ["debug", "models", "--bundled"], {
      env,
      encoding: "utf8",
      timeout: limitMs,
      maxBuffer: maxBytes,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const own = listOf(fieldsOf(JSON.parse(listed))["models"])
      .map(fieldsOf)
      .find(({ slug }) => slug === model);
    return textOf(fieldsOf(own?.["upgrade"])["model"]);
  } catch {
    // Another version of Codex: then it asks, and the person decides.
    return undefined;
  }
}
