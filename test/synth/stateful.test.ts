import { describe, expect, test } from '@jest/globals';
import { EVERYTHING, eachTemplates, everyResource, plain, type Templates } from './synthesized.ts';

// Days that originals are kept, around those where tiering begins to pay.
const KEPT = [1, 29, 59, 60, 365];
const [all, changed, existing, ...kept] = eachTemplates([
  EVERYTHING,
  { BACKBONE_RAW_RETENTION_DAYS: '30', BACKBONE_ARCHIVE_RETENTION_DAYS: 120, BACKBONE_ROOT: 'admin' },
  { BACKBONE_EXISTING_DATA_BUCKET: 'our-data', BACKBONE_DATA_PREFIX: 'sites/main' },
  ...KEPT.map((days) => ({ BACKBONE_ARCHIVE_RETENTION_DAYS: days })),
]) as [Templates, Templates, Templates, ...Templates[]];
const idsOf = (type: string, from: Templates = all) => everyResource(from, type).map(([path]) => path);

/** A logical id that changes is a resource that is deleted and made anew. */
describe('logical ids that must never change', () => {
  test('of buckets, and of the secret', () => {
    expect(idsOf('AWS::S3::Bucket')).toEqual([
      'DataStack/Data666C94C7',
      'DataStack/Observability9487603B',
      'AdminApiStack/DashboardPage39A80FD2',
    ]);
    expect(idsOf('AWS::SecretsManager::Secret')).toEqual(['AdminApiStack/AdminKeyC19094DA']);
  });

  test('of queues, which hold work', () => {
    expect(idsOf('AWS::SQS::Queue')).toEqual([
      'PipelineStack/IngestQueueDeadLetters837B326F',
      'PipelineStack/IngestQueue88A12394',
      'PipelineStack/EventsQueueDeadLettersC521FA2A',
      'PipelineStack/EventsQueue4C7AF1FB',
      'PipelineStack/ConsolidateQueueDeadLetters6CFD79B7',
      'PipelineStack/ConsolidateQueue2ADD0DE9',
      'PipelineStack/AggregateHoursQueueDeadLetters79846690',
      'PipelineStack/AggregateHoursQueue31634F63',
      'PipelineStack/AggregateDaysQueueDeadLetters16728D57',
      'PipelineStack/AggregateDaysQueueB32CA151',
      'PipelineStack/CorrectionsQueueDeadLettersFCC99065',
      'PipelineStack/CorrectionsQueue24ED1E91',
      'PipelineStack/ScheduleDeadLetters0406ECBC',
    ]);
  });
});

describe('a bucket', () => {
  const buckets = everyResource(all, 'AWS::S3::Bucket');

  test.each(buckets)('such as %s stays when its stack goes, and is closed', (_, bucket) => {
    expect([bucket.DeletionPolicy, bucket.UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
    const { PublicAccessBlockConfiguration: closed, BucketEncryption: encryption } = bucket.Properties;
    expect(Object.values(closed)).toEqual([true, true, true, true]);
    expect(encryption.ServerSideEncryptionConfiguration).toHaveLength(1);
  });

  test('of data or log objects keeps its policy when its stack goes', () => {
    const policies = everyResource(all, 'AWS::S3::BucketPolicy').filter(([path]) =>
      path.startsWith('DataStack'),
    );
    const kept = policies.map(([, policy]) => [policy.DeletionPolicy, policy.UpdateReplacePolicy]);
    expect(kept).toEqual([
      ['Retain', 'Retain'],
      ['Retain', 'Retain'],
    ]);
  });

  test('of data is versioned; that of log objects and secrets never is', () => {
    const versions = buckets.map(([, { Properties }]) => Properties.VersioningConfiguration?.Status);
    expect(versions).toEqual(['Enabled', undefined, undefined]);
  });

  test('has a name that is known before it is made', () => {
    const names = buckets.slice(0, 2).map(([, { Properties }]) => plain(Properties.BucketName));
    expect(names).toEqual([
      'backbone-data-<AWS::AccountId>-eu-west-1',
      'backbone-observability-<AWS::AccountId>-eu-west-1',
    ]);
  });

  test('of log objects tells EventBridge what arrives, without a function of CDK in between', () => {
    const { NotificationConfiguration: told } = buckets[1]![1].Properties;
    expect(told).toEqual({ EventBridgeConfiguration: { EventBridgeEnabled: true } });
    expect(idsOf('Custom::S3BucketNotifications')).toEqual([]);
  });
});

describe('a lifecycle rule', () => {
  const rulesOf = (from: Templates) =>
    everyResource(from, 'AWS::S3::Bucket').flatMap(([, { Properties }]) =>
      (Properties.LifecycleConfiguration?.Rules ?? []).map(ruleText),
    );

  test('takes what has an age, and nothing else', () => {
    expect(rulesOf(all)).toEqual([
      'everything: old versions 7, unfinished uploads 7, lone delete markers',
      'cache/sa-cloudfront-raw/: 90',
      'cache/sa-analytics-raw/: 90',
      'everything: unfinished uploads 1',
      'live/: 14',
      'refused/: 14',
      'archive/: 14',
      'secrets/days/: 4',
      'athena/: 7',
    ]);
  });

  test('follows the settings, and makes large originals cheaper where that pays', () => {
    const rules = rulesOf(changed);
    expect(rules).toContain('admin/sa-cloudfront-raw/: 30');
    expect(rules).toContain('archive/: 120');
    expect(rules).toContain('archive/ above 131072 bytes: STANDARD_IA at 30');
  });

  // STANDARD_IA takes nothing younger, and the template validator does not say so.
  test('moves nothing to STANDARD_IA before 30 days', () => {
    for (const [index, days] of KEPT.entries()) {
      const rules = rulesOf(kept[index]!);
      const ages = rules.flatMap((rule: string) => /STANDARD_IA at (\d+)/.exec(rule)?.[1] ?? []).map(Number);
      expect(ages.filter((age) => age < 30 || age + 30 > days)).toEqual([]);
    }
  });
});

describe('an existing data bucket', () => {
  test('is neither made nor changed, and its prefix is in front of every grant', () => {
    expect(idsOf('AWS::S3::Bucket', existing)[0]).toMatch(/^DataStack\/Observability/);
    const text = JSON.stringify(existing);
    expect(text).toContain('/sites/main/cache/sa-cloudfront-raw/*');
    expect(text).toContain('s3://our-data/sites/main?observability=backbone-observability-');
    expect(text).not.toContain('backbone-data-');
  });
});

// biome-ignore lint/suspicious/noExplicitAny: a rule is JSON of many shapes
function ruleText(rule: any): string {
  const what = [
    rule.ExpirationInDays,
    rule.NoncurrentVersionExpiration && `old versions ${rule.NoncurrentVersionExpiration.NoncurrentDays}`,
    rule.AbortIncompleteMultipartUpload &&
      `unfinished uploads ${rule.AbortIncompleteMultipartUpload.DaysAfterInitiation}`,
    rule.ExpiredObjectDeleteMarker && 'lone delete markers',
    // biome-ignore lint/suspicious/noExplicitAny: as above
    ...(rule.Transitions ?? []).map((move: any) => `${move.StorageClass} at ${move.TransitionInDays}`),
  ].filter((part) => part !== undefined);
  const size = rule.ObjectSizeGreaterThan === undefined ? '' : ` above ${rule.ObjectSizeGreaterThan} bytes`;
  return `${rule.Prefix ?? 'everything'}${size}: ${what.join(', ')}`;
}
