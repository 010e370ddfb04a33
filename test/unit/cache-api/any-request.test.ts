import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { createCache } from '@sgraph-backbone/layer/cache';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import { adminKey, createLog } from '@sgraph-backbone/layer/runtime';
import fc from 'fast-check';
import type { CacheApiContext } from '../../../lambdas/cache-api/context.ts';
import { createCacheApi } from '../../../lambdas/cache-api/handler.ts';
import { cacheApiRoutes } from '../../../lambdas/cache-api/routes.ts';

const data = memoryObjectStore();
const cache = createCache({ data, now: Date.now, newId: randomUUID });
const logged: string[] = [];
const log = createLog({ level: 'error', write: (line) => void logged.push(line), now: Date.now });
const keys = [adminKey('key')];
const context: CacheApiContext = {
  source: async () => ({ data, cache, url: 'memory:' }),
  keyring: () => keys,
  now: Date.now,
  newId: randomUUID,
  bodyLimit: 100_000,
  version: '1.2.3',
  environment: 'local',
  server: { instanceId: 'a', bootTime: 0 },
};
const api = createCacheApi(context);

const ids = ['00000000-0000-7000-8000-000000000000', '00000000-0000-4000-8000-000000000000', 'x'];
const values = fc.oneof(
  fc.constantFrom(
    'a',
    'k',
    'direct',
    'key_based',
    'temporal_latest',
    'json',
    'string',
    'f9d86028c6e0d64e',
    ...ids,
  ),
  fc.constantFrom(
    '..',
    '.',
    '%2e%2e',
    'a/../b',
    '\\..\\',
    ' ',
    '\0',
    '__proto__',
    'constructor',
    '😀',
    '\ud800',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const bodies = fc.oneof(
  fc.constantFrom(
    '{"a":1}',
    '"text"',
    '{"operations":[{"action":"add","path":"a"}]}',
    '{"cookie_value":"x"}',
    '',
    '{',
    '[]',
  ),
  fc.json(),
  fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
);
const headers = fc.record(
  {
    'content-type': fc.constantFrom('application/json', 'text/plain', 'application/octet-stream', ';;', ''),
    'content-encoding': fc.constantFrom('gzip', 'br', 'é', ''),
    'if-match': fc.constantFrom('*', '"x"', 'W/"x"', 'x', '"a","b"'),
    'if-none-match': fc.constantFrom('*', '"x"'),
  },
  { requiredKeys: [] },
);
const queries = fc.dictionary(
  fc.constantFrom(
    'file_id',
    'json_field_path',
    'ttl_hours',
    'limit',
    'cursor',
    'recursive',
    'return_full_path',
  ),
  values,
);

test('whatever is asked of whatever route is answered in its form, and is never a failure of ours', async () => {
  const routes = fc.constantFrom(...cacheApiRoutes(context));
  const filled = fc.array(values, { minLength: 5, maxLength: 5 });
  const requests = fc.record({ route: routes, parts: filled, body: bodies, headers, query: queries });
  await fc.assert(
    fc.asyncProperty(requests, async ({ route, parts, body, headers: given, query }) => {
      logged.length = 0;
      let part = 0;
      const path = `/cache${route.path.replace(/\{\w+\+?\}/g, () => parts[part++ % parts.length]!)}`;
      const response = await api(
        {
          method: route.method,
          path,
          query: new URLSearchParams(query),
          headers: { 'x-api-key': 'key', ...given },
          body: Buffer.from(body),
        },
        { requestId: 'request', log },
      );
      expect({ path, status: response.status, logged }).toEqual({
        path,
        status: expect.any(Number),
        logged: [],
      });
      expect(response.status).toBeLessThan(500);
      const type = response.headers['content-type'] ?? '';
      if (type.startsWith('application/json')) expect(() => JSON.parse(String(response.body))).not.toThrow();
      if (response.status >= 400 && type !== '') expect(type).toMatch(/json|text\/plain/);
    }),
    { numRuns: 3_000 },
  );
});
