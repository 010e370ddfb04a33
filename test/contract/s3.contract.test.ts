import { GetObjectTaggingCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type OpenBucket, openBucket, openStore } from '@sgraph-backbone/layer/drivers';
import { BadStoreInput, Conflict } from '@sgraph-backbone/layer/store';
import { writesRead } from '../../layer/drivers/s3-bucket.ts';
import { createRequests } from '../../layer/drivers/s3-requests.ts';
import { IN_PARTS_BYTES, writeObject } from '../../layer/drivers/s3-write.ts';
import { type Asked, type FaultProxy, faultProxy } from '../stores/index.ts';
import { bytesOf, rowsOf } from './rows.ts';
import { GATEWAY, NO_SERVER, temporaryBucket } from './s3-servers.ts';

const server = GATEWAY!;

// What S3 alone has; what it shares with the other drivers is in their contract.
(GATEWAY ? describe : describe.skip)(GATEWAY ? 'A store on S3' : NO_SERVER, () => {
  let made: Awaited<ReturnType<typeof temporaryBucket>>;
  let proxy: FaultProxy;
  let store: OpenBucket;
  let client: S3Client;
  const asked: Asked[] = [];
  const counted: string[] = [];

  beforeAll(async () => {
    made = await temporaryBucket(server);
    proxy = await faultProxy(server.connection.endpoint);
    proxy.meet((request) => {
      asked.push(request);
      return undefined;
    });
    const s3 = { ...server.connection, endpoint: proxy.url };
    store = await openBucket(made.bucket, '', { s3, onRequest: (operation) => counted.push(operation) });
    client = new S3Client({ ...server.connection, forcePathStyle: true });
  });

  afterAll(async () => {
    store.close();
    client.destroy();
    await proxy.close();
    await made.remove();
  });

  test('writes storage class and tags', async () => {
    const tags = { kind: 'raw', 'with blank': 'a&b=c' };
    await store.put('classed', bytesOf('x'), { storageClass: 'STANDARD_IA', tags });
    const place = { Bucket: made.bucket, Key: 'classed' };
    expect((await client.send(new HeadObjectCommand(place))).StorageClass).toBe('STANDARD_IA');
    const { TagSet = [] } = await client.send(new GetObjectTaggingCommand(place));
    expect(Object.fromEntries(TagSet.map(({ Key, Value }) => [Key, Value]))).toEqual(tags);
    const { etag } = (await store.head('classed'))!;
    await store.move('classed', 'moved', { ifMatch: etag });
    const moved = await client.send(new HeadObjectCommand({ ...place, Key: 'moved' }));
    expect(moved.StorageClass).toBe('STANDARD_IA');
  });

  test('keeps metadata of any text, and refuses more than S3 takes', async () => {
    const metadata = { reason: 'zu spät: „x"\n', Name: ' blank ', empty: '' };
    await store.put('meta', bytesOf('x'), { metadata, ifNoneMatch: '*' });
    expect((await store.head('meta'))?.metadata).toEqual(metadata);
    const much = { metadata: { much: 'x'.repeat(2_100) } };
    await expect(store.put('meta', bytesOf('y'), much)).rejects.toThrow(BadStoreInput);
  });

  test('asks S3 no more than it has to', async () => {
    const during = async (work: () => Promise<unknown>) => {
      counted.length = 0;
      await work();
      return [...counted];
    };
    const put = (conditions: object) => during(() => store.put('few', bytesOf('x'), conditions));
    expect(await put({})).toEqual(['PutObject']);
    expect(await put({ ifMatch: (await store.head('few'))!.etag })).toEqual(['PutObject']);
    expect(await during(() => store.get('few'))).toEqual(['GetObject']);
    expect(await during(() => store.get('few', { range: { start: -4 } }))).toEqual(['GetObject']);
    expect(await during(() => store.get('absent'))).toEqual(['GetObject']);
    expect(await during(() => store.delete('few'))).toEqual(['DeleteObject']);
    expect(await during(() => rowsOf(store, ''))).toEqual(['ListObjectsV2']);
  });

  test('sends parts with the checksums that AWS asks for', async () => {
    const { connection } = server;
    const aws = new S3Client({ ...connection, forcePathStyle: true });
    const requests = createRequests({ mostAtATime: 8 });
    const s3 = { client: aws, bucket: made.bucket, requests, aws: true, endpoint: '', writes: writesRead() };
    const content = new Uint8Array(IN_PARTS_BYTES + 1).fill(5);
    await writeObject(s3, 'parts', content, { facts: {} });
    const { etag } = (await store.head('parts'))!;
    await store.move('parts', 'copied', { ifMatch: etag });
    const copied = { from: 'copied', etag: (await store.head('copied'))!.etag, size: content.length };
    await writeObject(s3, 'copied again', copied, { facts: {}, ifNoneMatch: '*' });
    expect(Buffer.compare((await store.get('copied again'))!.bytes, content)).toBe(0);
    aws.destroy();
  });

  test('lists more than a page holds', async () => {
    const keys = Array.from({ length: 1_005 }, (_, n) => `many/${String(n).padStart(4, '0')}`);
    await Promise.all(keys.map((key) => store.put(key, bytesOf(key))));
    counted.length = 0;
    expect(await rowsOf(store, 'many/')).toEqual(keys);
    expect(counted).toEqual(['ListObjectsV2', 'ListObjectsV2']);
    expect(await rowsOf(store, 'many/', { startAfter: 'many/0999', limit: 3 })).toEqual(
      keys.slice(1000, 1003),
    );
    expect(await rowsOf(store, '', { delimiter: '/' })).toContain('many/');
  });

  test('takes an object that is about to be deleted for none', async () => {
    const { etag } = await store.put('dying', bytesOf('x'));
    // The tombstone is written, and its own deletion never comes through.
    let tombstones = 0;
    proxy.meet(({ method, path }) => {
      if (method === 'PUT' && path.includes('/dying')) tombstones++;
      return method === 'DELETE' && tombstones > 0 ? 'forbid' : undefined;
    });
    await expect(store.delete('dying', { ifMatch: etag })).rejects.toThrow('access denied');
    proxy.meet(() => undefined);
    expect(tombstones).toBe(1);
    expect(await store.get('dying')).toBeUndefined();
    expect(await store.head('dying')).toBeUndefined();
    expect(await rowsOf(store, '')).not.toContain('dying');
    await expect(store.get('dying', { ifMatch: etag })).rejects.toThrow(Conflict);
    await expect(store.put('dying', bytesOf('y'), { ifMatch: etag })).rejects.toThrow(Conflict);
    await store.put('dying', bytesOf('again'), { ifNoneMatch: '*' });
    expect(await rowsOf(store, '')).toContain('dying');
  });

  test("signs with a role's session token, when there is one", async () => {
    const credentials = { ...server.connection.credentials, sessionToken: 'token-of-a-role' };
    const other = await openStore(`s3://${made.bucket}/of-a-role`, {
      s3: { ...server.connection, endpoint: proxy.url, credentials },
    });
    const seen: Asked[] = [];
    proxy.meet((request) => {
      seen.push(request);
      return 'forbid';
    });
    await expect(other.data.get('k')).rejects.toThrow('access denied');
    proxy.meet(() => undefined);
    expect(seen[0]?.headers['x-amz-security-token']).toBe('token-of-a-role');
    expect(seen[0]?.path).toMatch(new RegExp(`^/${made.bucket}/of-a-role/cache/k`));
    await other.close();
  });
});
