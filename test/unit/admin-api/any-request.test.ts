import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { adminRoutes } from '../../../lambdas/admin-api/handler.ts';
import { ask } from '../runtime/http-events.ts';
import { createSite, type Site } from './site.ts';

let site: Site;
beforeAll(async () => {
  site = await createSite();
  await site.deliver('E1BACKBONETEST', '2026-02-16T14:50:00Z', [
    { at: '2026-02-16T14:30:00Z', from: 1, path: '/' },
  ]);
});

const NAMES = [
  'period',
  'key',
  'from',
  'to',
  'feed',
  'host',
  'class',
  'granularity',
  'limit',
  'cursor',
  'format',
  'by',
];
const value = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'daily',
    'hourly',
    '30min',
    'yearly',
    'csv',
    'json',
    'human',
    'standard',
    '20',
    '2026-02-16',
  ),
  fc.constantFrom(
    '2026-W08',
    '2026',
    '2026-02-16T14:30',
    '2026-02-16T14:30Z',
    '2026-02-17',
    '9999-12-31',
    '-1',
    'NaN',
  ),
  fc.constantFrom('standard.E1BACKBONETEST', 'realtime', '__proto__', 'eyJhZnRlciI6MX0', 'constructor'),
);

test('no request, however odd, is answered with a failure of ours', async () => {
  const paths = adminRoutes(site.context()).filter(({ method }) => method === 'GET');
  const request = fc.record({
    path: fc.constantFrom(...paths.map((route) => route.path)),
    name: fc.oneof(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.constantFrom('country', 'path', '..', '__proto__'),
    ),
    query: fc.array(fc.tuple(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...NAMES) }, value), value), {
      maxLength: 4,
    }),
  });
  const api = site.api();
  await fc.assert(
    fc.asyncProperty(request, async ({ path, name, query }) => {
      const target = path.replace(/\{\w+\+?\}/, () => encodeURIComponent(name.toWellFormed()));
      const parameters = new URLSearchParams(
        query.map(([key, text]) => [key.toWellFormed(), text.toWellFormed()]),
      );
      const { status, json } = await ask(api, `${target}?${parameters}`);
      expect([200, 400, 404]).toContain(status);
      if (status !== 200) expect(json.error.message.length).toBeGreaterThan(10);
    }),
    { numRuns: 400 },
  );
});
