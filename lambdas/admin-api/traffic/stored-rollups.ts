import { gunzipSync } from 'node:zlib';
import type { Rollup } from '@sgraph-backbone/layer/rollups';
import type { ObjectStore, StoredObject } from '@sgraph-backbone/layer/store';

/** Bytes of JSON whose parsed form is kept: about 1,000 days, some five times that in memory. */
const BUDGET = 24 * 1024 * 1024;

interface Kept {
  readonly etag: string;
  readonly rollup: Rollup;
  readonly bytes: number;
}

/** Reads a roll-up by its key. */
export type StoredRollups = (key: string) => Promise<Rollup | undefined>;

/**
 * Roll-ups of one store. Parsing one takes longer than asking whether it changed, so those that were read last
 * stay parsed, as long as their ETag is the same. What it returns is shared: nobody may change it.
 */
export function createStoredRollups(data: ObjectStore): StoredRollups {
  const kept = new Map<string, Kept>();
  let total = 0;
  const forget = (key: string) => {
    total -= kept.get(key)?.bytes ?? 0;
    kept.delete(key);
  };
  const keep = (key: string, entry: Kept) => {
    forget(key);
    kept.set(key, entry);
    total += entry.bytes;
    for (const oldest of kept.keys()) {
      if (total <= BUDGET || oldest === key) break;
      forget(oldest);
    }
    return entry.rollup;
  };
  return async (key) => {
    const known = kept.get(key);
    if (known !== undefined && (await data.head(key))?.etag === known.etag) return keep(key, known);
    const found = await data.get(key);
    return found === undefined ? void forget(key) : keep(key, parsed(found));
  };
}

function parsed({ bytes, etag, key }: StoredObject): Kept {
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  try {
    return { etag, rollup: JSON.parse(Buffer.from(plain).toString()) as Rollup, bytes: plain.length };
  } catch (cause) {
    throw new Error(`${key} does not hold JSON`, { cause });
  }
}
