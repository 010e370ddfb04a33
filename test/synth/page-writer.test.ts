import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { HeadObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { environmentOf, NO_SERVER, SERVERS, temporaryBucket } from '../contract/s3-servers.ts';

const folder = mkdtempSync(join(tmpdir(), 'backbone-page-'));
let asset: string;
beforeAll(() => {
  if (SERVERS.length === 0) return;
  const command = ['cdk', 'synth', '-q', '-o', folder, 'AdminApiStack', '--exclusively'];
  const { status, stderr } = spawnSync('npx', command, {
    encoding: 'utf8',
    env: { ...process.env, CDK_VALIDATION: 'false' },
  });
  expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
  const assets = readdirSync(folder).filter((name) => name.startsWith('asset.'));
  asset = join(folder, assets.find((name) => readdirSync(join(folder, name)).includes('page-writer.js'))!);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the function as CloudFormation does, and returns what it was told. */
async function deploy(bucket: string, RequestType: string, environment: NodeJS.ProcessEnv) {
  const told: string[] = [];
  const server = createServer(async (request, response) => {
    for await (const chunk of request) told.push(String(chunk));
    response.end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const event = {
    RequestType,
    ResponseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/told`,
    StackId: 'stack',
    RequestId: 'request',
    LogicalResourceId: 'PageFilesWritten',
    ResourceProperties: { bucket, content: 'hash' },
  };
  const script = `require('./page-writer.js').handler(${JSON.stringify(event)})`;
  // The runtime brings the S3 client.
  const env = { PATH: process.env.PATH, NODE_PATH: resolve('node_modules'), ...environment };
  const run = spawn(process.execPath, ['-e', script], { cwd: asset, env, stdio: 'ignore' });
  const status = await new Promise((done) => run.on('exit', done));
  await new Promise((done) => server.close(done));
  expect(status).toBe(0);
  return JSON.parse(told.join('')) as { Status: string; Reason?: string; PhysicalResourceId: string };
}

if (SERVERS.length === 0) test.skip(`the page writer is not run: ${NO_SERVER}`, () => {});

for (const server of SERVERS)
  describe(`the function that writes the page, on ${server.name}`, () => {
    const client = new S3Client({ ...server.connection, forcePathStyle: true });
    const environment = environmentOf(server);

    test('puts every file into the bucket with its type, and lets only names with a hash be cached', async () => {
      const { bucket, remove } = await temporaryBucket(server);
      try {
        const answer = await deploy(bucket, 'Create', environment);
        expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: bucket });
        const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
        const keys = Contents.map(({ Key }) => Key!);
        expect(keys).toEqual(expect.arrayContaining(['index.html', 'favicon.svg']));
        for (const Key of keys) {
          const { ContentType, CacheControl } = await client.send(
            new HeadObjectCommand({ Bucket: bucket, Key }),
          );
          expect(ContentType).toMatch(/^(text\/(html|javascript|css); charset=utf-8|image\/svg\+xml)$/);
          expect([Key, CacheControl]).toEqual([
            Key,
            Key.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
          ]);
        }
      } finally {
        await remove();
      }
    });

    test('tells CloudFormation what went wrong, and leaves the files when the stack goes', async () => {
      const gone = await deploy('backbone-no-such-bucket', 'Update', environment);
      expect(gone).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('NoSuchBucket') });
      expect((await deploy('backbone-no-such-bucket', 'Delete', environment)).Status).toBe('SUCCESS');
    });
  });
