// Node's child_process, loaded when a process is first started: most commands start none, and loading takes a
// millisecond or two of a start that is measured.

/** The module itself. */
export function childProcess(): typeof import("node:child_process") {
  return process.getBuiltinModule("node:child_process");
}
