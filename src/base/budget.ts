// What may be spent.

/** US dollars. */
export interface Budget {
  /** On one task, all its attempts together. */
  task?: number;
  /** On all tasks from midnight to midnight. */
  day?: number;
}
