import { keyBasedPath } from '@sgraph-backbone/layer/cache';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import {
  BadStoreInput,
  Conflict,
  NAMESPACES,
  OBSERVABILITY,
  readJson,
  writeJson,
} from '@sgraph-backbone/layer/store';

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

/** Which identity secret the data were counted under; its random id says nothing of the secret. */
export const IDENTITY_RECORD = keyBasedPath(NAMESPACES.settings, 'store', 'identity', 'json');

interface IdentityRecord {
  readonly identity: string;
}

/** What the identity secret is found with. */
export interface IdentityContext {
  readonly data: ObjectStore;
  readonly observability: ObjectStore;
  readonly now: () => number;
  readonly randomness: Randomness;
}

/**
 * The store's identity secret, under which object ids are made; created at first need. The data remember whose they
 * are: under another secret every copy would be a new object, counted again. Throws BadStoreInput where the halves
 * of two stores were put together.
 */
export async function identitySecret(context: IdentityContext): Promise<Uint8Array> {
  const { data, observability, now, randomness } = context;
  const known = await readJson<IdentityRecord>(data, IDENTITY_RECORD);
  const found = await readJson<StoredSecret>(observability, IDENTITY);
  if (known !== undefined && known.value.identity !== found?.value.id) throw otherHalf();
  const secret = found?.value ?? (await readOrCreate(observability, IDENTITY, now(), randomness));
  if (known !== undefined || (await noteIdentity(data, secret.id))) return decode(secret).key;
  return identitySecret(context);
}

/** Whether this process was the one that noted it. */
async function noteIdentity(data: ObjectStore, identity: string): Promise<boolean> {
  try {
    await writeJson(data, IDENTITY_RECORD, { identity }, { ifNoneMatch: '*' });
    return true;
  } catch (error) {
    if (error instanceof Conflict) return false;
    throw error;
  }
}

function otherHalf(): BadStoreInput {
  return new BadStoreInput(
    'the secrets of this store are not here, and without them every copy of a log would be counted again: name the place of its log objects and secrets as before (s3://<bucket>?observability=<bucket>), or bring its observability half back',
  );
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
