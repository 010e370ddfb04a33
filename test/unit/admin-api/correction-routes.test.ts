import { beforeAll, describe, expect, test } from '@jest/globals';
import { readAudit } from '@sgraph-backbone/layer/ledger';
import type { HttpEvent } from '@sgraph-backbone/layer/runtime';
import { createSite, type Site } from './site.ts';

let site: Site;

beforeAll(async () => {
  site = await createSite();
  await site.deliver('E2EXAMPLE00001', '2026-02-16T10:40:00Z', [
    { at: '2026-02-16T10:05:00Z', from: 1, path: '/' },
    { at: '2026-02-16T10:06:00Z', from: 2, path: '/send/' },
  ]);
  await site.deliver('E2EXAMPLE00001', '2026-02-16T11:10:00Z', [
    { at: '2026-02-16T10:35:00Z', from: 3, path: '/' },
  ]);
});

async function call(method: string, path: string, body?: unknown, query = '') {
  const event = {
    version: '2.0',
    rawPath: path,
    rawQueryString: query,
    headers: { 'x-api-key': 'the-admin-key', 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: { http: { method, path }, stage: '$default' },
  } as unknown as HttpEvent;
  const { statusCode, body: text = '' } = await site.api()(event);
  return { status: statusCode, answer: JSON.parse(text) };
}

async function requestsOfTheDay(): Promise<number> {
  const { answer } = await call('GET', '/api/sa/traffic/summary', undefined, 'period=daily&key=2026-02-16');
  return answer.data.total_requests;
}

describe('corrections by API', () => {
  test('settle makes final what was said to be complete, and needs whole half-hours of a known feed', async () => {
    const feed = 'standard.E2EXAMPLE00001';
    const from = Date.parse('2026-02-16T10:00:00Z');
    const settled = await call('POST', '/api/sa/settle', { feed, from, through: from + 3_600_000 });
    expect(settled).toMatchObject({ status: 200, answer: { start: from, end: from + 3_600_000 } });
    const hour = await call('GET', '/api/sa/traffic/summary', undefined, 'period=hourly&key=2026-02-16-10');
    expect(hour.answer.finality.status).toBe('final');
    const short = await call('POST', '/api/sa/settle', { feed, from, through: from + 60_000 });
    expect(short).toMatchObject({ status: 400, answer: { error: { code: 'nothing_to_settle' } } });
    const unknown = await call('POST', '/api/sa/settle', {
      feed: 'standard.E2NONE',
      from,
      through: from + 3_600_000,
    });
    expect(unknown.answer.error.message).toContain('standard.E2NONE');
  });

  test('forget takes an object of a location out of every number, and says which', async () => {
    expect(await requestsOfTheDay()).toBe(3);
    const answered = await call('POST', '/api/sa/forget', { location: '*00000002.gz' });
    expect(answered).toMatchObject({
      status: 200,
      answer: { objects: [{ outcome: 'removed', records: 1 }] },
    });
    await site.backbone.sweep();
    expect(await requestsOfTheDay()).toBe(2);
    const both = await call('POST', '/api/sa/forget', {});
    expect(both).toMatchObject({ status: 400, answer: { error: { code: 'invalid_body' } } });
    const nobody = await call('POST', '/api/sa/forget', { object_id: 'nonsense' });
    expect(nobody.answer.error.message).toContain('32 hex digits');
  });

  test('reprocess sums what is kept again, and all of them leave audit entries', async () => {
    expect(await call('POST', '/api/sa/reprocess', {})).toEqual({
      status: 200,
      answer: { summed: 1, kept: 0 },
    });
    expect(await requestsOfTheDay()).toBe(2);
    const actions = (await readAudit(site.data, '2026-02-16')).map(
      ({ action, actor }) => `${actor} ${action}`,
    );
    // All at the same instant of this test's clock.
    expect(actions.sort()).toEqual(['admin forget', 'admin reprocess', 'admin settle']);
  });
});
