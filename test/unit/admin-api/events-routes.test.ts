import { beforeEach, describe, expect, test } from '@jest/globals';
import { readRollup } from '@sgraph-backbone/layer/derived';
import type { EventSink } from '@sgraph-backbone/layer/events';
import { type ApiKey, BODY_LIMIT, keyHash } from '@sgraph-backbone/layer/runtime';
import { createAdminApi } from '../../../lambdas/admin-api/handler.ts';
import { ask } from '../runtime/http-events.ts';
import { createSite, type Site } from './site.ts';

const NOW = Date.parse('2026-03-02T10:10:00Z');
const VIEW = { event_type: 'page_view', method: 'GET', path: '/' };
let site: Site;

beforeEach(async () => {
  site = await createSite();
  site.clock.now = NOW;
});

const post = (body: unknown, headers: Record<string, string> = {}) =>
  ask(site.api(), '/api/events', { method: 'POST', body, headers });

async function counted(): Promise<number | null | undefined> {
  await site.backbone.sweep();
  const name = { feed: 'application.main', period: 'daily', time_key: '2026-03-02' } as const;
  return (await readRollup(site.data, name))?.measures.all.total_requests;
}

describe('events that are posted', () => {
  test('alone, in an array or as lines are accepted with their ids, and counted', async () => {
    const own = { ...VIEW, event_id: 'own:1', timestamp: NOW };
    const one = await post(VIEW);
    expect([one.status, one.headers['cache-control']]).toEqual([202, 'no-store']);
    expect(one.json).toEqual({
      accepted: [{ index: 0, event_id: expect.stringMatching(/^[\w-]{8,64}$/) }],
      refused: [],
      retry: [],
    });
    expect((await post([own, VIEW])).json.accepted).toMatchObject([{ event_id: 'own:1' }, { index: 1 }]);
    const lines = `${JSON.stringify(VIEW)}\r\n\n${JSON.stringify(own)}\n`;
    const ndjson = await post(lines, { 'content-type': 'application/x-ndjson; charset=utf-8' });
    expect([ndjson.status, ndjson.json.accepted.length]).toEqual([202, 2]);
    expect(await counted()).toBe(4);
  });

  test('are refused one by one, with place and reason, and the others are kept', async () => {
    const bad = [
      { ...VIEW, timestamp: Math.floor(NOW / 1000) },
      { ...VIEW, coulor: 'red' },
      'page_view',
      { event_type: 'token_use' },
      { ...VIEW, status_code: '200' },
    ];
    const { status, json } = await post([...bad, VIEW]);
    expect([status, json.accepted.length, json.accepted[0].index]).toEqual([202, 1, 5]);
    expect(json.refused.map(({ index, field }: { index: number; field: string }) => [index, field])).toEqual([
      [0, 'timestamp'],
      [1, 'coulor'],
      [2, ''],
      [3, 'event_type'],
      [4, 'status_code'],
    ]);
    for (const { problem, code } of json.refused) expect(`${problem}${code}`).toMatch(/\w{4,}/);
    expect(await counted()).toBe(1);
  });

  test('of which none can be kept are answered 400, with every reason', async () => {
    const { status, json } = await post([{ event_type: 'page_view', ip: 7 }, { event_type: 'Page View' }]);
    expect([status, json.error.code, json.error.details.refused.length]).toEqual([400, 'events_refused', 2]);
    expect(json.error.message).toContain('ip');
    expect((await post({})).status).toBe(400);
    expect(
      (await post('{"event_type":"page_view"\n', { 'content-type': 'application/x-ndjson' })).status,
    ).toBe(400);
    expect(await counted()).toBeUndefined();
  });

  test('may be 1,000 at a time, not none and not 1,001', async () => {
    const many = Array.from({ length: 1_000 }, () => VIEW);
    expect((await post(many)).json.accepted).toHaveLength(1_000);
    for (const count of [0, 1_001]) {
      const { status, json } = await post(Array.from({ length: count }, () => VIEW));
      expect([status, json.error.code]).toEqual([400, 'number_of_events']);
      expect(json.error.message).toContain(`${count} events`);
    }
    expect(await counted()).toBe(1_000);
  });

  test.each([
    ['larger than the limit', JSON.stringify([VIEW]).padEnd(BODY_LIMIT + 1), 'application/json', 413],
    ['of 10 MB', ' '.repeat(10_000_000), 'application/x-ndjson', 413],
    ['no JSON', '{"event_type"', 'application/json', 400],
    ['of another type', 'event_type=page_view', 'application/x-www-form-urlencoded', 415],
    ['no event', 'null', 'application/json', 400],
    ['a text', '"x"', 'application/json', 400],
    ['a number', '17', 'application/json', 400],
  ])('are refused as a whole where the body is %s', async (_, body, type, status) => {
    expect((await post(body, { 'content-type': type })).status).toBe(status);
  });

  test('say what a body is that is none of events', async () => {
    for (const [body, shown] of [
      ['null', 'null'],
      ['"x"', '"x"'],
      ['17', '17'],
    ] as const) {
      const { json } = await post(body);
      expect(json.error.message).toBe(
        `the body is ${shown}; accepted: one event (a JSON object) or an array of 1 to 1,000`,
      );
    }
  });

  test('are not taken compressed, and that is said', async () => {
    for (const type of ['application/json', 'application/x-ndjson']) {
      const headers = { 'content-type': type, 'content-encoding': 'gzip' };
      const { status, json } = await post('\u001f', headers);
      expect([status, json.error.code]).toEqual([415, 'unsupported_content_encoding']);
      expect(json.error.message).toContain('gzip');
    }
    expect((await post(VIEW, { 'content-encoding': 'identity' })).status).toBe(202);
  });

  test('are named by their lines where they came as such', async () => {
    const lines = `\n${JSON.stringify(VIEW)}\n\n{"event_type":\n{"event_type":7}\n17\n`;
    const { status, json } = await post(lines, { 'content-type': 'application/x-ndjson' });
    expect([status, json.accepted.length]).toEqual([202, 1]);
    expect(json.refused).toMatchObject([
      { index: 1, line: 4, field: '', code: 'not_json', problem: 'line 4 is not JSON' },
      { index: 2, line: 5, field: 'event_type', code: 'wrong_type' },
      { index: 3, line: 6, field: '', code: 'not_an_event' },
    ]);
    const one = await post('\n{"event_type":7}', { 'content-type': 'application/x-ndjson' });
    expect(one.json.error.message).toContain('event 0 (line 2): event_type');
  });

  test('count once in their half-hour, however often they are posted', async () => {
    const own = { ...VIEW, event_id: 'once', timestamp: NOW - 1_000 };
    const [a, b] = await Promise.all([post([own, own]), post(own)]);
    expect([a.json.accepted.length, b.json.accepted.length]).toEqual([2, 1]);
    site.clock.now += 5_000;
    await post(own);
    expect(await counted()).toBe(1);
  });
});

describe('the route', () => {
  const withSink = (events: EventSink, scopes: ApiKey['scopes'] = ['events:write']) => {
    const context = site.context();
    return createAdminApi({
      ...context,
      source: async () => ({ ...(await context.source()), events }),
      keyring: () => [{ name: 'app', hash: keyHash('the-key-of-the-app'), scopes }],
    });
  };
  const asked = (api: ReturnType<typeof withSink>, body: unknown, key = 'the-key-of-the-app') =>
    ask(api, '/api/events', { method: 'POST', body, headers: { 'x-api-key': key } });

  test('names what could not be made durable by its place in the request', async () => {
    const api = withSink({ take: async () => [1] });
    const { status, json } = await asked(api, [VIEW, { event_type: 7 }, VIEW, VIEW]);
    expect(status).toBe(202);
    expect(json).toMatchObject({
      accepted: [{ index: 0 }, { index: 3 }],
      refused: [{ index: 1 }],
      retry: [2],
    });
  });

  test('answers 503 with the time to wait where nothing could be', async () => {
    const { status, headers, json } = await asked(withSink({ take: async () => [0] }), [
      VIEW,
      { event_type: 7 },
    ]);
    expect([status, headers['retry-after'], json.error.code]).toEqual([503, '1', 'busy']);
    expect(json.error.details).toMatchObject({ refused: [{ index: 1 }], retry: [0] });
  });

  test('says which scope a key lacks, and knows no other keys', async () => {
    const sink = { take: async () => [] };
    expect((await asked(withSink(sink), VIEW)).status).toBe(202);
    const { status, json } = await asked(withSink(sink, ['traffic:read']), VIEW);
    expect([status, json.error.details.missing]).toEqual([403, 'events:write']);
    expect((await asked(withSink(sink), VIEW, 'another')).status).toBe(401);
  });

  test('is in the reference, with its status and the forms of its body', async () => {
    const { json } = await ask(site.api(), '/api/openapi.json');
    const { responses, requestBody } = json.paths['/api/events'].post;
    expect(responses['202']).toBeDefined();
    expect(responses['200']).toBeUndefined();
    expect(Object.keys(requestBody.content)).toContain('application/x-ndjson');
    const errors = Object.keys(responses).filter((key) => !/^2/.test(key));
    expect(errors).toEqual(['400', '401', '403', '413', '415', '429', '503', 'default']);
    const [one, many] = requestBody.content['application/json'].schema.anyOf;
    expect(one).toMatchObject({
      required: ['event_type'],
      properties: { transfer_id: { maxLength: 128, pattern: '^[A-Za-z0-9_-]*$' } },
    });
    expect(many).toEqual({ type: 'array', items: one, minItems: 1, maxItems: 1_000 });
  });
});
