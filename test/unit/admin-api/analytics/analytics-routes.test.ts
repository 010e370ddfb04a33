import { beforeAll, describe, expect, test } from '@jest/globals';
import { ask } from '../../runtime/http-events.ts';
import { createSite, type Site } from '../site.ts';

const NOW = Date.parse('2026-02-16T14:40:00Z');
const AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
let site: Site;

const get = (path: string) => ask(site.api(), `/api/analytics/${path}`);

beforeAll(async () => {
  site = await createSite();
  site.clock.now = NOW;
  const seen = { user_agent: AGENT, country: 'PT', referrer: 'https://www.example.org/x' };
  const events = [
    { ...seen, event_type: 'api_call', method: 'GET', path: '/api/x', status_code: 200, duration_ms: 10 },
    { ...seen, event_type: 'file_upload', method: 'POST', path: '/up', status_code: 500, content_bytes: 7 },
    { ...seen, event_type: 'page_view', path: '/en-gb/', ip: '192.0.2.7', transfer_id: 'abc' },
    { event_type: 'api_call', method: 'GET', path: '/api/x', user_agent: 'GPTBot/1.0', ip: '192.0.2.8' },
  ];
  const posted = await ask(site.api(), '/api/events', { method: 'POST', body: events });
  expect(posted.status).toBe(202);
  const other = { event_type: 'api_call', method: 'GET', app: 'other', ip: '192.0.2.9' };
  await ask(site.api(), '/api/events', { method: 'POST', body: other });
  for (let round = 0; round < 2; round++) await site.backbone.sweep();
  await site.backbone.idle();
});

describe('GET /api/analytics/pulse', () => {
  test('answers the last five minutes', async () => {
    const { status, json } = await get('pulse');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      computed_at: NOW,
      window_minutes: 5,
      active_requests: 4,
      active_events: 5,
      active_visitors: 3,
      active_transfers: 1,
    });
    expect(json.recent_events).toHaveLength(5);
    expect(JSON.stringify(json)).not.toMatch(/192\.0\.2|Mozilla|[0-9a-f]{16}/);
  });

  test('of people says how many others there were', async () => {
    const { json } = await get('pulse?minutes=60&class=human');
    expect(json).toMatchObject({ window_minutes: 60, active_requests: 3, filtered: { bot: 1 } });
  });

  test.each(['minutes=0', 'minutes=61', 'minutes=5.5', 'minutes=x', 'class=robot', 'hours=1'])(
    'refuses %s by name',
    async (query) => {
      const { status, json } = await get(`pulse?${query}`);
      expect(status).toBe(400);
      expect(json.error.message).toContain(query.split('=')[0]);
    },
  );

  test('needs a key that may read traffic', async () => {
    const headers = { 'x-api-key': 'wrong' };
    expect((await ask(site.api(), '/api/analytics/pulse', { headers })).status).toBe(401);
  });
});

describe('GET /api/analytics/{period}/{key}', () => {
  test('answers a window of all applications under the names of schema A', async () => {
    const { status, json } = await get('daily/2026-02-16');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      window_start: Date.parse('2026-02-16T00:00:00Z'),
      window_end: Date.parse('2026-02-17T00:00:00Z'),
      window_type: 'daily',
      time_key: '2026-02-16',
      total_requests: 4,
      unique_visitors: 3,
      page_views: 1,
      api_calls: 3,
      file_uploads: 1,
      file_downloads: 0,
      token_uses: 0,
      error_count: 1,
      avg_duration_ms: 10,
      total_bytes: 7,
      status_codes: { 200: 1, 500: 1 },
      finality: { status: 'partial' },
    });
    expect(json.top_paths[0]).toEqual({ path: '/api/x', count: 2, bytes: 0 });
    expect(json.top_countries).toEqual([{ country: 'PT', count: 2 }]);
    expect(json.top_referrers).toEqual([{ referrer: 'www.example.org', count: 2 }]);
  });

  test('answers one application, one class, any period', async () => {
    expect((await get('hourly/2026-02-16-14?app=other')).json).toMatchObject({ total_requests: 1 });
    expect((await get('30min/2026-02-16-1430?class=bot')).json).toMatchObject({ total_requests: 1 });
    expect((await get('yearly/2026?class=human')).json).toMatchObject({
      total_requests: 3,
      unique_visitors: null,
    });
  });

  test('answers null for a window of which nothing is known', async () => {
    const { status, json } = await get('daily/2026-02-10');
    expect(status).toBe(200);
    expect(json).toMatchObject({ total_requests: null, top_paths: [], finality: { gaps: ['2026-02-10'] } });
  });

  test.each([
    ['decade/2026', 400],
    ['daily/2026-02-31', 400],
    ['daily/2026-02-16?app=nobody', 404],
    ['daily/2026-02-16?app=a%2Fb', 400],
  ])('%s is %d', async (path, status) => {
    expect((await get(path)).status).toBe(status);
  });
});

describe('lists of traffic that are about events', () => {
  const list = async (path: string) => (await ask(site.api(), `/api/sa/traffic/${path}`)).json.data;
  const window = 'feed=application&period=daily&key=2026-02-16';

  test('count every event, and know of no requests without a type', async () => {
    const { entries, none } = await list(`top/event_type?${window}`);
    expect(
      entries.map(({ value, requests }: { value: string; requests: number }) => [value, requests]),
    ).toEqual([
      ['api_call', 3],
      ['file_upload', 1],
      ['page_view', 1],
    ]);
    expect(none).toBeNull();
  });

  test('are counted from the rows too, where there is a filter', async () => {
    const { entries } = await list(`top/event_type?${window}&filter=country:PT`);
    expect(entries.map(({ value }: { value: string }) => value)).toEqual([
      'api_call',
      'file_upload',
      'page_view',
    ]);
    const summary = await list(`summary?${window}&filter=country:PT`);
    expect(summary).toMatchObject({ total_requests: 2, page_views: 1, api_calls: 1, avg_duration_ms: 10 });
  });
});

describe('GET /api/analytics/latest/{period}', () => {
  test('answers the window of the newest event, however long ago that was', async () => {
    site.clock.now = NOW + 3 * 86_400_000;
    expect((await get('latest/daily')).json).toMatchObject({ time_key: '2026-02-16', total_requests: 4 });
    expect((await get('latest/30min?app=other')).json).toMatchObject({ time_key: '2026-02-16-1430' });
    site.clock.now = NOW;
  });

  test('answers the window of now where there was none', async () => {
    const empty = await createSite();
    empty.clock.now = NOW;
    const { json } = await ask(empty.api(), '/api/analytics/latest/monthly');
    expect(json).toMatchObject({ time_key: '2026-02', total_requests: null });
  });
});
