import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  DeleteBucketPolicyCommand,
  GetBucketLifecycleConfigurationCommand,
  type LifecycleRule,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { s3Places } from '@sgraph-backbone/layer/drivers';
import { bucketsSeen } from '../../../local/doctor/buckets.ts';
import type { Observation } from '../../../local/doctor/index.ts';
import { GATEWAY, MOTO, NO_SERVER, type TestServer, temporaryBucket } from '../../contract/s3-servers.ts';
import { type Templates, templates } from '../../synth/synthesized.ts';
import { configureLike } from './buckets-of-template.ts';

interface Buckets {
  readonly data: string;
  readonly observability: string;
  remove(): Promise<void>;
}

async function twoBuckets(server: TestServer): Promise<Buckets> {
  const [data, observability] = await Promise.all(
    [1, 2].map(() => temporaryBucket({ ...server, versioned: false })),
  );
  const remove = async () => void (await Promise.all([data!.remove(), observability!.remove()]));
  return { data: data!.bucket, observability: observability!.bucket, remove };
}

async function faultsOf(
  { connection }: TestServer,
  { data, observability }: Buckets,
): Promise<Observation[]> {
  const seen: Observation[] = [];
  const places = s3Places(`s3://${data}?observability=${observability}`);
  for await (const observation of bucketsSeen(places, { rawRetentionDays: 90 }, connection))
    seen.push(observation);
  return seen.filter(({ outcome }) => outcome === 'fault');
}

(GATEWAY ? describe : describe.skip)(GATEWAY ? 'Buckets as somebody made them' : NO_SERVER, () => {
  test('lack all that a deployment would have given them, and each lack is told with its reason and its remedy', async () => {
    const buckets = await twoBuckets(GATEWAY!);
    try {
      const faults = await faultsOf(GATEWAY!, buckets);
      const of = (bucket: string) =>
        [...new Set(faults.filter(({ what }) => what.includes(bucket)).map(({ check }) => check))].sort();
      const both = ['TLS', 'encryption', 'lifecycle', 'public access'];
      expect(of(buckets.data)).toEqual(both);
      expect(of(buckets.observability)).toEqual(['EventBridge', ...both]);
      for (const { why, remedy } of faults)
        expect([why, remedy]).toEqual([expect.any(String), expect.any(String)]);
    } finally {
      await buckets.remove();
    }
  });
});

(MOTO ? describe : describe.skip)(MOTO ? 'Buckets as the data stack makes them' : NO_SERVER, () => {
  let all: Templates;
  let buckets: Buckets;
  const client = new S3Client({ ...MOTO?.connection, forcePathStyle: true });
  beforeAll(async () => {
    all = templates({ BACKBONE_REGION: 'us-east-1', BACKBONE_DISTRIBUTIONS: 'E1ABCDEFGHIJKL' });
    buckets = await twoBuckets(MOTO!);
  });
  beforeEach(async () => {
    await configureLike(client, all, 'Data', buckets.data);
    await configureLike(client, all, 'Observability', buckets.observability);
  });
  afterAll(async () => {
    await buckets.remove();
    client.destroy();
  });

  async function changeRules(
    Bucket: string,
    change: (rules: LifecycleRule[]) => LifecycleRule[],
  ): Promise<void> {
    const { Rules = [] } = await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    await client.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket,
        LifecycleConfiguration: { Rules: change(Rules) },
      }),
    );
  }

  const without = (id: string) => (rules: LifecycleRule[]) => rules.filter(({ ID }) => ID !== id);
  const expiring = (Prefix: string) => (rules: LifecycleRule[]) => [
    ...rules,
    { ID: 'theirs', Status: 'Enabled' as const, Filter: { Prefix }, Expiration: { Days: 30 } },
  ];

  // This server is told of EventBridge and never tells it again.
  const faultsHere = async () =>
    (await faultsOf(MOTO!, buckets)).filter(({ check }) => check !== 'EventBridge');

  test('are as they should be', async () => {
    expect(await faultsHere()).toEqual([]);
  });

  const BROKEN: [what: string, told: RegExp, spoil: () => Promise<unknown>][] = [
    [
      'raw batches that stay for ever',
      /sa-cloudfront-raw\/ expires after no days; expected are 90/,
      () => changeRules(buckets.data, without('expire-sa-cloudfront-raw')),
    ],
    [
      'a rule of somebody else over everything',
      /the rule theirs takes or moves objects/,
      () => changeRules(buckets.data, expiring('cache/sa-cloudfront-aggregate/')),
    ],
    [
      'originals that stay for ever',
      /nothing deletes archive\//,
      () => changeRules(buckets.observability, without('expire-archive')),
    ],
    [
      'keys of days without their backstop',
      /nothing deletes secrets\/days\//,
      () => changeRules(buckets.observability, without('expire-keys-of-days')),
    ],
    [
      'an identity secret that expires',
      /a rule deletes secrets\//,
      () => changeRules(buckets.observability, expiring('secrets/')),
    ],
    [
      'versions of what has to be gone',
      /has versioning \(Enabled\)/,
      () =>
        client.send(
          new PutBucketVersioningCommand({
            Bucket: buckets.observability,
            VersioningConfiguration: { Status: 'Enabled' },
          }),
        ),
    ],
    [
      'a gap in what is closed',
      /does not block public access/,
      () =>
        client.send(
          new PutPublicAccessBlockCommand({
            Bucket: buckets.data,
            PublicAccessBlockConfiguration: { BlockPublicAcls: true },
          }),
        ),
    ],
    [
      'a key that the functions have no grant for',
      /default encryption aws:kms/,
      () =>
        client.send(
          new PutBucketEncryptionCommand({
            Bucket: buckets.data,
            ServerSideEncryptionConfiguration: {
              Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }],
            },
          }),
        ),
    ],
    [
      'a policy that lets requests in without TLS',
      /does not deny requests without TLS/,
      () => client.send(new DeleteBucketPolicyCommand({ Bucket: buckets.data })),
    ],
  ];
  // Versions can't be taken back: that case comes last.
  const ordered = BROKEN.toSorted(
    ([, a], [, b]) => Number(a.source.includes('versioning')) - Number(b.source.includes('versioning')),
  );
  test.each(ordered)('with %s are not', async (_, told, spoil) => {
    await spoil();
    expect(await faultsHere()).toEqual([expect.objectContaining({ what: expect.stringMatching(told) })]);
  });
});

test('Events that go to EventBridge are seen in the form in which AWS tells them, and what may not be read is a note', async () => {
  const server = createServer(({ url = '' }, answer) => {
    answer.setHeader('content-type', 'application/xml');
    if (!url.includes('notification')) answer.statusCode = 403;
    answer.end(
      url.includes('notification')
        ? '<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><EventBridgeConfiguration/></NotificationConfiguration>'
        : '<Error><Code>AccessDenied</Code><Message>no</Message></Error>',
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connection = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  };
  const seen: Observation[] = [];
  for await (const observation of bucketsSeen(
    s3Places('s3://data-bucket?observability=logs-bucket'),
    { rawRetentionDays: 90 },
    connection,
  ))
    seen.push(observation);
  server.close();
  expect(seen.filter(({ outcome }) => outcome !== 'note')).toEqual([
    { check: 'EventBridge', outcome: 'fine', what: 'logs-bucket tells EventBridge of new objects' },
  ]);
  expect(seen.some(({ what }) => what === "of data-bucket can't be read: AccessDenied: no")).toBe(true);
});
