import { type ObjectStore, writeJson } from '@sgraph-backbone/layer/store';
import { activityKey, attemptKey } from './places.ts';

/** What a marker of an attempt says. */
export interface AttemptMark {
  /** Epoch ms. */
  readonly begun: number;
  /** Hour whose activity marker the attempt may have written. */
  readonly hour?: string;
}

/** Each attempt has a marker of its own, which only its owner deletes, or who finished its work. */
export interface Attempt {
  /** Before any other write: what a death leaves is found by it. */
  begin(): Promise<void>;
  end(): Promise<void>;
  /** Takes back what it wrote beside the record. */
  withdraw(): Promise<void>;
}

export function attemptOf(
  { data, now, newId }: { data: ObjectStore; now: () => number; newId: () => string },
  cacheId: string,
  hour?: string,
): Attempt {
  const key = attemptKey(cacheId, newId());
  let begun = false;
  return {
    begin: async () => {
      if (begun) return;
      const mark: AttemptMark = { begun: now(), ...(hour !== undefined && { hour }) };
      await writeJson(data, key, mark);
      begun = true;
    },
    end: async () => {
      if (begun) await data.delete(key);
    },
    withdraw: async () => {
      if (begun && hour !== undefined) await data.delete(activityKey(hour, cacheId));
    },
  };
}
