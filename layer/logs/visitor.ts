import { createHmac } from 'node:crypto';

/** The key of one day; its id goes into sketches, the key itself nowhere. */
export interface DayKey {
  readonly id: string;
  readonly key: Uint8Array;
}

/** Hashes of addresses under one day's key, by the address's number: one HMAC per distinct address and day. */
export interface VisitorCache {
  readonly keyId: string;
  known: Uint8Array;
  high: Uint32Array;
  low: Uint32Array;
}

export function createVisitorCache(keyId: string): VisitorCache {
  return { keyId, known: new Uint8Array(256), high: new Uint32Array(256), low: new Uint32Array(256) };
}

/** Makes sure that the hash of this address is in the cache. */
export function learnVisitor(cache: VisitorCache, number: number, address: string, key: Uint8Array): void {
  if (number >= cache.known.length) grow(cache, number + 1);
  if (cache.known[number] === 1) return;
  const digest = createHmac('sha256', key).update(address).digest();
  cache.high[number] = digest.readUInt32BE(0);
  cache.low[number] = digest.readUInt32BE(4);
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
