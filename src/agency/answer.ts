// The JSON in a model's answer: found between the words around it, and refused when it is not exactly one value.
import { WgError } from "../base/error.ts";

/**
 * The one JSON object of a text: the whole of it, the last fenced block that holds one, or what stands between the
 * first `{` and the last `}`. Refuses (`bad-answer`) a text without one.
 */
export function jsonIn(text: string): unknown {
  const fenced = [...text.matchAll(/```(?:json)?\s*\n(.*?)\n\s*```/gs)]
    .map(([, inner = ""]) => inner)
    .reverse();
  const braced = text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1);
  for (const candidate of [text, ...fenced, braced]) {
    const value = parsed(candidate);
    if (value !== undefined) return value;
  }
  throw new WgError("bad-answer", text.trim() === "" ? "it was empty" : "it holds no JSON object");
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
