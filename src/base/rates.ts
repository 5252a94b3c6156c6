// What tokens of a model cost.

/** US dollars for a million tokens. Without `cached`, input that came from a cache costs as much as any. */
export interface Rates {
  input: number;
  output: number;
  cached?: number;
}
