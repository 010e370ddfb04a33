import { beforeAll, describe, expect, test } from '@jest/globals';
import { COLUMNS, DIMENSIONS } from '@sgraph-backbone/layer/rollups';
import { ask } from '../runtime/http-events.ts';
import { createSite, type Site } from './site.ts';

const NOW = Date.parse('2026-02-16T14:40:00Z');
const DAY = 'feed=application.main&period=daily&key=2026-02-16';
/** Lists of events, of which not all are requests: they have sums of their own. */
const OF_EVENTS = ['event_type', 'token', 'token_rejected'];
let site: Site;

const get = (question: string) => ask(site.api(), `/api/sa/traffic/${question}`);

beforeAll(async () => {
  site = await createSite();
  site.clock.now = NOW;
  const view = { event_type: 'page_view', path: '/', ip: '192.0.2.7' };
  const events = [
    // A page tells of views; only what a server answered is a request.
    { ...view, country: 'NZ' },
    { ...view, country: 'AU', method: 'GET', status_code: 200, content_bytes: 10 },
    view,
    { ...view, path: '/about/' },
    { event_type: 'api_call', country: 'PT', method: 'GET', path: '/api/x', status_code: 500 },
    { event_type: 'api_call', method: 'GET', path: '/api/y', user_agent: 'GPTBot/1.0' },
  ];
  expect((await ask(site.api(), '/api/events', { method: 'POST', body: events })).status).toBe(202);
  for (let round = 0; round < 2; round++) await site.backbone.sweep();
  await site.backbone.idle();
});

describe('top lists of an application', () => {
  test('list by requests what has none, but has been counted', async () => {
    const { data } = (await get(`top/country?${DAY}&sort=requests`)).json;
    expect(data.entries).toMatchObject([
      { value: 'AU', requests: 1, page_views: 1 },
      { value: 'PT', requests: 1, page_views: 0 },
      { value: 'NZ', requests: 0, page_views: 1 },
    ]);
    expect([data.total, data.none.page_views, data.other.page_views]).toEqual([3, 2, 0]);
  });

  test('by another column leave what has nothing of it to the rest', async () => {
    const { data } = (await get(`top/country?${DAY}&sort=page_views`)).json;
    expect(data.entries.map(({ value }: { value: string }) => value)).toEqual(['AU', 'NZ']);
    expect(data.other).toEqual({ requests: 1, page_views: 0, bytes: 0, errors: 1 });
  });

  test('as CSV hold the same', async () => {
    expect((await get(`top/country?${DAY}&format=csv`)).text.split('\r\n')).toContain('NZ,0,1,0,0');
  });

  test.each(COLUMNS)('add up to the window’s measures, sorted by %s', async (sort) => {
    for (const choice of ['all', 'human', 'bot']) {
      const { data } = (await get(`summary?${DAY}&class=${choice}`)).json;
      const { total_requests: requests, page_views } = data;
      const [bytes, errors] = [data.total_bytes ?? 0, data.error_count ?? 0];
      for (const dimension of [...DIMENSIONS.filter((name) => !OF_EVENTS.includes(name)), 'class']) {
        const { entries, none, other } = (await get(`top/${dimension}?${DAY}&class=${choice}&sort=${sort}`))
          .json.data;
        const sums = COLUMNS.map((column) => [
          column,
          [...entries, none, other].reduce((sum, each) => sum + each[column], 0),
        ]);
        expect([dimension, choice, Object.fromEntries(sums)]).toEqual([
          dimension,
          choice,
          { requests, page_views, bytes, errors },
        ]);
      }
    }
  });
});
