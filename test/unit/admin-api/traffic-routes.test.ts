import { beforeAll, describe, expect, test } from '@jest/globals';
import { rollupKey } from '@sgraph-backbone/layer/ledger';
import { COLUMNS, DIMENSIONS } from '@sgraph-backbone/layer/rollups';
import { writeJson } from '@sgraph-backbone/layer/store';
import { adminRoutes } from '../../../lambdas/admin-api/handler.ts';
import { visitorsError } from '../../../lambdas/admin-api/traffic/visitors-error.ts';
import { aroundObjectStore, recording } from '../../stores/index.ts';
import { ask } from '../runtime/http-events.ts';
import { createSite, HOST, SETTINGS, type Seen, type Site } from './site.ts';

const MONDAY: readonly Seen[] = [
  { at: '2026-02-16T00:10:00Z', from: 1, path: '/' },
  { at: '2026-02-16T14:30:00Z', from: 1, path: '/' },
  { at: '2026-02-16T14:40:00Z', from: 2, path: '/' },
  { at: '2026-02-16T14:50:00Z', from: 2, path: '/files/a.txt', status: 404, host: 'www.example.org' },
  { at: '2026-02-16T15:10:00Z', from: 9, path: '/', bot: true },
  { at: '2026-02-16T15:20:00Z', from: 9, path: '/about/', bot: true },
  { at: '2026-02-16T16:00:00Z', from: 8, path: '/.env', status: 403 },
];
const TUESDAY: readonly Seen[] = [
  { at: '2026-02-17T09:00:00Z', from: 1, path: '/' },
  { at: '2026-02-17T13:00:00Z', from: 3, path: '/' },
];
const WEDNESDAY: readonly Seen[] = [
  { at: '2026-02-18T10:00:00Z', from: 4, path: '/' },
  { at: '2026-02-18T11:10:00Z', from: 4, path: '/about/' },
];
const NOW = '2026-02-18T12:00:00Z';
let site: Site;

beforeAll(async () => {
  site = await createSite({ hosts: [HOST] });
  await site.deliver('E1BACKBONETEST', '2026-02-16T00:40:00Z', MONDAY.slice(0, 1));
  await site.deliver('E1BACKBONETEST', '2026-02-16T16:40:00Z', MONDAY.slice(1));
  await site.deliver('E1BACKBONETEST', '2026-02-17T13:30:00Z', TUESDAY);
  await site.deliver('E1BACKBONETEST', NOW, WEDNESDAY);
});

/** Every list, and those by paths in every order. */
const sortedLists = () => [
  ...[...DIMENSIONS, 'class'].map((dimension) => [dimension, 'requests'] as const),
  ...COLUMNS.map((column) => ['path', column] as const),
];

const get = (question: string, headers: Record<string, string> = {}) =>
  ask(site.api(), `/api/sa/traffic/${question}`, { headers });

describe('a summary', () => {
  test('of a covered day is final, and of one class says what it left out', async () => {
    const { status, json } = await get('summary?period=daily&key=2026-02-16&class=human');
    expect(status).toBe(200);
    expect(json.query).toMatchObject({
      feed: 'standard',
      feeds: ['standard.E1BACKBONETEST'],
      class: 'human',
    });
    expect(json.finality).toMatchObject({ status: 'final', gaps: [], restated: null, revision: 1 });
    expect(json.data).toMatchObject({
      total_requests: 4,
      page_views: 3,
      unique_visitors: 2,
      error_count: 1,
      total_bytes: 4_000,
      status_breakdown: { '2xx': 3, '4xx': 1 },
      token_uses: null,
      window_type: 'daily',
      top_paths: [
        { path: '/', count: 3, bytes: 3_000 },
        { path: '/files/a.txt', count: 1, bytes: 1_000 },
      ],
    });
    expect(json.filtered).toEqual({ bot: 2, probe: 1, monitor: 0 });
  });
  test('of all classes leaves nothing out', async () => {
    const { json } = await get('summary?period=daily&key=2026-02-16');
    expect(json.data).toMatchObject({ total_requests: 7, unique_visitors: 4 });
    expect(json.filtered).toEqual({});
  });
  test('without parameters is today, partial, merged from its hours', async () => {
    const stored = rollupKey('standard.E1BACKBONETEST', 'daily', '2026-02-18');
    const before = await site.data.get(stored);
    await site.data.delete(stored);
    const { json } = await get('summary');
    await site.data.put(stored, before!.bytes);
    expect(json.query).toMatchObject({ period: 'daily', key: '2026-02-18' });
    expect(json.finality).toMatchObject({ status: 'partial', source_count: 2 });
    expect(json.data).toMatchObject({ total_requests: 2, unique_visitors: 1 });
  });
  test('of the future is not measured, never zero, and names itself as a gap', async () => {
    const { json } = await get('summary?period=monthly&key=2030-01');
    expect(json.data).toMatchObject({ total_requests: null, unique_visitors: null, status_breakdown: null });
    expect(json.finality).toMatchObject({ status: 'partial', gaps: ['2030-01'], source_count: 0 });
    expect(json.filtered).toEqual({});
  });
  test('of an hour inside coverage in which nobody came is zero and final', async () => {
    const { json } = await get('summary?period=hourly&key=2026-02-16-05');
    expect(json.data).toMatchObject({ total_requests: 0, unique_visitors: 0, cache_hit_rate: null });
    expect(json.finality).toMatchObject({ status: 'final', gaps: [] });
  });
  test('of a free range adds its roll-ups up; longer than a day it counts visitor days', async () => {
    const { json } = await get('summary?from=2026-02-16&to=2026-02-18&class=human');
    expect(json.query).toMatchObject({ period: null, key: null, from: '2026-02-16T00:00:00Z' });
    expect(json.data).toMatchObject({ total_requests: 6, unique_visitors: null, visitor_days: 4 });
  });
  test('of a free range within a day unites visitors, over half-hours too', async () => {
    const { json } = await get('summary?from=2026-02-16T00:00Z&to=2026-02-16T14:30Z&class=human');
    expect(json.data).toMatchObject({ total_requests: 1, unique_visitors: 1 });
  });
  test('of a host counts that host alone', async () => {
    const { json } = await get(`summary?period=daily&key=2026-02-16&host=${HOST.toUpperCase()}&class=human`);
    expect(json.data).toMatchObject({ total_requests: 3, host: HOST });
  });
  test('as CSV has one measure a line', async () => {
    const { text } = await get('summary?period=daily&key=2026-02-16&class=human&format=csv');
    expect(text).toMatch(/^measure,value,unit\r\ntotal_requests,4,requests\r\n/);
    expect(text).toContain('\r\ntoken_uses,,count\r\n');
  });
});

describe('a series', () => {
  test('has a point for each window, null where nothing is known and zero where nobody came', async () => {
    const { json } = await get('timeseries?from=2026-02-15&to=2026-02-19&granularity=daily&class=human');
    const points = json.data.points.map((p: Record<string, unknown>) => [
      p.time_key,
      p.status,
      p.total_requests,
    ]);
    expect(points).toEqual([
      ['2026-02-15', 'partial', null],
      ['2026-02-16', 'final', 4],
      ['2026-02-17', 'partial', 2],
      ['2026-02-18', 'partial', 2],
    ]);
    expect(json.data.points[0]).toMatchObject({ cache_hits: null, unique_visitors: null });
    expect(json.finality).toMatchObject({ status: 'partial', gaps: ['2026-02-15'], source_count: 3 });
    expect(json.filtered).toEqual({ bot: 2, probe: 1, monitor: 0 });
  });
  test('of hours shows the quiet ones inside coverage as zero and final', async () => {
    const { json } = await get('timeseries?period=daily&key=2026-02-16');
    expect(json.query.granularity).toBe('hourly');
    expect(json.data.points).toHaveLength(24);
    expect(json.data.points[5]).toMatchObject({
      time_key: '2026-02-16-05',
      total_requests: 0,
      status: 'final',
    });
    expect(json.data.points[14]).toMatchObject({ total_requests: 3, unique_visitors: 2 });
    expect(json.finality.status).toBe('final');
  });
  test('of a closed month is one read of that month, and says the same as its days', async () => {
    const live = await get('timeseries?from=2026-02-01&to=2026-03-01&granularity=daily');
    const { around, calls } = recording();
    const store = aroundObjectStore(site.data, around);
    site.clock.now = Date.parse('2026-04-01T00:00:00Z');
    const closed = await ask(
      site.api(store),
      '/api/sa/traffic/timeseries?from=2026-02-01&to=2026-03-01&granularity=daily',
    );
    site.clock.now = Date.parse(NOW);
    const reads = calls.filter(({ key }) => key?.includes('-aggregate/') && key.endsWith('.json'));
    expect(reads.map(({ key }) => key)).toEqual([rollupKey('standard.E1BACKBONETEST', 'monthly', '2026-02')]);
    expect(closed.json.data).toEqual(live.json.data);
  });
  test('widens its range to whole windows and says so', async () => {
    const { json } = await get('timeseries?from=2026-02-17&to=2026-02-18&granularity=weekly');
    expect(json.query).toMatchObject({ from: '2026-02-16T00:00:00Z', to: '2026-02-23T00:00:00Z' });
    expect(json.data.points).toHaveLength(1);
    expect(json.data.points[0]).toMatchObject({
      time_key: '2026-W08',
      visitor_days: 7,
      unique_visitors: null,
    });
  });
  test('of too many points is refused with the granularity to ask for', async () => {
    const { status, json } = await get('timeseries?from=2026-01-01&to=2027-01-01&granularity=30min');
    expect(status).toBe(400);
    expect(json.error.message).toContain('ask for daily');
  });
  test('as CSV has a line for each point and nothing where nothing is known', async () => {
    const { text } = await get('timeseries?from=2026-02-15&to=2026-02-17&granularity=daily', {
      accept: 'text/csv',
    });
    const [header, first, second] = text.split('\r\n');
    expect(header).toMatch(/^time_key,window_start,window_end,status,total_requests,/);
    expect(first).toMatch(/^2026-02-15,2026-02-15T00:00:00Z,2026-02-16T00:00:00Z,partial,,+$/);
    expect(second).toMatch(/^2026-02-16,.*,final,7,/);
  });
});

describe('a top list', () => {
  const day = 'period=daily&key=2026-02-16';
  test('is ranked by requests and comes in pages that follow each other', async () => {
    const first = await get(`top/path?${day}&limit=2`);
    expect(first.json.data.entries.map((e: { value: string }) => e.value)).toEqual(['/', '/.env']);
    expect(first.json.data).toMatchObject({ total: 4, cut_off: 0, other: { requests: 0 } });
    const second = await get(`top/path?${day}&limit=2&cursor=${first.json.next_cursor}`);
    expect(second.json.data.entries.map((e: { value: string }) => e.value)).toEqual([
      '/about/',
      '/files/a.txt',
    ]);
    expect(second.json.next_cursor).toBeNull();
  });
  test.each([
    ['top-paths', '/'],
    ['edge-locations', 'LIS50-P1'],
    ['status-codes', '200'],
    ['browsers', 'Firefox'],
    ['operating-systems', 'Linux'],
    ['hosts', HOST],
    ['classes', 'human'],
    ['top/operating-system', 'Linux'],
  ])('%s begins with %s', async (name, value) => {
    const { json } = await get(`${name}?${day}&class=human`);
    expect(json.data.entries[0].value).toBe(value);
  });
  test('that counts nothing is empty', async () => {
    expect((await get(`utm?${day}&by=campaign`)).json.data.entries).toEqual([]);
    expect((await get(`tokens?${day}`)).json.data.entries).toEqual([]);
  });
  test('of an unknown dimension is refused with those that there are', async () => {
    const { status, json } = await get(`top/colour?${day}`);
    expect(status).toBe(400);
    expect(json.error.message).toContain('referrer_domain');
  });
  test('adds up to the window’s measures, whatever the dimension and the class', async () => {
    for (const choice of ['all', 'human', 'bot', 'probe', 'monitor']) {
      const { data } = (await get(`summary?${day}&class=${choice}`)).json;
      const { total_requests: requests, page_views, total_bytes: bytes, error_count: errors } = data;
      for (const [dimension, sort] of sortedLists()) {
        const question = `top/${dimension}?${day}&class=${choice}&sort=${sort}`;
        const { entries, none, other } = (await get(question)).json.data;
        const sum = (name: string) =>
          [...entries, none, other].reduce((total, each) => total + each[name], 0);
        const sums = { requests: sum('requests'), page_views: sum('page_views') };
        expect([question, { ...sums, bytes: sum('bytes'), errors: sum('errors') }]).toEqual([
          question,
          { requests, page_views, bytes, errors },
        ]);
      }
    }
  });
  test('says how many requests had no value, and null where nothing is known', async () => {
    expect((await get(`top/agent?${day}`)).json.data).toMatchObject({
      entries: [{ value: 'Googlebot', requests: 2 }],
      none: { requests: 5, page_views: 3, errors: 2 },
    });
    expect((await get('top/agent?period=daily&key=2025-01-01')).json.data).toMatchObject({ none: null });
  });
  test('is sorted by a column as wished, without what has nothing in it', async () => {
    const values = async (sort: string) =>
      (await get(`top-paths?${day}&sort=${sort}`)).json.data.entries.map(
        (entry: { value: string }) => entry.value,
      );
    expect(await values('errors')).toEqual(['/.env', '/files/a.txt']);
    expect(await values('page_views')).toEqual(['/', '/about/']);
    expect((await get(`top-paths?${day}&sort=views`)).json.error.code).toBe('invalid_parameter');
  });
  test('as CSV holds what the list shows, and under its last page what has no value', async () => {
    const text = async (more: string) => (await get(`top/agent?${day}&format=csv${more}`)).text.split('\r\n');
    expect(await text('')).toEqual([
      'value,requests,page_views,bytes,errors',
      'Googlebot,2,2,2000,0',
      '(none),5,3,5000,2',
      '',
    ]);
    expect(await text('&sort=errors')).toEqual([
      'value,requests,page_views,bytes,errors',
      '(none),5,3,5000,2',
      '',
    ]);
    expect((await get(`top-paths?${day}&limit=1&format=csv`)).text).not.toContain('(none)');
  });
  test.each([
    ['top-paths?period=daily&key=2026-02-16&class=human', 'paths-2026-02-16-human'],
    ['top/path?period=monthly&key=2026-02&sort=page_views', 'paths-by-page-views-2026-02'],
    [`countries?period=daily&key=2026-02-16&host=${HOST}`, 'countries-2026-02-16'],
    ['browsers?period=daily&key=2026-02-16&filter=device:desktop', 'browsers-2026-02-16-filtered'],
    ['classes?from=2026-02-16&to=2026-02-18', 'classes-2026-02-16-to-2026-02-17'],
    ['summary?period=daily&key=2026-02-16', 'summary-2026-02-16'],
    ['timeseries?from=2026-02-16&to=2026-02-17', 'series-hourly-2026-02-16'],
  ])('%s is a file whose name says of what', async (question, name) => {
    const { headers } = await get(`${question}&format=csv`);
    const host = question.includes('host=') ? `-${HOST}` : '';
    const file = `backbone-standard.E1BACKBONETEST${host}-${name}.csv`;
    expect(headers['content-disposition']).toBe(`attachment; filename="${file}"`);
  });
  test('as CSV carries the numbers of its page', async () => {
    const { text } = await get(`top-paths?${day}&class=human&format=csv`);
    expect(text).toBe(
      'value,requests,page_views,bytes,errors\r\n/,3,3,3000,0\r\n/files/a.txt,1,0,1000,1\r\n',
    );
  });
});

test('a number of visitors says how far off it may be', () => {
  expect([null, 0, 960, 5_000].map(visitorsError)).toEqual([null, 0, 0, 0.81]);
});

describe('the definitions of measures', () => {
  test('are a list too, with a CSV of its own', async () => {
    const { text } = await ask(site.api(), '/api/measures?format=csv');
    expect(text).toMatch(/^name,unit,definition,needs\r\ntotal_requests,requests,/);
  });
});

describe('a question', () => {
  test.each([
    ['summary?perod=daily', 'unknown_parameter'],
    ['summary?filter=planet:mars', 'invalid_parameter'],
    ['summary?filter=country:', 'invalid_parameter'],
    ['summary?compare=yesterday', 'invalid_parameter'],
    ['timeseries?from=2026-02-01&to=2026-02-09&granularity=daily&filter=path:/', 'invalid_parameter'],
    ['top-paths?period=monthly&key=2026-02&filter=country:PT', 'invalid_parameter'],
    ['summary?class=robot', 'invalid_parameter'],
    ['summary?period=daily&key=16.2.2026', 'invalid_parameter'],
    ['summary?host=other.example', 'invalid_parameter'],
    ['summary?feed=nginx', 'invalid_parameter'],
    ['top-paths?limit=0', 'invalid_parameter'],
    ['top-paths?limit=1001', 'invalid_parameter'],
    ['top-paths?cursor=abc', 'invalid_parameter'],
    ['summary?limit=3', 'unknown_parameter'],
  ])('%s is refused as %s', async (question, code) => {
    const { status, json } = await get(question);
    expect({ status, code: json.error.code }).toEqual({ status: 400, code });
  });
  test('about a feed without data is 404 and names those with data', async () => {
    const { status, json } = await get('summary?feed=standard.E2');
    expect({ status, code: json.error.code }).toEqual({ status: 404, code: 'unknown_feed' });
    expect(json.error.message).toContain('standard.E1BACKBONETEST');
  });
  test('about a kind without data answers that nothing is known', async () => {
    const { json } = await get('summary?feed=application&period=daily&key=2026-02-16');
    expect(json.data.total_requests).toBeNull();
    expect(json.finality).toMatchObject({ status: 'partial', gaps: ['2026-02-16'] });
  });
  test('whose numbers did not change is answered 304, also later', async () => {
    const question = 'summary?period=daily&key=2026-02-18';
    const { headers } = await get(question);
    site.clock.now += 60_000;
    const again = await get(question, { 'if-none-match': headers.etag! });
    site.clock.now = Date.parse(NOW);
    expect(again.status).toBe(304);
    const other = await get('summary?period=daily&key=2026-02-17', { 'if-none-match': headers.etag! });
    expect(other.status).toBe(200);
  });
});

test('every answer is what the reference says', async () => {
  const routes = adminRoutes(site.context());
  // One token or transfer has to be made first, and a table is no JSON: their routes have tests of their own.
  const asked = routes.filter(({ method, path }) => method === 'GET' && !/\{(name|id)\}|\.csv$/.test(path));
  for (const route of asked) {
    const path = route.path
      .replace('{dimension}', 'country')
      .replace('{period}', 'daily')
      .replace(/\{(key|date)\}/, '2026-02-16')
      .replace('{path+}', 'sa-cloudfront-aggregate');
    const target = path.replace('{key+}', rollupKey('standard.E1BACKBONETEST', 'daily', '2026-02-16'));
    const { status, json } = await ask(site.api(), target);
    expect({ path, status }).toEqual({ path, status: 200 });
    expect({ path, ...route.answer.safeParse(json) }).toMatchObject({ path, success: true });
  }
  expect(asked.length).toBeGreaterThan(20);
});

test('two feeds of a kind are one answer, in which a visitor of both counts once', async () => {
  const two = await createSite();
  await two.deliver('E1BACKBONETEST', '2026-02-16T16:40:00Z', MONDAY.slice(1));
  await two.deliver('E2BACKBONETEST', '2026-02-16T17:00:00Z', MONDAY.slice(1, 3));
  const api = two.api();
  const { json } = await ask(api, '/api/sa/traffic/summary?period=daily&key=2026-02-16&class=human');
  expect(json.query.feeds).toEqual(['standard.E1BACKBONETEST', 'standard.E2BACKBONETEST']);
  expect(json.data).toMatchObject({ total_requests: 5, unique_visitors: 2 });
  const series = await ask(api, '/api/sa/traffic/timeseries?period=daily&key=2026-02-16&class=human');
  expect(series.json.data.points[14]).toMatchObject({ total_requests: 5, unique_visitors: 2, cache_hits: 5 });
  const one = await ask(
    api,
    '/api/sa/traffic/summary?period=daily&key=2026-02-16&feed=standard.E2BACKBONETEST',
  );
  expect(one.json.data.total_requests).toBe(2);
});

test('of a host that was named after its traffic was counted nothing is known, not even zero', async () => {
  const late = await createSite();
  await late.deliver('E1BACKBONETEST', '2026-02-16T00:40:00Z', MONDAY.slice(0, 1));
  await late.deliver('E1BACKBONETEST', '2026-02-16T16:40:00Z', MONDAY.slice(1));
  await late.deliver('E1BACKBONETEST', NOW, WEDNESDAY);
  await writeJson(late.data, SETTINGS, { hosts: [HOST] });
  const question = `period=daily&key=2026-02-16&host=${HOST}`;
  const { json } = await ask(late.api(), `/api/sa/traffic/summary?${question}`);
  expect(json.data.total_requests).toBeNull();
  expect(json.finality).toMatchObject({ status: 'partial', gaps: ['2026-02-16'] });
  const series = await ask(late.api(), `/api/sa/traffic/timeseries?${question}`);
  const requests = series.json.data.points.map(
    (point: { total_requests: number | null }) => point.total_requests,
  );
  expect([requests[14], requests[5]]).toEqual([null, 0]);
});

test('a store without anything answers that nothing is known', async () => {
  const empty = await createSite();
  empty.clock.now = Date.parse(NOW);
  const { status, json } = await ask(empty.api(), '/api/sa/traffic/summary');
  expect({ status, requests: json.data.total_requests, gaps: json.finality.gaps }).toEqual({
    status: 200,
    requests: null,
    gaps: ['2026-02-18'],
  });
  expect((await ask(empty.api(), '/api/sa/traffic/timeseries')).json.data.points).toHaveLength(24);
});
