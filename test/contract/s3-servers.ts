import { randomUUID } from 'node:crypto';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { S3Connection } from '@sgraph-backbone/layer/drivers';
import { faultProxy } from '../stores/index.ts';

/** An S3 server that tests may use, with buckets of their own. */
export interface TestServer {
  readonly name: string;
  readonly connection: Required<S3Connection>;
  readonly versioned: boolean;
  /** Lists folders whose keys are all deleted as if they were not (moto, in buckets with versions). */
  readonly emptyFolders: boolean;
  /** Completes an upload in parts whatever the ETag of its condition is (moto). */
  readonly heedlessUploads: boolean;
  /** Checks a condition and writes with nobody in between (moto's threads come in between, rarely). */
  readonly atomic: boolean;
}

const {
  BACKBONE_TEST_S3_ENDPOINT,
  BACKBONE_TEST_S3_KEY = '',
  BACKBONE_TEST_S3_SECRET = '',
  BACKBONE_TEST_S3_REGION = 'us-east-1',
  BACKBONE_TEST_MOTO_ENDPOINT,
} = process.env;

/** The gateway: buckets without versions. */
export const GATEWAY: TestServer | undefined = BACKBONE_TEST_S3_ENDPOINT
  ? {
      name: 's3',
      versioned: false,
      emptyFolders: false,
      heedlessUploads: false,
      atomic: true,
      connection: {
        endpoint: BACKBONE_TEST_S3_ENDPOINT,
        region: BACKBONE_TEST_S3_REGION,
        credentials: { accessKeyId: BACKBONE_TEST_S3_KEY, secretAccessKey: BACKBONE_TEST_S3_SECRET },
      },
    }
  : undefined;

/** A second, independent server: buckets with versions. */
export const MOTO: TestServer | undefined = BACKBONE_TEST_MOTO_ENDPOINT
  ? {
      name: 's3 with versions',
      versioned: true,
      emptyFolders: true,
      heedlessUploads: true,
      atomic: false,
      connection: {
        endpoint: BACKBONE_TEST_MOTO_ENDPOINT,
        region: 'us-east-1',
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      },
    }
  : undefined;

/** Those that are there. */
export const SERVERS: readonly TestServer[] = [GATEWAY, MOTO].filter((server) => server !== undefined);

/** What a skipped test says. */
export const NO_SERVER =
  'no S3 server: set BACKBONE_TEST_S3_ENDPOINT, _KEY and _SECRET, and BACKBONE_TEST_MOTO_ENDPOINT';

/** A new bucket, how to reach it, and what removes it with all that is in it. */
export interface TestBucket {
  readonly bucket: string;
  readonly connection: Required<S3Connection>;
  remove(): Promise<void>;
}

/** Makes a bucket. Where requests are not atomic, they go through a proxy that sends one after the other. */
export async function temporaryBucket({ connection, versioned, atomic }: TestServer): Promise<TestBucket> {
  const client = new S3Client({ ...connection, forcePathStyle: true });
  const Bucket = `backbone-test-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket }));
  if (versioned) {
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  }
  const proxy = atomic ? undefined : await faultProxy(connection.endpoint, { oneAtATime: true });
  const remove = async () => {
    await proxy?.close();
    await empty(client, Bucket);
    await client.send(new DeleteBucketCommand({ Bucket }));
    client.destroy();
  };
  return {
    bucket: Bucket,
    connection: { ...connection, endpoint: proxy?.url ?? connection.endpoint },
    remove,
  };
}

/** The environment of a process that is to use a server. */
export function environmentOf({ connection }: Pick<TestBucket, 'connection'>): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_S3: connection.endpoint,
    AWS_REGION: connection.region,
    AWS_ACCESS_KEY_ID: connection.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: connection.credentials.secretAccessKey,
  };
}

async function empty(client: S3Client, Bucket: string): Promise<void> {
  for (;;) {
    const listed = await client.send(new ListObjectVersionsCommand({ Bucket, EncodingType: 'url' }));
    const rows = [...(listed.Versions ?? []), ...(listed.DeleteMarkers ?? [])];
    if (rows.length === 0) return;
    const removals = rows.map(({ Key = '', VersionId }) => {
      const url = listed.EncodingType === 'url';
      const key = url ? decodeURIComponent(Key.replaceAll('+', ' ')) : Key;
      return client.send(new DeleteObjectCommand({ Bucket, Key: key, VersionId }));
    });
    await Promise.all(removals);
  }
}
