import { aliasObject } from '@sgraph-backbone/layer/cache';
import { Conflict, NAMESPACES, type ObjectStore, writeJson } from '@sgraph-backbone/layer/store';
import { NameTaken } from './errors.ts';
import { namesLike } from './names.ts';
import { NO_USES } from './packed-uses.ts';
import { RECORDS, recordKey } from './place.ts';
import { NO_NUMBERS } from './ranges.ts';
import { cacheHashOf, cacheIdOf, type MetadataValue, type TokenRecord } from './record.ts';

/** A token to be; its name is one that `tokenName` gave. */
export interface NewToken {
  readonly name: string;
  /** 0: unlimited. */
  readonly usage_limit: number;
  /** Epoch ms. */
  readonly expires_at: number | null;
  readonly created_by: string;
  readonly metadata: Readonly<Record<string, MetadataValue>>;
}

const SUGGESTIONS = 3;

/** So many names are looked at for suggestions. */
const LOOKED_AT = 30;

/** Makes a token, if its name is free; the name stays its own for ever. Throws NameTaken with names that are free. */
export async function createToken(data: ObjectStore, token: NewToken, now: number): Promise<TokenRecord> {
  const { name, ...chosen } = token;
  if (await isTaken(data, name)) throw await taken(data, name);
  // Before the record, so that no death leaves one that clients of the cache never find.
  await aliasObject(data, {
    namespace: NAMESPACES.tokens,
    strategy: 'key_based',
    cacheKey: RECORDS,
    fileId: name,
    cacheId: cacheIdOf(name),
    hash: cacheHashOf(name),
    path: recordKey(name),
    type: 'json',
    storedAt: now,
  });
  const record = { token_name: name, ...chosen, ...unused(now) };
  try {
    await writeJson(data, recordKey(name), record, { ifNoneMatch: '*' });
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    throw await taken(data, name);
  }
  return record;
}

function unused(now: number) {
  return {
    usage_count: 0,
    state: 'active',
    generation: 1,
    created_at: now,
    revoked_at: null,
    last_used_at: null,
    days: {},
    recent: '',
    pending: NO_NUMBERS,
    tail: NO_USES,
  } as const;
}

async function isTaken(data: ObjectStore, name: string): Promise<boolean> {
  return (await data.head(recordKey(name))) !== undefined;
}

async function taken(data: ObjectStore, name: string): Promise<NameTaken> {
  const free: string[] = [];
  let looked = 0;
  for (const candidate of namesLike(name)) {
    if (!(await isTaken(data, candidate))) free.push(candidate);
    if (free.length === SUGGESTIONS || ++looked === LOOKED_AT) return new NameTaken(name, free);
  }
  throw new Error('names have an end');
}
