import type { BucketLifecycleRule, BucketPolicyStatement } from './bucket-forms.ts';

type Sdk = typeof import('@aws-sdk/client-s3');
type Client = InstanceType<Sdk['S3Client']>;

/** A part of a bucket's configuration: what S3 says (undefined: it is not set), or why it could not be read. */
export type Read<T> = { readonly value: T | undefined } | { readonly unread: string };

export interface BucketConfiguration {
  /** `Enabled` or `Suspended`. */
  readonly versioning: Read<string>;
  readonly lifecycle: Read<readonly BucketLifecycleRule[]>;
  readonly policy: Read<readonly BucketPolicyStatement[]>;
  /** Whether all four ways are blocked. */
  readonly closed: Read<boolean>;
  /** The algorithm: `AES256`, `aws:kms`. */
  readonly encryption: Read<string>;
  readonly eventBridge: Read<boolean>;
}

/** Reads what the bucket is like; nothing of it is changed, and no object is touched. */
export async function readConfiguration(
  sdk: Sdk,
  client: Client,
  Bucket: string,
): Promise<BucketConfiguration> {
  return {
    versioning: await read(async () => {
      return (await client.send(new sdk.GetBucketVersioningCommand({ Bucket }))).Status;
    }),
    lifecycle: await read(async () => {
      return (await client.send(new sdk.GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules;
    }),
    policy: await read(async () => {
      const { Policy } = await client.send(new sdk.GetBucketPolicyCommand({ Bucket }));
      return Policy === undefined ? undefined : statementsOf(Policy);
    }),
    closed: await read(async () => {
      const { PublicAccessBlockConfiguration: block } = await client.send(
        new sdk.GetPublicAccessBlockCommand({ Bucket }),
      );
      const { BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets } = block ?? {};
      return [BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets].every(Boolean);
    }),
    encryption: await read(async () => {
      const answer = await client.send(new sdk.GetBucketEncryptionCommand({ Bucket }));
      const [rule] = answer.ServerSideEncryptionConfiguration?.Rules ?? [];
      return rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm;
    }),
    eventBridge: await read(async () => {
      const answer = await client.send(new sdk.GetBucketNotificationConfigurationCommand({ Bucket }));
      return answer.EventBridgeConfiguration !== undefined;
    }),
  };
}

/** What S3 answers where a part was never set. */
const ABSENT = new Set([
  'NoSuchLifecycleConfiguration',
  'NoSuchBucketPolicy',
  'NoSuchPublicAccessBlockConfiguration',
  'ServerSideEncryptionConfigurationNotFoundError',
]);

async function read<T>(ask: () => Promise<T | undefined>): Promise<Read<T>> {
  try {
    return { value: await ask().catch((error) => askedAgain(ask, error)) };
  } catch (error) {
    // One part that may not be read (or that another server does not know) leaves the others to be checked.
    const { name, message } = error as Error;
    return ABSENT.has(name) ? { value: undefined } : { unread: `${name}: ${message}` };
  }
}

/** What broke on the way says nothing of the bucket, and the SDK repeats only some of it: a garbled answer, never. */
function askedAgain<T>(
  ask: () => Promise<T>,
  error: { $metadata?: { httpStatusCode?: number } },
): Promise<T> {
  if (error.$metadata?.httpStatusCode !== undefined && error.$metadata.httpStatusCode < 500) throw error;
  return ask();
}

function statementsOf(policy: string): BucketPolicyStatement[] {
  const { Statement = [] } = JSON.parse(policy) as {
    Statement?: BucketPolicyStatement | BucketPolicyStatement[];
  };
  return [Statement].flat();
}
