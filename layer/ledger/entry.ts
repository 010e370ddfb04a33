import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { readJson, writeJson } from '@sgraph-backbone/layer/store';
import { entryKey } from './keys.ts';

/** One window of one feed: what a batch, a message and a marker are about. */
export interface WindowOfFeed {
  readonly feed: string;
  /** Window key, `2026-02-16/14-30`. */
  readonly window: string;
}

/** What an object added to a store, without a row of it. */
export interface ObjectFacts {
  readonly format: string;
  /** Bytes as delivered. */
  readonly size: number;
  /** accepted + quarantined + excluded. */
  readonly records: number;
  readonly quarantined: number;
  readonly excluded: number;
  readonly visitors_unmeasured: number;
  readonly warnings: readonly string[];
}

/** The ledger entry of an object: whether and in which generation it is counted. */
export interface LedgerEntry extends ObjectFacts {
  readonly object_id: string;
  readonly state: 'active' | 'removed';
  /** The generation that is (or, when removed, was) counted. */
  readonly generation: number;
  /** The highest generation ever begun. */
  readonly last: number;
  readonly locations: readonly string[];
  readonly windows: readonly WindowOfFeed[];
  /** Epoch ms of the first time it was counted. */
  readonly since: number;
  /** Counts writes, so that the ETag changes with each even where ETags are hashes. */
  readonly write: number;
}

export interface ReadEntry {
  readonly value: LedgerEntry;
  readonly etag: string;
}

export function readEntry(data: ObjectStore, objectId: string): Promise<ReadEntry | undefined> {
  return readJson<LedgerEntry>(data, entryKey(objectId));
}

/** Writes the entry if it still is the one that was read (or absent); throws Conflict if not. */
export async function writeEntry(
  data: ObjectStore,
  read: ReadEntry | undefined,
  entry: Omit<LedgerEntry, 'write'>,
): Promise<void> {
  const condition = read === undefined ? { ifNoneMatch: '*' as const } : { ifMatch: read.etag };
  const value = { ...entry, write: (read?.value.write ?? 0) + 1 };
  await writeJson(data, entryKey(entry.object_id), value, condition);
}

/** Whether a batch of this object, generation and window is one that counts. */
export function counts(
  entry: LedgerEntry | undefined,
  generation: number,
  { feed, window }: WindowOfFeed,
): boolean {
  return (
    entry?.state === 'active' &&
    entry.generation === generation &&
    entry.windows.some((held) => held.feed === feed && held.window === window)
  );
}
