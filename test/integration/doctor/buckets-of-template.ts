import {
  type LifecycleRule,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { plain, type Resources, resource, type Templates } from '../../synth/synthesized.ts';

/** What CloudFormation would do: makes a bucket like the one of the template. */
export async function configureLike(
  client: S3Client,
  templates: Templates,
  id: 'Data' | 'Observability',
  Bucket: string,
): Promise<void> {
  const { Properties } = resource(templates, 'DataStack', id);
  await client.send(
    new PutPublicAccessBlockCommand({
      Bucket,
      PublicAccessBlockConfiguration: Properties.PublicAccessBlockConfiguration,
    }),
  );
  await client.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: AES256 }));
  await client.send(
    new PutBucketLifecycleConfigurationCommand({
      Bucket,
      LifecycleConfiguration: { Rules: Properties.LifecycleConfiguration.Rules.map(ruleOf) },
    }),
  );
  const { Status } = Properties.VersioningConfiguration ?? {};
  if (Status)
    await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
  const Policy = policyOf(templates.DataStack!.Resources, id, Bucket);
  await client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
}

const AES256 = { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const } }] };

// biome-ignore lint/suspicious/noExplicitAny: templates are JSON of any shape
function ruleOf(rule: any): LifecycleRule {
  const { ExpirationInDays: Days, ExpiredObjectDeleteMarker, NoncurrentVersionExpiration: old } = rule;
  const days = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation;
  return {
    ID: rule.Id,
    Status: rule.Status,
    Filter: { Prefix: rule.Prefix ?? '' },
    ...(Days && { Expiration: { Days } }),
    ...(ExpiredObjectDeleteMarker && { Expiration: { ExpiredObjectDeleteMarker } }),
    ...(old && { NoncurrentVersionExpiration: { NoncurrentDays: old.NoncurrentDays } }),
    ...(days && { AbortIncompleteMultipartUpload: { DaysAfterInitiation: days } }),
  };
}

function policyOf(resources: Resources, id: string, bucket: string): string {
  const [, policy] = Object.entries(resources).find(
    ([name, { Type }]) => Type === 'AWS::S3::BucketPolicy' && name.startsWith(`${id}Policy`),
  )!;
  // biome-ignore lint/suspicious/noExplicitAny: templates are JSON of any shape
  const statements = policy.Properties.PolicyDocument.Statement.map((statement: any) => ({
    ...statement,
    Resource: [statement.Resource].flat().map((arn: unknown) => arnIn(arn, bucket)),
    Condition: JSON.parse(withoutFunctions(statement.Condition)),
  }));
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

/** The name of the bucket is known only here. */
function arnIn(arn: unknown, bucket: string): string {
  const text = plain(arn);
  return `arn:aws:s3:::${bucket}${text.includes('/') ? text.slice(text.indexOf('/')) : ''}`;
}

function withoutFunctions(condition: unknown): string {
  return JSON.stringify(condition, (_, value) =>
    typeof value === 'object' &&
    value !== null &&
    ('Ref' in value || 'Fn::Join' in value || 'Fn::Sub' in value)
      ? plain(value).replaceAll(/<[^>]*>/g, '123456789012')
      : value,
  );
}
