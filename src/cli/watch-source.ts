// What `wg watch` looks at, and how it notices that there is something new without looking at everything.
import type { Project } from "../base/home.ts";
import { changeMark, type Graph } from "../graph/database.ts";
import { type Overview, overview } from "../overview/overview.ts";
import { serviceView } from "../overview/service-view.ts";
import { readFingerprint } from "../profile/load.ts";
import type { Io } from "./io.ts";
import { whereOf } from "./where.ts";

/** Milliseconds between two polls; the others count polls. */
export const pollMs = 250;
const filesEvery = 4;
const lookEveryBusy = 4;
const lookEveryIdle = 8;

export interface WatchSource {
  look(): Promise<Overview>;
  /** Called once a poll; true when it is time for another look: the graph or the settings have changed, or in any case now and then. */
  isDue(busy: boolean): boolean;
}

/** Looks at a project by its open graph. */
export function watchSource(io: Io, project: Project, graph: Graph): WatchSource {
  const where = whereOf(io);
  // Ctrl-C ends the watching, not a look in the middle: a service answers soon, or is taken for silent.
  const { signal } = new AbortController();
  let polls = 0;
  let mark = changeMark(graph);
  let files = readFingerprint(where);

  const hasChanged = () => {
    const before = mark;
    mark = changeMark(graph);
    return mark !== before;
  };
  const filesHaveChanged = () => {
    const before = files;
    files = readFingerprint(where);
    return files !== before;
  };

  return {
    async look() {
      const service = await serviceView(project, signal);
      return overview(where, { project, graph, service }, io.now());
    },
    isDue(busy) {
      polls += 1;
      const isTime = polls % (busy ? lookEveryBusy : lookEveryIdle) === 0;
      const isNew = hasChanged();
      return (polls % filesEvery === 0 && filesHaveChanged()) || isNew || isTime;
    },
  };
}
