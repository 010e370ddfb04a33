import { beforeAll, describe, expect, test } from '@jest/globals';
import { createCalendar } from '@sgraph-backbone/layer/rollups';
import { type Compare, comparedTimes } from '../../../lambdas/admin-api/traffic/compared-times.ts';
import { instantText } from '../../../lambdas/admin-api/traffic/instant.ts';
import type { Question } from '../../../lambdas/admin-api/traffic/question.ts';
import { readTimeRange, type TimeParameters } from '../../../lambdas/admin-api/traffic/time-range.ts';
import { ask } from '../runtime/http-events.ts';
import { createSite, type Seen, type Site } from './site.ts';

const times = (compare: Compare, given: TimeParameters, timezone = 'UTC', at = '2027-01-01T00:00:00Z') => {
  const calendar = createCalendar(timezone);
  const now = Date.parse(at);
  const range = readTimeRange(given, calendar, now);
  const { own, other, part } = comparedTimes(compare, { range, calendar, now } as Question);
  return {
    own: `${instantText(own.start)} ${instantText(own.end)}`,
    other: `${instantText(other.start)} ${instantText(other.end)}`,
    key: other.tile?.time_key,
    part,
  };
};

describe('the time that is compared with', () => {
  test.each<[Compare, TimeParameters, string, string | undefined]>([
    [
      'previous',
      { period: 'daily', key: '2026-03-01' },
      '2026-02-28T00:00:00Z 2026-03-01T00:00:00Z',
      '2026-02-28',
    ],
    [
      'previous',
      { period: 'monthly', key: '2026-03' },
      '2026-02-01T00:00:00Z 2026-03-01T00:00:00Z',
      '2026-02',
    ],
    [
      'previous',
      { period: 'weekly', key: '2026-W01' },
      '2025-12-22T00:00:00Z 2025-12-29T00:00:00Z',
      '2025-W52',
    ],
    [
      'previous',
      { from: '2026-02-10', to: '2026-02-13' },
      '2026-02-07T00:00:00Z 2026-02-10T00:00:00Z',
      undefined,
    ],
    [
      'previous',
      { from: '2026-02-10T01:00Z', to: '2026-02-10T02:30Z' },
      '2026-02-09T23:30:00Z 2026-02-10T01:00:00Z',
      undefined,
    ],
    [
      'weekdays',
      { period: 'daily', key: '2026-02-16' },
      '2026-02-09T00:00:00Z 2026-02-10T00:00:00Z',
      '2026-02-09',
    ],
    [
      'weekdays',
      { period: 'weekly', key: '2026-W07' },
      '2026-02-02T00:00:00Z 2026-02-09T00:00:00Z',
      '2026-W06',
    ],
    [
      'weekdays',
      { period: 'monthly', key: '2026-02' },
      '2026-01-04T00:00:00Z 2026-02-01T00:00:00Z',
      undefined,
    ],
    [
      'weekdays',
      { period: 'monthly', key: '2026-03' },
      '2026-01-25T00:00:00Z 2026-02-25T00:00:00Z',
      undefined,
    ],
    [
      'weekdays',
      { period: 'hourly', key: '2026-02-16-14' },
      '2026-02-09T14:00:00Z 2026-02-09T15:00:00Z',
      '2026-02-09-14',
    ],
  ])('%s of %j is %s', (compare, given, other, key) => {
    expect(times(compare, given)).toMatchObject({ other, key, part: false });
  });
  test('is a whole local day where clocks change, whatever its length', () => {
    const given = { period: 'daily', key: '2026-03-29' } as const;
    expect(times('previous', given, 'Europe/Lisbon').key).toBe('2026-03-28');
    expect(times('weekdays', given, 'Europe/Lisbon').key).toBe('2026-03-22');
    const after = times('weekdays', { from: '2026-03-30', to: '2026-04-01' }, 'Europe/Lisbon');
    expect(after.other).toBe('2026-03-23T00:00:00Z 2026-03-25T00:00:00Z');
  });
  test('is cut to the part that is over, in full half-hours, while a window still runs', () => {
    expect(times('previous', { period: 'daily', key: '2026-02-16' }, 'UTC', '2026-02-16T10:47:00Z')).toEqual({
      own: '2026-02-16T00:00:00Z 2026-02-16T10:30:00Z',
      other: '2026-02-15T00:00:00Z 2026-02-15T10:30:00Z',
      key: undefined,
      part: true,
    });
  });
  test('never reaches into the window itself, where the other is shorter', () => {
    const march = times('previous', { period: 'monthly', key: '2026-03' }, 'UTC', '2026-03-30T12:00:00Z');
    expect(march.other).toBe('2026-02-01T00:00:00Z 2026-03-01T00:00:00Z');
  });
});

describe('a comparison', () => {
  const MONDAY: readonly Seen[] = [
    { at: '2026-02-16T09:00:00Z', from: 1, path: '/' },
    { at: '2026-02-16T09:10:00Z', from: 2, path: '/' },
    { at: '2026-02-16T14:10:00Z', from: 3, path: '/a', status: 404 },
    { at: '2026-02-16T14:20:00Z', from: 9, path: '/', bot: true },
  ];
  const TUESDAY: readonly Seen[] = [
    { at: '2026-02-17T09:00:00Z', from: 1, path: '/' },
    { at: '2026-02-17T11:50:00Z', from: 3, path: '/' },
    { at: '2026-02-17T12:10:00Z', from: 4, path: '/' },
  ];
  let site: Site;
  beforeAll(async () => {
    site = await createSite();
    await site.deliver('E1BACKBONETEST', '2026-02-16T15:00:00Z', MONDAY);
    await site.deliver('E1BACKBONETEST', '2026-02-17T12:20:00Z', TUESDAY);
  });
  const get = (question: string) => ask(site.api(), `/api/sa/traffic/${question}`);
  const today = 'period=daily&key=2026-02-17&class=human';

  test('of a running day compares what is over with the same part of the other day', async () => {
    const { json } = await get(`summary?${today}&compare=previous`);
    expect(json.data.total_requests).toBe(3);
    const { own, other, part, differences } = json.comparison;
    expect(part).toBe(true);
    expect(own).toMatchObject({ from: '2026-02-17T00:00:00Z', to: '2026-02-17T12:00:00Z' });
    expect(other).toMatchObject({ from: '2026-02-16T00:00:00Z', to: '2026-02-16T12:00:00Z' });
    expect([own.data.total_requests, other.data.total_requests]).toEqual([2, 2]);
    expect(differences.total_requests).toEqual({ absolute: 0, percent: 0 });
    expect(differences.error_count).toEqual({ absolute: 0, percent: null });
    expect(differences.token_uses).toEqual({ absolute: null, percent: null });
    expect([own.finality.status, other.finality.status]).toEqual(['partial', 'partial']);
  });
  test('of a day that is over compares all of it, visitors too', async () => {
    site.clock.now = Date.parse('2026-02-19T00:00:00Z');
    const { json } = await get(`summary?${today}&compare=previous`);
    site.clock.now = Date.parse('2026-02-17T12:20:00Z');
    expect(json.comparison).toMatchObject({ part: false, other: { key: '2026-02-16' } });
    expect(json.comparison.differences).toMatchObject({
      total_requests: { absolute: 0, percent: 0 },
      page_views: { absolute: 1, percent: 50 },
      unique_visitors: { absolute: 0, percent: 0 },
      error_count: { absolute: -1, percent: -100 },
    });
  });
  test('with a time of which nothing is known has no differences', async () => {
    const { json } = await get(`summary?${today}&compare=weekdays`);
    expect(json.comparison.other.data.total_requests).toBeNull();
    expect(json.comparison.differences.total_requests).toEqual({ absolute: null, percent: null });
  });
  test('is not there unless it is asked for', async () => {
    expect((await get(`summary?${today}`)).json.comparison).toBeNull();
    expect((await get('timeseries?period=daily&key=2026-02-17')).json.comparison).toBeNull();
  });
  test('goes together with a filter', async () => {
    const { json } = await get(`summary?${today}&compare=previous&filter=path:/`);
    expect(json.source).toBe('rows');
    expect(json.comparison.other.data).toMatchObject({ total_requests: 2, unique_visitors: null });
  });
  test('of a series sets point beside point, and compares no hour that still runs', async () => {
    const { json } = await get(`timeseries?${today}&compare=previous&granularity=hourly`);
    const { other, differences } = json.comparison;
    expect(other.points).toHaveLength(24);
    expect(other.points[9]).toMatchObject({ time_key: '2026-02-16-09', total_requests: 2 });
    expect(differences[9].total_requests).toEqual({ absolute: -1, percent: -50 });
    expect(differences[12].total_requests).toEqual({ absolute: null, percent: null });
    expect(differences).toHaveLength(json.data.points.length);
  });
  test('is in the CSV of both', async () => {
    const summary = (await get(`summary?${today}&compare=previous&format=csv`)).text.split('\r\n');
    expect(summary[0]).toBe('measure,value,unit,compared_value,other_value,difference,difference_percent');
    expect(summary[1]).toBe('total_requests,3,requests,2,2,0,0');
    const series = (await get(`timeseries?${today}&compare=previous&granularity=hourly&format=csv`)).text;
    const lines = series.split('\r\n');
    expect(lines[0]).toContain(',other_time_key,');
    expect(lines[10]).toMatch(/^2026-02-17-09,.*,2026-02-16-09,/);
  });
  test('changes the answer’s tag when the other time changes', async () => {
    const question = '/api/sa/traffic/summary?period=daily&key=2026-02-17&compare=previous';
    const first = await ask(site.api(), question);
    await site.deliver('E1BACKBONETEST', '2026-02-17T12:25:00Z', [
      { at: '2026-02-16T08:00:00Z', from: 7, path: '/late' },
    ]);
    const second = await ask(site.api(), question, { headers: { 'if-none-match': first.headers.etag! } });
    expect(second.status).toBe(200);
  });
});
