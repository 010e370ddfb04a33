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
  /** Three numbers an address, side by side in memory: whether it is known, and the halves of its hash. */
  hashes: Uint32Array;
}

export function createVisitorCache({ id, key }: DayKey): VisitorCache {
  return { keyId: id, hash: createKeyedHash(key), hashes: new Uint32Array(3 * 256) };
}

/** Where in `hashes` those of an address lie; its text is asked for only when they are not there yet. */
export function visitorAt(
  cache: VisitorCache,
  number: number,
  addresses: readonly (string | undefined)[],
): number {
  const at = number * 3;
  if (at >= cache.hashes.length || cache.hashes[at] === 0) learn(cache, at, addresses[number]!);
  return at;
}

function learn(cache: VisitorCache, at: number, address: string): void {
  if (at >= cache.hashes.length) {
    const hashes = new Uint32Array(Math.max(at + 3, cache.hashes.length * 2));
    hashes.set(cache.hashes);
    cache.hashes = hashes;
  }
  cache.hash.update(address);
  cache.hashes[at] = 1;
  cache.hashes[at + 1] = cache.hash.high;
  cache.hashes[at + 2] = cache.hash.low;
}
