import { setTimeout } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { adminKey, createLog } from '@sgraph-backbone/layer/runtime';
import { createLocalServer } from '../../../local/http/index.ts';
import { mountedCache } from '../../../local/mounted-cache.ts';

test('a sweep of the local server removes what has expired, and nothing else', async () => {
  const store = await openStore('memory:');
  const log = createLog({ level: 'error', write: () => {}, now: Date.now });
  const keys = [adminKey('key')];
  const cache = mountedCache({ store, keyring: () => keys, version: '1', environment: {} });
  const handler = async () => ({ statusCode: 404 });
  const server = await createLocalServer({ handler, assets: new Map(), cache, port: 0, log });
  const headers = { 'x-api-key': 'key' };
  const put = (path: string) => fetch(`${server.url}/cache${path}`, { method: 'POST', headers, body: '"x"' });
  const filesOf = async (namespace: string) => {
    const answer = await fetch(`${server.url}/cache/admin/storage/files/all/${namespace}`, { headers });
    return ((await answer.json()) as { file_count: number }).file_count;
  };
  // 3.6 ms.
  for (const namespace of ['brief', 'both'])
    await put(`/${namespace}/temporal/store/string?ttl_hours=0.000001`);
  await put('/both/temporal/store/string');
  await setTimeout(20);
  expect([await filesOf('brief'), await filesOf('both')]).toEqual([2, 4]);
  expect(await cache.sweepExpired()).toBe(2);
  expect([await filesOf('brief'), await filesOf('both')]).toEqual([0, 2]);
  expect(await cache.sweepExpired()).toBe(0);
  await server.close();
  await store.close();
});
