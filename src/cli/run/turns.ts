/** A place in a line: `come` resolves when everybody before has passed. Who took a turn must pass it, come or not. */
export interface Turn {
  come: Promise<void>;
  pass(): void;
}

/** So that rows which run side by side are asked for in the order of the source. */
export function createTurns(): { take(): Turn } {
  let last: Promise<void> = Promise.resolve();
  return {
    take() {
      const before = last;
      const own = Promise.withResolvers<void>();
      last = before.then(() => own.promise);
      return { come: before, pass: own.resolve };
    },
  };
}
