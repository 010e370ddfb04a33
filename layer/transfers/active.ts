import { abreast, type ObjectStore, readJson } from '@sgraph-backbone/layer/store';
import { ACTIVITY, activityFolder, hourOf, hoursBetween, recordKey } from './places.ts';
import { SKEW } from './posted-event.ts';
import { isErased, type StoredTransfer } from './record.ts';
import { summaryOf, type TransferSummary } from './summary.ts';

const HOUR = 3_600_000;
/** The longest time back that is answered, ms: markers of older activity go. */
export const LONGEST_ACTIVE = 30 * 24 * HOUR;
/** Markers that one answer looks at. */
const LOOKED_AT = 2_000;
const TOGETHER = 100;

/** Where a listing goes on: behind this transfer of this hour. */
export interface ActivePosition {
  readonly hour: string;
  readonly cache_id: string;
}

export interface ActiveQuestion {
  /** Epoch ms. */
  readonly now: number;
  /** ms, at most `LONGEST_ACTIVE`. */
  readonly within: number;
  readonly limit: number;
  readonly after?: ActivePosition | undefined;
}

export interface ActivePage {
  /** By the hour of the last activity, the latest first. */
  readonly transfers: readonly TransferSummary[];
  readonly next?: ActivePosition;
}

/** Transfers with activity since `now − within`, each once, at its last activity. */
export async function activeTransfers(data: ObjectStore, question: ActiveQuestion): Promise<ActivePage> {
  const { now, within, limit } = question;
  const transfers: TransferSummary[] = [];
  let looked = 0;
  for await (const batch of markersInBatches(data, question)) {
    const found = await summariesOf(data, batch, now - within);
    for (const [index, summary] of found.entries()) {
      if (summary !== undefined) transfers.push(summary);
      if (transfers.length === limit) return { transfers, next: batch[index]! };
    }
    looked += batch.length;
    if (looked >= LOOKED_AT) return { transfers, next: batch.at(-1)! };
  }
  return { transfers };
}

async function* markersInBatches(
  data: ObjectStore,
  { now, within, after }: ActiveQuestion,
): AsyncGenerator<ActivePosition[]> {
  for (const hour of hoursBetween(now - within, now + SKEW)) {
    if (after !== undefined && hour > after.hour) continue;
    const folder = activityFolder(hour);
    const startAfter = after?.hour === hour ? `${folder}${after.cache_id}.json` : undefined;
    let batch: ActivePosition[] = [];
    for await (const row of data.list(folder, { startAfter })) {
      if ('prefix' in row) continue;
      batch.push({ hour, cache_id: row.key.slice(folder.length, -'.json'.length) });
      if (batch.length < TOGETHER) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }
}

async function summariesOf(data: ObjectStore, batch: readonly ActivePosition[], since: number) {
  const found: (TransferSummary | undefined)[] = batch.map(() => undefined);
  await abreast(batch.entries(), 16, async ([index, { cache_id, hour }]) => {
    const stored = (await readJson<StoredTransfer>(data, recordKey(cache_id)))?.value;
    if (stored === undefined || isErased(stored)) return;
    const last = stored.last_activity_at;
    if (last !== null && last >= since && hourOf(last) === hour) found[index] = summaryOf(cache_id, stored);
  });
  return found;
}

/** Deletes markers of activity that is older than any question reaches; answers how many. For the sweeper. */
export async function expireActivity(data: ObjectStore, now: number): Promise<number> {
  const oldest = hourOf(now - LONGEST_ACTIVE - 2 * HOUR);
  let expired = 0;
  for await (const row of data.list(ACTIVITY)) {
    const hour = 'prefix' in row ? '' : row.key.slice(ACTIVITY.length, ACTIVITY.length + oldest.length);
    if (hour >= oldest) break;
    if ('key' in row) {
      await data.delete(row.key);
      expired++;
    }
  }
  return expired;
}
