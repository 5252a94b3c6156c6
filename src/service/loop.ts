// When to look: soon after being told to, whenever something has changed, and now and then in any case.

/** Milliseconds between two polls; the others count polls. */
const pollMs = 100;
const filesEvery = 5;
const lookEveryBusy = 10;
const lookEveryIdle = 100;

export interface Steps {
  /** Answers whether something is in flight that may end without anybody telling. */
  look(): { busy: boolean };
  /** True when the graph has changed since the last call. */
  hasChanged(): boolean;
  lookAtFiles(): void;
  /** Gets whatever a step throws; the loop goes on. */
  failed(error: unknown): void;
}

export interface Loop {
  /** Looks soon; any number of calls before that make one look. */
  wake(): void;
  stop(): void;
}

/** Begins with a look. A message that is lost costs at most the time to the next poll. */
export function startLoop(steps: Steps): Loop {
  let pending: NodeJS.Immediate | undefined;
  let polls = 0;
  let busy = true;
  let isStopped = false;

  function attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      steps.failed(error);
    }
  }

  function wake(): void {
    if (isStopped) return;
    pending ??= setImmediate(() => {
      pending = undefined;
      attempt(() => {
        busy = steps.look().busy;
      });
    });
  }

  const timer = setInterval(() => {
    polls += 1;
    attempt(() => {
      if (polls % filesEvery === 0) steps.lookAtFiles();
      const isDue = polls % (busy ? lookEveryBusy : lookEveryIdle) === 0;
      if (steps.hasChanged() || isDue) wake();
    });
  }, pollMs);
  wake();

  return {
    wake,
    stop() {
      isStopped = true;
      clearInterval(timer);
      clearImmediate(pending);
    },
  };
}
