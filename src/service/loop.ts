// When to look: soon after being told to, whenever something has changed, and every second in any case.

/** Milliseconds between two looks at the change mark; the others are multiples of it. */
const pollMs = 100;
const settingsEvery = 5;
const lookEvery = 10;

export interface Steps {
  look(): void;
  /** True when the graph has changed since the last call. */
  hasChanged(): boolean;
  lookAtSettings(): void;
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
      attempt(() => steps.look());
    });
  }

  const timer = setInterval(() => {
    polls += 1;
    attempt(() => {
      if (polls % settingsEvery === 0) steps.lookAtSettings();
      if (steps.hasChanged() || polls % lookEvery === 0) wake();
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
