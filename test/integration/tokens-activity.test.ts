import { describe, expect, test } from '@jest/globals';
import type { HttpEvent } from '@sgraph-backbone/layer/runtime';
import { createSite } from '../unit/admin-api/site.ts';

const NOON = Date.parse('2026-02-16T12:00:00Z');

describe('uses of a token', () => {
  test('are in the numbers of applications: accepted ones by token, refused ones apart, visitors by day', async () => {
    const site = await createSite();
    site.clock.now = NOON;
    const api = site.api();
    const call = async (method: string, path: string, body?: unknown) => {
      const [rawPath, rawQueryString = ''] = path.split('?');
      const answered = await api({
        rawPath,
        rawQueryString,
        headers: { 'x-api-key': 'the-admin-key', 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        isBase64Encoded: false,
        requestContext: { http: { method }, stage: '$default' },
      } as unknown as HttpEvent);
      return JSON.parse(answered.body ?? '');
    };
    await call('POST', '/api/tokens', { name: 'community-x', usage_limit: 3 });
    await call('POST', '/api/tokens', { name: 'other-token' });
    for (let last = 1; last <= 9; last++)
      await call('POST', '/api/tokens/community-x/use', { action: 'page_opened', ip: `192.0.2.${last % 2}` });
    await call('POST', '/api/tokens/other-token/use', { action: 'page_opened' });
    // A sink gathers events for a moment.
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (let round = 0; round < 2; round++) await site.backbone.sweep();
    await site.backbone.idle();
    expect(await call('GET', '/api/tokens/community-x/activity?days=1')).toMatchObject({
      days: [{ time_key: '2026-02-16', uses: 3, unique_visitors: 2, rejected: 6 }],
      rejected_share: 6 / 9,
      complete: true,
    });
    expect(await call('GET', '/api/tokens/other-token/activity?days=1')).toMatchObject({
      days: [{ uses: 1, unique_visitors: null, rejected: 0 }],
      rejected_share: 0,
    });
    const daily = await call('GET', '/api/analytics/daily/2026-02-16');
    expect(daily).toMatchObject({ token_uses: 4 });
    const list = await call(
      'GET',
      '/api/sa/traffic/top/token?period=daily&key=2026-02-16&feed=application&class=all',
    );
    const uses = list.data.entries.map((entry: { value: string; requests: number }) => [
      entry.value,
      entry.requests,
    ]);
    expect(uses).toEqual([
      ['community-x', 3],
      ['other-token', 1],
    ]);
  });
});
