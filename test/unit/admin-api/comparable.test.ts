import { expect, test } from '@jest/globals';
import type { HttpEvent } from '@sgraph-backbone/layer/runtime';
import { createSite, type Site } from './site.ts';

async function weekAgainstTheOneBefore(site: Site) {
  const event = {
    version: '2.0',
    rawPath: '/api/sa/traffic/summary',
    rawQueryString: 'period=weekly&key=2026-W08&compare=previous',
    headers: { 'x-api-key': 'the-admin-key' },
    isBase64Encoded: false,
    requestContext: { http: { method: 'GET', path: '/api/sa/traffic/summary' }, stage: '$default' },
  } as unknown as HttpEvent;
  const { body = '' } = await site.api()(event);
  return JSON.parse(body).comparison;
}

test('a week of which whole days are unknown is shown beside the other one, without a difference', async () => {
  const site = await createSite();
  await site.deliver('E1BACKBONETEST', '2026-02-13T10:20:00Z', [
    { at: '2026-02-13T10:05:00Z', from: 1, path: '/' },
  ]);
  await site.deliver('E1BACKBONETEST', '2026-02-17T10:20:00Z', [
    { at: '2026-02-17T10:05:00Z', from: 1, path: '/' },
    { at: '2026-02-17T10:06:00Z', from: 2, path: '/' },
  ]);
  site.clock.now = Date.parse('2026-03-20T00:00:00Z');
  const { other, differences } = await weekAgainstTheOneBefore(site);
  expect(other.data.total_requests).toBe(1);
  expect(other.finality.gaps).toContain('2026-02-09');
  expect(differences.total_requests).toEqual({ absolute: null, percent: null });
});
