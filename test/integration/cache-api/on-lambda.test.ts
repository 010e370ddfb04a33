import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createCache, zipOf } from '@sgraph-backbone/layer/cache';
import { openStore, signedReads } from '@sgraph-backbone/layer/drivers';
import { adminKey, createLog, type HttpEvent } from '@sgraph-backbone/layer/runtime';
import type { Store } from '@sgraph-backbone/layer/store';
import { createCacheApi } from '../../../lambdas/cache-api/handler.ts';
import { besideCache, cacheLambda } from '../../../lambdas/cache-api/lambda.ts';
import { NO_SERVER, SERVERS, temporaryBucket } from '../../contract/s3-servers.ts';

const LIMIT = 10_000;
const log = createLog({ level: 'error', write: () => {}, now: Date.now });

function event(method: string, path: string, body?: Uint8Array, more: Partial<HttpEvent> = {}): HttpEvent {
  return {
    version: '2.0',
    routeKey: 'ANY /cache/{proxy+}',
    rawPath: path,
    rawQueryString: '',
    headers: { 'x-api-key': 'key', 'content-type': 'application/octet-stream' },
    isBase64Encoded: body !== undefined,
    ...(body === undefined ? {} : { body: Buffer.from(body).toString('base64') }),
    requestContext: { http: { method }, stage: '$default' } as HttpEvent['requestContext'],
    ...more,
  };
}

function handlerOf(store: Store, urlOf: (key: string, type: string) => Promise<string | undefined>) {
  const { data, url } = store;
  const cache = createCache({ data, now: Date.now, newId: randomUUID });
  const api = createCacheApi({
    source: async () => ({ data, cache, url }),
    keyring: () => [adminKey('key')],
    now: Date.now,
    newId: randomUUID,
    bodyLimit: LIMIT,
    version: '1.2.3',
    environment: 'aws-lambda',
    server: { instanceId: randomUUID(), bootTime: 0 },
    larger: { answerLimit: LIMIT / 2, urlOf },
  });
  return besideCache(cacheLambda(api, { name: 'cache-api', log }), async () => ({ statusCode: 418 }));
}

describe('the cache service behind an HTTP API', () => {
  let store: Store;
  let handler: ReturnType<typeof handlerOf>;
  beforeAll(async () => {
    store = await openStore('memory:');
    handler = handlerOf(store, async () => undefined);
  });
  afterAll(() => store.close());

  test('answers below /cache, and leaves the rest to the admin API', async () => {
    expect((await handler(event('GET', '/cache/info/health'))).statusCode).toBe(200);
    expect((await handler(event('GET', '/api/health'))).statusCode).toBe(418);
    expect((await handler(event('GET', '/cached'))).statusCode).toBe(418);
  });

  test('takes the key from a cookie, which an HTTP API hands over beside the headers', async () => {
    const cookies = ['a=b', 'auth-cookie=key'];
    const asked = event('GET', '/cache/info/health', undefined, { headers: {}, cookies });
    expect((await handler(asked)).statusCode).toBe(200);
  });

  test('takes bodies up to its limit, and answers 413 with the limit above', async () => {
    const path = '/cache/n/direct/store/binary';
    expect((await handler(event('POST', path, Buffer.alloc(LIMIT, 1)))).statusCode).toBe(200);
    const { statusCode, body } = await handler(event('POST', path, Buffer.alloc(LIMIT + 1, 1)));
    expect([statusCode, body]).toEqual([413, expect.stringContaining(String(LIMIT))]);
  });

  test('answers bytes as base64, and 413 for what is too large where no store signs a URL', async () => {
    const stored = async (size: number) => {
      const { body } = await handler(event('POST', '/cache/n/direct/store/binary', Buffer.alloc(size, 7)));
      return (JSON.parse(body!) as { cache_id: string }).cache_id;
    };
    const small = await handler(event('GET', `/cache/n/retrieve/${await stored(3)}/binary`));
    expect(small).toMatchObject({ isBase64Encoded: true, body: 'BwcH' });
    const large = await handler(event('GET', `/cache/n/retrieve/${await stored(LIMIT)}/binary`));
    expect(large.statusCode).toBe(413);
    // As JSON, bytes are longer by a third: it is the answer that must fit.
    const longer = await stored(LIMIT / 2 - 10);
    expect((await handler(event('GET', `/cache/n/retrieve/${longer}/binary`))).statusCode).toBe(200);
    expect((await handler(event('GET', `/cache/n/retrieve/${longer}/json`))).statusCode).toBe(413);
  });

  test('answers 413 for a member of a zip that is too large, though the zip is not', async () => {
    const zip = zipOf(new Map([['zeros', Buffer.alloc(LIMIT)]]));
    const { body } = await handler(event('POST', '/cache/n/direct/zip/store/k/f', zip));
    const { cache_id } = JSON.parse(body!) as { cache_id: string };
    expect((await handler(event('GET', `/cache/n/zip/${cache_id}/retrieve`))).statusCode).toBe(200);
    const member = await handler(event('GET', `/cache/n/zip/${cache_id}/file/retrieve/zeros`));
    expect([member.statusCode, member.body]).toEqual([413, expect.stringContaining('limit of an answer')]);
  });
});

if (SERVERS.length === 0) console.info(`signed URLs: skipped, ${NO_SERVER}`);

for (const server of SERVERS) {
  test(`on ${server.name}, what is too large for an answer is 307 to a URL that needs no key`, async () => {
    const { bucket, remove } = await temporaryBucket(server);
    const options = { s3: server.connection };
    const url = `s3://${bucket}/some/place`;
    const store = await openStore(url, options);
    const signed = await signedReads(url, options);
    const handler = handlerOf(store, async (key, type) => signed?.(key, type));
    const content = Buffer.alloc(LIMIT, 'é');
    const { body } = await handler(event('POST', '/cache/n/key_based/store/binary/a b/c', content));
    const { cache_id } = JSON.parse(body!) as { cache_id: string };
    const answer = await handler(event('GET', `/cache/n/retrieve/${cache_id}/binary`));
    expect(answer.statusCode).toBe(307);
    const read = await fetch(String(answer.headers!.location));
    expect(read.status).toBe(200);
    expect(read.headers.get('content-type')).toBe('application/octet-stream');
    expect(Buffer.from(await read.arrayBuffer())).toEqual(content);
    await store.close();
    await remove();
  });
}

test('stores that are not on S3 sign nothing', async () => {
  expect(await signedReads('memory:')).toBeUndefined();
  expect(await signedReads('disk:somewhere')).toBeUndefined();
});
