import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { Conflict, compareAndSet, readJson, writeJson } from '@sgraph-backbone/layer/store';
import type { LedgerEntry } from './entry.ts';
import { entryKey, locationKey } from './keys.ts';

/** Which object was last seen at a place. */
export interface LocationEntry {
  readonly location: string;
  /** Empty: it was refused. */
  readonly object_id: string;
  readonly etag: string;
  /** Epoch ms. */
  readonly at: number;
}

export async function readLocation(data: ObjectStore, location: string): Promise<LocationEntry | undefined> {
  return (await readJson<LocationEntry>(data, locationKey(location)))?.value;
}

/** Notes what was seen at a place. Most places are new, so that the first try asks nobody. */
export async function writeLocation(data: ObjectStore, entry: LocationEntry): Promise<void> {
  try {
    await writeJson(data, locationKey(entry.location), entry, { ifNoneMatch: '*' });
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    await compareAndSet<LocationEntry>(data, locationKey(entry.location), (current) =>
      current?.object_id === entry.object_id && current.etag === entry.etag ? undefined : entry,
    );
  }
}

/** Notes that the content at a place of somebody else's is no log, so that it is not read again and again. */
export async function noteRefused(data: ObjectStore, entry: Omit<LocationEntry, 'object_id'>): Promise<void> {
  await writeLocation(data, { ...entry, object_id: '' });
}

/** Notes in the ledger entry of an active object that it was also seen here. */
export async function noteLocation(data: ObjectStore, objectId: string, location: string): Promise<void> {
  await compareAndSet<LedgerEntry>(data, entryKey(objectId), (entry) => {
    if (entry === undefined || entry.locations.includes(location)) return undefined;
    return { ...entry, locations: [...entry.locations, location], write: entry.write + 1 };
  });
}
