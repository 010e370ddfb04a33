import { beforeAll, describe, expect, test } from '@jest/globals';
import { windowObjectKey } from '@sgraph-backbone/layer/ledger';
import { readJson, writeJson } from '@sgraph-backbone/layer/store';
import { aroundObjectStore, recording } from '../../stores/index.ts';
import { ask } from '../runtime/http-events.ts';
import { createSite, HOST, type Seen, type Site } from './site.ts';

const FEED = 'standard.E1BACKBONETEST';
const OTHER_HOST = 'www.example.org';
const MONDAY: readonly Seen[] = [
  { at: '2026-02-16T09:00:00Z', from: 1, path: '/' },
  { at: '2026-02-16T09:10:00Z', from: 2, path: '/download/a' },
  { at: '2026-02-16T09:20:00Z', from: 2, path: '/download/b', status: 404 },
  { at: '2026-02-16T14:10:00Z', from: 3, path: '/download/a', host: OTHER_HOST },
  { at: '2026-02-16T14:20:00Z', from: 9, path: '/download/a', bot: true },
];
const TUESDAY: readonly Seen[] = [
  { at: '2026-02-17T09:00:00Z', from: 1, path: '/download/a' },
  { at: '2026-02-17T13:00:00Z', from: 3, path: '/', host: OTHER_HOST },
];
const NOW = '2026-02-18T13:00:00Z';
let site: Site;

beforeAll(async () => {
  site = await createSite({ hosts: [HOST] });
  await site.deliver('E1BACKBONETEST', '2026-02-16T15:00:00Z', MONDAY);
  await site.deliver('E1BACKBONETEST', '2026-02-17T13:30:00Z', TUESDAY);
  await site.deliver('E1BACKBONETEST', NOW, [{ at: '2026-02-18T12:50:00Z', from: 4, path: '/' }]);
});

const get = (question: string, data = site.data) => ask(site.api(data), `/api/sa/traffic/${question}`);
const days = 'from=2026-02-16&to=2026-02-18';

describe('a filter', () => {
  test('counts the raw rows that it means, without their visitors, and says so', async () => {
    const { json } = await get(`summary?${days}&class=human&filter=path:/download/*`);
    expect(json.query.filter).toEqual(['path:/download/*']);
    expect(json).toMatchObject({ source: 'rows', expired: [] });
    expect(json.data).toMatchObject({
      total_requests: 4,
      error_count: 1,
      total_bytes: 4_000,
      unique_visitors: null,
      visitor_days: null,
      visitors_unmeasured_requests: null,
      status_breakdown: { '2xx': 3, '4xx': 1 },
    });
    expect(json.filtered).toEqual({ bot: 1, probe: 0, monitor: 0 });
  });
  test.each([
    ['filter=path:/download/a&filter=host:www.example.org', 1],
    ['filter=path:/download/a', 3],
    ['filter=status-code:4*', 1],
    ['filter=browser:Firefox&filter=method:GET&filter=result_type:Hit&filter=device:desktop', 6],
    ['filter=operating_system:Linux&filter=edge_location:LIS50-P1&filter=content_type:text/html', 2],
    ['filter=utm_source:*', 0],
    ['filter=country:*', 0],
    ['filter=path:/download', 0],
    [`host=${HOST}&filter=path:/download/a`, 2],
  ])('%s means %d requests of people', async (filters, count) => {
    const { json } = await get(`summary?${days}&class=human&${filters}`);
    expect(json.data.total_requests).toBe(count);
  });
  test('that means everything says what the roll-ups say, whatever the class', async () => {
    for (const shown of ['all', 'human', 'bot', 'probe']) {
      const rolled = await get(`summary?${days}&class=${shown}`);
      const counted = await get(`summary?${days}&class=${shown}&filter=path:*`);
      const { unique_visitors, visitor_days, visitors_error, ...others } = counted.json.data;
      const { visitors_unmeasured_requests, excluded_requests, ...numbers } = others;
      const unknown = [unique_visitors, visitor_days, visitors_error];
      expect([...unknown, visitors_unmeasured_requests, excluded_requests]).toEqual(Array(5).fill(null));
      const { content_hash, computed_at, source_count, sources_final, ...same } = numbers;
      expect(rolled.json.data).toMatchObject(same);
    }
  });
  test('works on a series, whose quiet windows are zero and unknown ones null', async () => {
    const { json } = await get(
      'timeseries?from=2026-02-15&to=2026-02-18&granularity=daily&class=human&filter=path:/download/*',
    );
    expect(json.source).toBe('rows');
    const points = json.data.points.map((p: Record<string, unknown>) => [
      p.time_key,
      p.total_requests,
      p.unique_visitors,
    ]);
    expect(points).toEqual([
      ['2026-02-15', null, null],
      ['2026-02-16', 3, null],
      ['2026-02-17', 1, null],
    ]);
    expect(json.data.points[1]).toMatchObject({ cache_hits: 3, cacheable_requests: 3, time_taken_sum: 60 });
    expect(json.finality.gaps).toEqual(['2026-02-15']);
  });
  test('works on a top list, and its CSV', async () => {
    const { json } = await get(`top/path?${days}&class=human&filter=host:${OTHER_HOST}`);
    expect(
      json.data.entries.map(({ value, requests }: Record<string, unknown>) => [value, requests]),
    ).toEqual([
      ['/', 1],
      ['/download/a', 1],
    ]);
    const { text } = await get(`top/path?${days}&class=human&filter=host:${OTHER_HOST}&format=csv`);
    expect(text).toContain('\r\n/,1,1,1000,0\r\n');
  });
  test('is as final as the time that it reads', async () => {
    const covered = await get('summary?from=2026-02-16T09:00Z&to=2026-02-16T10:00Z&filter=path:*');
    expect(covered.json.finality).toMatchObject({ status: 'final', gaps: [] });
    const live = await get('summary?period=daily&key=2026-02-18&filter=path:*');
    expect(live.json.finality.status).toBe('partial');
    const unknown = await get('summary?period=daily&key=2030-02-18&filter=path:*');
    expect(unknown.json.finality).toMatchObject({ status: 'partial', gaps: ['2030-02-18'] });
    expect(unknown.json.data.total_requests).toBeNull();
  });
  test('of more than seven days is refused with that limit, if no roll-up knows the answer', async () => {
    const { status, json } = await get('summary?period=monthly&key=2026-02&filter=path:/');
    expect(status).toBe(400);
    expect(json.error.message).toContain('at most 7 days');
    const two = await get('summary?period=monthly&key=2026-02&filter=country:PT&filter=method:GET');
    expect(two.status).toBe(400);
  });
  test('of more than seven days by something never cut is counted from roll-ups, as far as they know', async () => {
    const { json } = await get('summary?period=monthly&key=2026-02&class=human&filter=status_code:4*');
    expect(json.source).toBe('rollups');
    expect(json.data).toMatchObject({
      total_requests: 1,
      error_count: 1,
      total_bytes: 1_000,
      cache_hit_rate: null,
      unique_visitors: null,
      visitor_days: null,
      top_paths: null,
      status_codes: { 404: 1 },
    });
    const series = await get(
      'timeseries?from=2026-02-01&to=2026-03-01&granularity=daily&filter=method:GET&class=human',
    );
    expect(series.json.data.points[15]).toMatchObject({
      time_key: '2026-02-16',
      total_requests: 4,
      cache_hits: null,
    });
    const list = await get('status-codes?period=monthly&key=2026-02&class=human&filter=status_code:2*');
    expect(list.json.data.entries.map((e: { value: string }) => e.value)).toEqual(['200']);
  });
  test('reads no row of another time, and unpacks no window twice', async () => {
    const { around, calls } = recording();
    await get('summary?period=daily&key=2026-02-17&filter=path:*', aroundObjectStore(site.data, around));
    const raw = calls.filter(({ key, method }) => method === 'get' && key?.includes('-raw/'));
    expect(raw).toHaveLength(2);
    expect(raw.every(({ key }) => key?.includes(`${FEED}/2026-02-17/`))).toBe(true);
  });
});

describe('rows that have expired', () => {
  test('are named by their day, and nothing about it is final', async () => {
    const own = await createSite({});
    await own.deliver('E1BACKBONETEST', '2026-02-16T15:00:00Z', MONDAY);
    await own.deliver('E1BACKBONETEST', '2026-02-17T13:30:00Z', TUESDAY);
    await own.deliver('E1BACKBONETEST', NOW, [{ at: '2026-02-18T12:50:00Z', from: 4, path: '/' }]);
    for await (const row of own.data.list(`sa-cloudfront-raw/data/key-based/${FEED}/2026-02-16/09-00/`))
      if ('key' in row) await own.data.delete(row.key);
    const { json } = await ask(
      own.api(),
      `/api/sa/traffic/summary?${days}&class=human&filter=path:/download/*`,
    );
    expect(json.expired).toEqual(['2026-02-16']);
    expect(json.finality.status).toBe('partial');
    expect(json.data.total_requests).toBe(2);
    const nothing = await ask(
      own.api(),
      '/api/sa/traffic/summary?period=hourly&key=2026-02-16-09&class=human&filter=path:/download/*',
    );
    expect(nothing.json).toMatchObject({ expired: ['2026-02-16'], data: { total_requests: null } });
    const marked = windowObjectKey(FEED, '2026-02-16/14-00');
    const window = (await readJson<{ batches: object[] }>(own.data, marked))!.value;
    await writeJson(own.data, marked, {
      ...window,
      batches: window.batches.map((batch) => ({ ...batch, expired: true })),
    });
    const rest = await ask(own.api(), '/api/sa/traffic/summary?period=daily&key=2026-02-16&filter=path:*');
    expect(rest.json).toMatchObject({ expired: ['2026-02-16'], data: { total_requests: null } });
  });
});
