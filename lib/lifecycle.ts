import { NAMESPACES, OBSERVABILITY } from '@sgraph-backbone/layer/store';
import { Duration } from 'aws-cdk-lib';
import { type LifecycleRule, StorageClass } from 'aws-cdk-lib/aws-s3';

/** Results of SQL queries, in the observability bucket. */
export const QUERY_RESULTS = 'athena/';

/** What has no part of its own to play any more in a week. */
const WEEK = Duration.days(7);

/** Keys of days go by the sweeper; this is the backstop for a sweeper that does not run. */
const DAY_KEYS = Duration.days(4);

// STANDARD_IA bills 30 days and 128 KiB at least, and takes nothing younger than 30 days.
const TIERING_AGE = 30;
const TIERING_PAYS = 60;
const TIERING_BYTES = 128 * 1024;

/** The data bucket: rows of requests have an age, everything else stays. */
export function dataRules(folder: string, rawRetentionDays: number): LifecycleRule[] {
  const raw = [NAMESPACES.cloudfront.raw, NAMESPACES.analytics.raw];
  return [
    {
      id: 'old-versions-and-unfinished-uploads',
      noncurrentVersionExpiration: WEEK,
      abortIncompleteMultipartUploadAfter: WEEK,
      expiredObjectDeleteMarker: true,
    },
    ...raw.map((namespace) => ({
      id: `expire-${namespace}`,
      prefix: `${folder}${namespace}/`,
      expiration: Duration.days(rawRetentionDays),
    })),
  ];
}

/** The observability bucket: originals hold addresses, so all of them have an age. */
export function observabilityRules(retentionDays: number): LifecycleRule[] {
  const { live, refused, archive, days } = OBSERVABILITY;
  return [
    { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
    ...[live, refused, archive].map((folder) => ({
      id: `expire-${folder.slice(0, -1)}`,
      prefix: folder,
      expiration: Duration.days(retentionDays),
    })),
    ...(retentionDays >= TIERING_PAYS ? [tiering(archive)] : []),
    { id: 'expire-keys-of-days', prefix: days, expiration: DAY_KEYS },
    { id: 'expire-query-results', prefix: QUERY_RESULTS, expiration: WEEK },
  ];
}

/** Large originals that stay for long become cheaper; of small ones the class would bill more. */
function tiering(folder: string): LifecycleRule {
  return {
    id: 'tier-archive',
    prefix: folder,
    objectSizeGreaterThan: TIERING_BYTES,
    transitions: [
      { storageClass: StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(TIERING_AGE) },
    ],
  };
}
