import { Conflict, type ObjectStore, readJson, writeJson } from '@sgraph-backbone/layer/store';
import { type PackedUses, packUses, timestampIn, unpackUses } from './packed-uses.ts';
import { chunkKey } from './place.ts';
import { type NumberedUse, numberedUse, type TokenRecord } from './record.ts';

/** Uses in one sealed chunk. */
export const CHUNK = 256;

interface Chunk {
  readonly token_name: string;
  /** Number of the first use. */
  readonly from: number;
  readonly uses: PackedUses;
}

/** Whether the uses of a stored record have to be sealed before more are added. */
export function isFull({ tail }: TokenRecord): boolean {
  return tail.rows.length >= CHUNK;
}

/**
 * Writes the first uses of a record's tail as a chunk. Only uses of a record that is stored may be sealed: their
 * numbers never mean anything else, so whoever seals them writes the same, and what is there is that already.
 */
export async function sealChunk(
  data: ObjectStore,
  { token_name, usage_count, tail }: TokenRecord,
): Promise<void> {
  const from = usage_count - tail.rows.length + 1;
  const uses = packUses(unpackUses(tail, 0, CHUNK));
  const chunk: Chunk = { token_name, from, uses };
  try {
    await writeJson(data, chunkKey(token_name, from, from + CHUNK - 1), chunk, {
      ifNoneMatch: '*',
      gzip: true,
    });
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
  }
}

/** The record without the uses that were sealed. */
export function withoutSealed(record: TokenRecord): TokenRecord {
  return { ...record, tail: packUses(unpackUses(record.tail, CHUNK)) };
}

/** Uses by number, both ends included, the oldest first; numbers that do not exist are left out. */
export async function readUses(
  data: ObjectStore,
  record: TokenRecord,
  from: number,
  to: number,
): Promise<NumberedUse[]> {
  const { token_name, usage_count, tail } = record;
  const inTail = usage_count - tail.rows.length + 1;
  const uses: NumberedUse[] = [];
  const take = (first: number, packed: PackedUses) => {
    const begin = Math.max(0, from - first);
    for (const [index, use] of unpackUses(packed, begin, Math.max(begin, to - first + 1)).entries())
      uses.push(numberedUse(token_name, first + begin + index, use));
  };
  const begin = Math.max(1, from);
  for (let first = begin - ((begin - 1) % CHUNK); first < inTail && first <= to; first += CHUNK)
    take(first, await readChunk(data, token_name, first));
  take(inTail, tail);
  return uses;
}

/** Number of the first use after a moment, or of the next one; what is sealed lies before it. */
export function oldestYoung({ usage_count, tail }: TokenRecord, moment: number): number {
  const inTail = usage_count - tail.rows.length + 1;
  const at = tail.rows.findIndex((row) => timestampIn(row) > moment);
  return at < 0 ? usage_count + 1 : inTail + at;
}

async function readChunk(data: ObjectStore, name: string, from: number): Promise<PackedUses> {
  const key = chunkKey(name, from, from + CHUNK - 1);
  const found = await readJson<Chunk>(data, key);
  if (found === undefined)
    throw new Error(`${key} is gone: these uses of the token "${name}" were sealed there`);
  return found.value.uses;
}
