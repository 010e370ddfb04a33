import { Conflict } from './errors.ts';
import { readJson, writeJson } from './json.ts';
import type { ObjectStore } from './object-store.ts';

/** Waiting between two tries; tests hand in a clock of their own. */
export interface CompareAndSetOptions {
  readonly gzip?: boolean;
  /** @default 1000 tries, then the last Conflict is thrown: somebody writes this key without end. */
  readonly tries?: number;
  /** Milliseconds. */
  readonly sleep?: (ms: number) => Promise<void>;
  /** From 0 to 1; spreads writers that lost together. */
  readonly random?: () => number;
}

/**
 * Changes a JSON object so that no concurrent change is lost: reads, changes, writes on condition,
 * and starts again after a lost condition, so `change` may run several times and must not keep state.
 * `undefined` from `change` leaves everything as it is. Answers the value that is now there.
 */
export async function compareAndSet<T>(
  store: ObjectStore,
  key: string,
  change: (current: T | undefined) => T | undefined | Promise<T | undefined>,
  options: CompareAndSetOptions = {},
): Promise<T | undefined> {
  const { gzip, tries = 1000, sleep = wait, random = Math.random } = options;
  for (let attempt = 1; ; attempt++) {
    const found = await readJson<T>(store, key);
    const next = await change(found?.value);
    if (next === undefined) return found?.value;
    try {
      await writeJson(store, key, next, { gzip, ...condition(found?.etag) });
      return next;
    } catch (error) {
      if (!(error instanceof Conflict) || attempt >= tries) throw error;
      await sleep(random() * Math.min(50, 2 ** Math.min(attempt, 6)));
    }
  }
}

function condition(etag: string | undefined) {
  return etag === undefined ? { ifNoneMatch: '*' as const } : { ifMatch: etag };
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
