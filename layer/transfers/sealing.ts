import { type ObjectStore, readJson, writeJson } from '@sgraph-backbone/layer/store';
import { chunkFolder, chunkKey } from './places.ts';
import type { TransferEvent, TransferRecord } from './record.ts';

/** Events of a chunk; the record keeps up to twice as many. */
export const CHUNK = 128;

/**
 * The record with room for one more event: the older half of a full tail is sealed first, under a key and with bytes
 * that follow from the record alone, so that whoever comes second writes the same.
 */
export async function withRoom(
  data: ObjectStore,
  cacheId: string,
  record: TransferRecord,
): Promise<TransferRecord> {
  if (record.tail.length < 2 * CHUNK) return record;
  const [sealed, tail] = [record.tail.slice(0, CHUNK), record.tail.slice(CHUNK)];
  await writeJson(data, chunkKey(cacheId, sealed[0]!.seq, sealed[0]!.seq + CHUNK), sealed);
  return { ...record, tail };
}

/** Events that came before a number, the newest first. */
export async function eventsBefore(
  data: ObjectStore,
  cacheId: string,
  { tail, total }: TransferRecord,
  { before = total, limit }: { readonly before?: number | undefined; readonly limit: number },
): Promise<TransferEvent[]> {
  const first = tail[0]?.seq ?? total;
  const found = tail.filter(({ seq }) => seq < before).reverse();
  for (let end = Math.min(first, chunkEnd(before)); end > 0 && found.length < limit; end -= CHUNK) {
    const chunk = await readJson<TransferEvent[]>(data, chunkKey(cacheId, end - CHUNK, end));
    // Absent: the history was erased while it was read.
    if (chunk === undefined) break;
    found.push(...chunk.value.filter(({ seq }) => seq < before).reverse());
  }
  return found.slice(0, limit);
}

function chunkEnd(before: number): number {
  return Math.ceil(before / CHUNK) * CHUNK;
}

export async function deleteChunks(data: ObjectStore, cacheId: string): Promise<void> {
  for await (const row of data.list(chunkFolder(cacheId))) if ('key' in row) await data.delete(row.key);
}
