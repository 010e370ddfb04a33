import { createHash } from 'node:crypto';
import { type WindowOfFeed, windowIdsKey } from '@sgraph-backbone/layer/ledger';
import type { ObjectStore } from '@sgraph-backbone/layer/store';

/** Ids of events that are kept of a window: a few MB, read and written with each change of it. */
export const MOST_IDS = 1_000_000;

/** Ids that are counted in a window: 53 bits of a hash each. */
export interface SeenIds {
  has(id: number): boolean;
  /** Keeps an id, unless there are as many as are kept already. */
  add(id: number): void;
  readonly size: number;
  /** Whether ids were not kept: what repeats them counts again. */
  readonly unchecked: boolean;
  /** All ids, ascending. */
  sorted(): Float64Array;
}

/** `known`: ascending. */
export function createSeenIds(
  most = Number.POSITIVE_INFINITY,
  known: Float64Array = NOTHING,
  unchecked = false,
): SeenIds {
  const fresh = new Set<number>();
  const has = (id: number) => fresh.has(id) || includes(known, id);
  const seen = {
    has,
    add(id: number) {
      if (has(id)) return;
      if (seen.size < most) fresh.add(id);
      else seen.unchecked = true;
    },
    get size() {
      return known.length + fresh.size;
    },
    unchecked,
    sorted() {
      const all = new Float64Array(seen.size);
      all.set(known);
      all.set([...fresh], known.length);
      return all.sort();
    },
  };
  return seen;
}

const NOTHING = new Float64Array(0);

/**
 * The ids that a window holds, as they were left beside it, so that adding to it does not read all that it holds;
 * undefined when they are not those of these batches. They expire as the rows do that they are made of.
 */
export async function readSeenIds(
  data: ObjectStore,
  window: WindowOfFeed,
  names: readonly string[],
): Promise<Float64Array | undefined> {
  const found = await data.get(windowIdsKey(window.feed, window.window));
  if (found === undefined || found.bytes.length % 8 !== 0) return undefined;
  const isOfThese = identityOf(names).equals(found.bytes.subarray(0, IDENTITY));
  return isOfThese ? new Float64Array(found.bytes.slice(IDENTITY).buffer) : undefined;
}

/** Leaves the ids of these batches beside their window: after it was written, and never needed. */
export async function writeSeenIds(
  data: ObjectStore,
  window: WindowOfFeed,
  names: readonly string[],
  seen: SeenIds,
): Promise<void> {
  const ids = seen.sorted();
  const bytes = new Uint8Array(IDENTITY + ids.byteLength);
  bytes.set(identityOf(names));
  bytes.set(new Uint8Array(ids.buffer), IDENTITY);
  await data.put(windowIdsKey(window.feed, window.window), bytes, {
    contentType: 'application/octet-stream',
  });
}

const IDENTITY = 32;

function identityOf(names: readonly string[]): Buffer {
  return createHash('sha256').update(names.join('\n')).digest();
}

function includes(sorted: Float64Array, id: number): boolean {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (sorted[middle]! < id) from = middle + 1;
    else to = middle;
  }
  return sorted[from] === id;
}
