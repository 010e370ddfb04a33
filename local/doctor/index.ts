import { type S3Connection, s3Places } from '@sgraph-backbone/layer/drivers';
import type { Store } from '@sgraph-backbone/layer/store';
import { batchesSeen } from './batches.ts';
import { bucketsSeen } from './buckets.ts';
import { doubleFeedsSeen, freshnessSeen } from './feeds.ts';
import { note, type Observation } from './observation.ts';
import { liveSeen, markersSeen, settingsSeen } from './store.ts';

export type { Observation } from './observation.ts';

export interface Examination {
  readonly store: Store;
  /** Epoch ms. */
  readonly now: number;
  readonly rawRetentionDays: number;
  readonly freshnessHours: number;
  /** How the store's buckets are reached. @default as the environment says */
  readonly connection?: S3Connection;
}

/** Looks at a store from all sides and changes nothing. */
export async function* examineStore(examination: Examination): AsyncIterable<Observation> {
  const { store, now, rawRetentionDays, freshnessHours: hours, connection } = examination;
  yield* settingsSeen(store);
  if (store.url.startsWith('s3:')) yield* bucketsSeen(s3Places(store.url), { rawRetentionDays }, connection);
  else yield note('buckets', 'skipped: the store is not on S3');
  yield* freshnessSeen(store, { now, hours });
  yield* liveSeen(store, now);
  yield* markersSeen(store, now);
  yield* batchesSeen(store, now);
  yield* doubleFeedsSeen(store);
}
