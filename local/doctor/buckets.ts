import type { BucketPlace, S3Connection, S3Places } from '@sgraph-backbone/layer/drivers';
import { type BucketConfiguration, type Read, readConfiguration } from './bucket-configuration.ts';
import { deliveryOf, listed, requiresTls } from './bucket-forms.ts';
import { dataRulesSeen, observabilityRulesSeen } from './bucket-rules.ts';
import { fault, fine, note, type Observation } from './observation.ts';

export interface BucketExpectations {
  /** Days after which raw batches expire. */
  readonly rawRetentionDays: number;
}

/** Checks how the buckets of a store are configured. */
export async function* bucketsSeen(
  places: S3Places,
  expected: BucketExpectations,
  connection: S3Connection = {},
): AsyncIterable<Observation> {
  const sdk = await import('@aws-sdk/client-s3');
  const client = new sdk.S3Client({ maxAttempts: 3, ...connection, ...addressing(connection) });
  const { data, observability } = places;
  const configuration = await readConfiguration(sdk, client, data.bucket);
  yield* commonSeen(data, configuration);
  yield* judged('lifecycle', data, configuration.lifecycle, (rules = []) =>
    dataRulesSeen(data, rules, expected.rawRetentionDays, isVersioned(configuration)),
  );
  if (data.bucket === observability.bucket) {
    yield note('buckets', `${data.bucket} holds both halves: on AWS, log objects have a bucket of their own`);
    return;
  }
  yield* observabilitySeen(observability, await readConfiguration(sdk, client, observability.bucket));
  client.destroy();
}

/** Bucket names are no host names elsewhere than at AWS. */
function addressing({ endpoint = process.env.AWS_ENDPOINT_URL_S3 || process.env.AWS_ENDPOINT_URL }) {
  if (!endpoint) return {};
  return { endpoint, forcePathStyle: !/\.amazonaws\.com(\.cn)?$/.test(new URL(endpoint).hostname) };
}

function* commonSeen(place: BucketPlace, configuration: BucketConfiguration): Iterable<Observation> {
  const { bucket } = place;
  yield* judged('public access', place, configuration.closed, (closed) =>
    closed
      ? fine('public access', `${bucket} is closed, all four ways`)
      : fault(
          'public access',
          `${bucket} does not block public access in all four ways`,
          'one wrong policy or ACL would publish what it holds',
          `aws s3api put-public-access-block --bucket ${bucket} --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true`,
        ),
  );
  yield* judged('encryption', place, configuration.encryption, (algorithm) =>
    algorithm === 'AES256'
      ? fine('encryption', `${bucket} is encrypted`)
      : fault(
          'encryption',
          `${bucket} has the default encryption ${algorithm ?? 'none'}; expected is AES256 (SSE-S3)`,
          'the functions have no grant for keys of KMS, and without encryption the data lies open on disks',
          `set the default encryption of ${bucket} to SSE-S3`,
        ),
  );
  yield* judged('TLS', place, configuration.policy, (statements = []) =>
    requiresTls(statements, bucket)
      ? fine('TLS', `${bucket} refuses requests without TLS`)
      : fault(
          'TLS',
          `the policy of ${bucket} does not deny requests without TLS`,
          'somebody on the way could read log objects and keys',
          `add to its policy: Deny * s3:* on the bucket and its objects, where aws:SecureTransport is false`,
        ),
  );
}

function* observabilitySeen(place: BucketPlace, configuration: BucketConfiguration): Iterable<Observation> {
  const { bucket } = place;
  yield* commonSeen(place, configuration);
  yield* judged('versioning', place, configuration.versioning, (status) =>
    status === undefined
      ? fine('versioning', `${bucket} keeps no old versions`)
      : fault(
          'versioning',
          `${bucket} has versioning (${status})`,
          'keys of days and originals with addresses have to be gone when they are deleted',
          'versioning can only be suspended: delete the old versions, and better move to a bucket that never had it',
        ),
  );
  yield* judged('lifecycle', place, configuration.lifecycle, (rules = []) =>
    observabilityRulesSeen(place, rules),
  );
  yield* judged('EventBridge', place, configuration.eventBridge, (on) =>
    on
      ? fine('EventBridge', `${bucket} tells EventBridge of new objects`)
      : fault(
          'EventBridge',
          `${bucket} does not send its events to EventBridge`,
          'new log objects are only found by the sweeper, two hours late',
          'deploy again; or switch "Amazon EventBridge" on in the properties of the bucket',
        ),
  );
  yield* judged('delivery', place, configuration.policy, (statements = []) =>
    deliverySeen(place, statements),
  );
}

function deliverySeen(
  { bucket, prefix }: BucketPlace,
  statements: Parameters<typeof deliveryOf>[0],
): Observation {
  const statement = deliveryOf(statements);
  if (statement === undefined)
    return note(
      'delivery',
      `CloudFront may not deliver to ${bucket}: right only without BACKBONE_DISTRIBUTIONS`,
    );
  const isInLive = listed(statement.Resource).every((arn) => arn.includes(`:::${bucket}/${prefix}live/`));
  const conditions = JSON.stringify(statement.Condition ?? {});
  if (isInLive && conditions.includes('aws:SourceAccount') && conditions.includes('aws:SourceArn'))
    return fine('delivery', `CloudFront delivers to ${bucket}/${prefix}live/`);
  return fault(
    'delivery',
    `the delivery statement of ${bucket} is not limited to ${prefix}live/, this account and its distributions`,
    'logs of others could be written here and counted',
    'deploy the data stack again',
  );
}

function isVersioned({ versioning }: BucketConfiguration): boolean {
  return 'value' in versioning && versioning.value === 'Enabled';
}

/** What a check says of what was read; a note where it could not be. */
function* judged<T>(
  check: string,
  { bucket }: BucketPlace,
  read: Read<T>,
  judge: (value: T | undefined) => Observation | readonly Observation[],
): Iterable<Observation> {
  if ('unread' in read) yield note(check, `of ${bucket} can't be read: ${read.unread}`);
  else yield* [judge(read.value)].flat();
}
