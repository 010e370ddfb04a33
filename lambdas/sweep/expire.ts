import type { SitePipeline } from '@sgraph-backbone/layer/derived';
import { destroyDayKeys, listFeeds, rawFeedFolder, windowIdsFolder } from '@sgraph-backbone/layer/ledger';
import { parseWindowKey } from '@sgraph-backbone/layer/rollups';
import { OBSERVABILITY, type ObjectStore } from '@sgraph-backbone/layer/store';

/** How long originals stay after they were archived or refused, ms; without it, rules of the bucket delete them. */
export interface Retention {
  readonly archive?: number;
}

export const ARCHIVE_DAYS = 14;
export const DEFAULT_RETENTION = { archive: ARCHIVE_DAYS * 86_400_000 };

/** Deletes what has reached its age: raw batches, archived and refused originals, keys of days that are over. */
export async function expire(pipeline: SitePipeline, retention: Retention): Promise<number> {
  const { data, observability, now, rawRetention, calendar } = pipeline;
  let deleted = (await destroyDayKeys(observability, now(), (day) => calendar.span('daily', day).end)).length;
  for (const { feed } of await listFeeds(data)) deleted += await deleteRows(data, feed, now() - rawRetention);
  const { archive } = retention;
  if (archive === undefined) return deleted;
  for (const folder of [OBSERVABILITY.archive, OBSERVABILITY.refused])
    deleted += await deleteOlder(observability, folder, now() - archive);
  return deleted;
}

/** Keys are in the order of their windows, and no row was written before its window: the listing ends with the old. */
async function deleteRows(data: ObjectStore, feed: string, before: number): Promise<number> {
  const rows = await deleteWindows(data, rawFeedFolder(feed), before);
  return rows + (await deleteWindows(data, windowIdsFolder(feed), before));
}

function deleteWindows(data: ObjectStore, folder: string, before: number): Promise<number> {
  const windowOf = (key: string) => key.slice(folder.length, folder.length + '2026-02-16/14-30'.length);
  return deleteOlder(data, folder, before, (key) => parseWindowKey(windowOf(key)) >= before);
}

/** `before`: epoch ms of the last write. */
async function deleteOlder(
  store: ObjectStore,
  folder: string,
  before: number,
  isTheLast: (key: string) => boolean = () => false,
): Promise<number> {
  let deleted = 0;
  for await (const row of store.list(folder)) {
    if ('prefix' in row) continue;
    if (isTheLast(row.key)) break;
    if (row.modified >= before) continue;
    await store.delete(row.key, { ifMatch: row.etag });
    deleted++;
  }
  return deleted;
}
