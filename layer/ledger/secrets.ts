import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { Conflict, OBSERVABILITY, readJson, writeJson } from '@sgraph-backbone/layer/store';

/** A day's key: the only thing that could link an address to a hash, gone two days after its use. */
export interface DayKey {
  readonly id: string;
  readonly key: Uint8Array;
}

interface StoredSecret {
  readonly id: string;
  /** Base64. */
  readonly key: string;
  /** Epoch ms. */
  readonly created: number;
}

/** Fresh randomness: 32 bytes for a key, an id that says nothing. Given as an argument, as the clock is. */
export interface Randomness {
  readonly bytes: (name: string) => Uint8Array;
  readonly id: (name: string) => string;
}

const LIFETIME = 48 * 3_600_000;
const IDENTITY = `${OBSERVABILITY.secrets}identity.json`;

/** The store's identity secret, under which object ids are made; created at first need. */
export async function identitySecret(
  store: ObjectStore,
  now: number,
  randomness: Randomness,
): Promise<Uint8Array> {
  return decode(await readOrCreate(store, IDENTITY, now, randomness)).key;
}

/** The key of a day (`2026-02-16`, in the site's zone), shared by all workers; created at first need. */
export async function dayKey(
  store: ObjectStore,
  day: string,
  now: number,
  randomness: Randomness,
): Promise<DayKey> {
  return decode(await readOrCreate(store, dayName(day), now, randomness));
}

/**
 * Destroys the keys of days that are over: 48 h after the key's creation or the end of its day, whichever
 * is later. The place is unversioned, so deleted means destroyed. Returns the days.
 */
export async function destroyDayKeys(
  store: ObjectStore,
  now: number,
  endOfDay: (day: string) => number,
): Promise<string[]> {
  const destroyed: string[] = [];
  for await (const row of store.list(OBSERVABILITY.days)) {
    if ('prefix' in row) continue;
    const day = row.key.slice(OBSERVABILITY.days.length, -'.json'.length);
    const secret = await readJson<StoredSecret>(store, row.key);
    if (secret === undefined || now < Math.max(secret.value.created, endOfDay(day)) + LIFETIME) continue;
    await store.delete(row.key);
    destroyed.push(day);
  }
  return destroyed;
}

async function readOrCreate(
  store: ObjectStore,
  key: string,
  now: number,
  randomness: Randomness,
): Promise<StoredSecret> {
  const found = await readJson<StoredSecret>(store, key);
  if (found) return found.value;
  const fresh: StoredSecret = {
    id: randomness.id(key),
    key: Buffer.from(randomness.bytes(key)).toString('base64'),
    created: now,
  };
  try {
    await writeJson(store, key, fresh, { ifNoneMatch: '*' });
    return fresh;
  } catch (error) {
    // Another process was first: its secret is the one that everybody uses.
    if (error instanceof Conflict) return readOrCreate(store, key, now, randomness);
    throw error;
  }
}

function decode(secret: StoredSecret): DayKey {
  return { id: secret.id, key: Buffer.from(secret.key, 'base64') };
}

function dayName(day: string): string {
  return `${OBSERVABILITY.days}${day}.json`;
}
