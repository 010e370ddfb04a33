import { createKeyedHash, type KeyedHash } from './keyed-hash.ts';

/** The key of one day; its id goes into sketches, the key itself nowhere. */
export interface DayKey {
  readonly id: string;
  readonly key: Uint8Array;
}

/** Hashes of addresses under one day's key, by the address's number: one HMAC per distinct address and day. */
export interface VisitorCache {
  readonly keyId: string;
  readonly hash: KeyedHash;
  known: Uint8Array;
  high: Uint32Array;
  low: Uint32Array;
}

export function createVisitorCache({ id, key }: DayKey): VisitorCache {
  return {
    keyId: id,
    hash: createKeyedHash(key),
    known: new Uint8Array(256),
    high: new Uint32Array(256),
    low: new Uint32Array(256),
  };
}

/** Makes sure that the hash of this address is in the cache. */
export function learnVisitor(cache: VisitorCache, number: number, address: string): void {
  if (number >= cache.known.length) grow(cache, number + 1);
  if (cache.known[number] === 1) return;
  cache.hash.update(address);
  cache.high[number] = cache.hash.high;
  cache.low[number] = cache.hash.low;
  cache.known[number] = 1;
}

function grow(cache: VisitorCache, needed: number): void {
  const length = Math.max(needed, cache.known.length * 2);
  const { known, high, low } = cache;
  cache.known = new Uint8Array(length);
  cache.high = new Uint32Array(length);
  cache.low = new Uint32Array(length);
  cache.known.set(known);
  cache.high.set(high);
  cache.low.set(low);
}
