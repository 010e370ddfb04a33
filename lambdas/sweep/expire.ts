import type { SitePipeline } from '@sgraph-backbone/layer/derived';
import { destroyDayKeys, listFeeds, rawFeedFolder } from '@sgraph-backbone/layer/ledger';
import { OBSERVABILITY, type ObjectStore } from '@sgraph-backbone/layer/store';

/** How long originals stay after they were archived or refused, ms. On AWS lifecycle rules do this. */
export interface Retention {
  readonly archive: number;
}

export const ARCHIVE_DAYS = 14;
export const DEFAULT_RETENTION: Retention = { archive: ARCHIVE_DAYS * 86_400_000 };

/** Deletes what has reached its age: raw batches, archived and refused originals, keys of days that are over. */
export async function expire(pipeline: SitePipeline, retention: Retention): Promise<number> {
  const { data, observability, now, rawRetention, calendar } = pipeline;
  let deleted = (await destroyDayKeys(observability, now(), (day) => calendar.span('daily', day).end)).length;
  for (const { feed } of await listFeeds(data))
    deleted += await deleteOlder(data, rawFeedFolder(feed), now() - rawRetention);
  for (const folder of [OBSERVABILITY.archive, OBSERVABILITY.refused])
    deleted += await deleteOlder(observability, folder, now() - retention.archive);
  return deleted;
}

/** `before`: epoch ms of the last write. */
async function deleteOlder(store: ObjectStore, folder: string, before: number): Promise<number> {
  let deleted = 0;
  for await (const row of store.list(folder)) {
    if ('prefix' in row || row.modified >= before) continue;
    await store.delete(row.key, { ifMatch: row.etag });
    deleted++;
  }
  return deleted;
}
