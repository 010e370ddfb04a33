import { compareKeys } from '@sgraph-backbone/layer/store';

/** Keys in byte order that may change between two steps of a listing. */
export interface SortedKeys {
  add(key: string): void;
  remove(key: string): void;
  /** The first key that is after `key` and not before `from`. */
  after(key: string, from: string): string | undefined;
  /** The first key behind all that begin with this folder (ending in `/`). */
  afterFolder(folder: string): string | undefined;
}

/** An empty index. Adding keeps the order by a binary search, so that a listing never sorts. */
export function sortedKeys(): SortedKeys {
  const keys: string[] = [];

  /** How many keys are before `key` (or, with `including`, before or equal). */
  function rank(key: string, including: boolean): number {
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = compareKeys(keys[middle]!, key);
      if (order < 0 || (including && order === 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    add(key) {
      keys.splice(rank(key, false), 0, key);
    },
    remove(key) {
      keys.splice(rank(key, false), 1);
    },
    after(key, from) {
      return keys[Math.max(rank(key, true), rank(from, false))];
    },
    afterFolder(folder) {
      // `0` is the character after `/`.
      return keys[rank(`${folder.slice(0, -1)}0`, false)];
    },
  };
}
