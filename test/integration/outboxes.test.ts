import { expect, test } from '@jest/globals';
import type { EventSink } from '@sgraph-backbone/layer/events';
import { adminKey, type HttpEvent } from '@sgraph-backbone/layer/runtime';
import { createAdminApi } from '../../lambdas/admin-api/handler.ts';
import { createSite } from '../unit/admin-api/site.ts';

const NOON = Date.parse('2026-02-16T12:00:00Z');

test('what tokens and transfers could not tell the stream of events, the sweeper tells it, once', async () => {
  const site = await createSite();
  site.clock.now = NOON;
  const context = site.context();
  // Nothing is taken: as when the process dies before it is.
  const events: EventSink = { take: async (taken) => taken.map((_, index) => index) };
  const api = createAdminApi({
    ...context,
    source: async () => ({ ...(await context.source()), events }),
    isFrozen: true,
    keyring: () => [adminKey('the-admin-key')],
  });
  const ask = async (method: string, path: string, body?: unknown) => {
    const [rawPath, rawQueryString = ''] = path.split('?');
    const { statusCode, body: text = '' } = await api({
      rawPath,
      rawQueryString,
      headers: { 'x-api-key': 'the-admin-key', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      isBase64Encoded: false,
      requestContext: { http: { method }, stage: '$default' },
    } as unknown as HttpEvent);
    return { status: statusCode, json: JSON.parse(text) };
  };
  const counted = async () => {
    const path = '/api/sa/traffic/summary?period=daily&key=2026-02-16&class=all&feed=application';
    const { data } = (await ask('GET', path)).json;
    return [data?.token_uses ?? 0, data?.file_uploads ?? 0];
  };
  const swept = async () => {
    for (let round = 0; round < 2; round++) await site.backbone.sweep();
    await site.backbone.idle();
  };

  expect((await ask('POST', '/api/tokens', { name: 'community-x', usage_limit: 0 })).status).toBe(201);
  for (const use_id of ['a', 'b', 'c'])
    expect(
      (await ask('POST', '/api/tokens/community-x/use', { action: 'page_opened', use_id })).json.success,
    ).toBe(true);
  const posted = { event: 'upload_completed', event_id: 'u', timestamp: NOON };
  expect((await ask('POST', '/api/transfers/tr-1/events', posted)).status).toBeLessThan(300);
  expect(await counted()).toEqual([0, 0]);

  site.clock.now = NOON + 60_000;
  await swept();
  expect(await counted()).toEqual([3, 1]);
  site.clock.now = NOON + 3_600_000;
  await swept();
  expect(await counted()).toEqual([3, 1]);
});
