import { describe, expect, test } from '@jest/globals';
import { HALF_HOUR } from '@sgraph-backbone/layer/rollups';
import { problemsAtRest, type World } from '../protocol/world.ts';
import { type Asked, changeSettings, complete, createSettled, importRequests, rollup } from './requests.ts';

/** One request in every half-hour of a span, each from another address. */
function everyHalfHour(from: string, to: string): Asked[] {
  const asked: Asked[] = [];
  for (let ms = Date.parse(from); ms < Date.parse(to); ms += HALF_HOUR)
    asked.push({ at: new Date(ms).toISOString(), from: 1 + (asked.length % 250) });
  return asked;
}

async function importedIn(timezone: string, from: string, to: string): Promise<World> {
  const world = await createSettled(new Date(Date.parse(to) + 3_600_000).toISOString(), { timezone });
  await importRequests(world, everyHalfHour(from, to));
  await complete(world, from, to);
  return world;
}

describe('days of the site', () => {
  test.each([
    // Zone, the local day, its first instant and its end, half-hours in it, children that are half-hours.
    ['Europe/Lisbon', '2026-03-29', '2026-03-29T00:00:00Z', '2026-03-29T23:00:00Z', 46, 0],
    ['Europe/Lisbon', '2026-10-25', '2026-10-24T23:00:00Z', '2026-10-26T00:00:00Z', 50, 0],
    ['America/New_York', '2026-03-08', '2026-03-08T05:00:00Z', '2026-03-09T04:00:00Z', 46, 0],
    ['Australia/Sydney', '2026-04-05', '2026-04-04T13:00:00Z', '2026-04-05T14:00:00Z', 50, 0],
    ['Australia/Sydney', '2026-10-04', '2026-10-03T14:00:00Z', '2026-10-04T13:00:00Z', 46, 0],
    ['Asia/Kolkata', '2026-02-16', '2026-02-15T18:30:00Z', '2026-02-16T18:30:00Z', 48, 2],
    ['America/St_Johns', '2026-03-08', '2026-03-08T03:30:00Z', '2026-03-09T02:30:00Z', 46, 2],
    ['America/St_Johns', '2026-11-01', '2026-11-01T02:30:00Z', '2026-11-02T03:30:00Z', 50, 2],
  ])('in %s, %s', async (timezone, day, start, end, halfHours, edges) => {
    // An hour on both sides, which belongs to other days.
    const from = new Date(Date.parse(start) - 3_600_000).toISOString();
    const to = new Date(Date.parse(end) + 3_600_000).toISOString();
    const world = await importedIn(timezone, from, to);
    const found = await rollup(world, 'daily', day);
    expect(found).toMatchObject({
      timezone,
      status: 'final',
      gaps: [],
      window_start: Date.parse(start),
      window_end: Date.parse(end),
      measures: {
        all: { total_requests: halfHours, unique_visitors: halfHours, visitors_bound: 'exact' },
      },
    });
    expect(found?.children.filter(({ period }) => period === '30min')).toHaveLength(edges);
    expect(found?.children).toHaveLength((halfHours - edges) / 2 + edges);
    expect(await problemsAtRest(world)).toEqual([]);
  });

  test.each([
    // The last local instant of a year and the first of the next, as UTC.
    ['Europe/Lisbon', '2025-12-31T23:59:59Z', '2026-01-01T00:00:00Z'],
    ['Asia/Kolkata', '2025-12-31T18:29:59Z', '2025-12-31T18:30:00Z'],
    ['Australia/Sydney', '2025-12-31T12:59:59Z', '2025-12-31T13:00:00Z'],
    ['America/St_Johns', '2026-01-01T03:29:59Z', '2026-01-01T03:30:00Z'],
  ])('end a year in %s at its own midnight', async (timezone, last, first) => {
    const world = await createSettled('2026-01-03T00:00:00Z', { timezone });
    await importRequests(world, [{ at: last }, { at: first }, { at: first, from: 2 }]);
    const requests = async (period: 'daily' | 'monthly' | 'yearly', key: string) =>
      (await rollup(world, period, key))?.measures.all.total_requests;
    expect([await requests('daily', '2025-12-31'), await requests('daily', '2026-01-01')]).toEqual([1, 2]);
    expect([await requests('monthly', '2025-12'), await requests('monthly', '2026-01')]).toEqual([1, 2]);
    expect([await requests('yearly', '2025'), await requests('yearly', '2026')]).toEqual([1, 2]);
    // Both days are of the same ISO week, which belongs to the year of its Thursday.
    expect((await rollup(world, 'weekly', '2026-W01'))?.measures.all.total_requests).toBe(3);
    expect(await problemsAtRest(world)).toEqual([]);
  });

  test('name the hours that nobody delivered, in a day of 25 hours', async () => {
    const world = await createSettled('2026-10-27T00:00:00Z', { timezone: 'Europe/Lisbon' });
    await importRequests(world, everyHalfHour('2026-10-24T23:00:00Z', '2026-10-25T01:00:00Z'));
    await complete(world, '2026-10-24T23:00:00Z', '2026-10-25T20:00:00Z');
    expect(await rollup(world, 'daily', '2026-10-25')).toMatchObject({
      status: 'partial',
      gaps: ['2026-10-25-20', '2026-10-25-21', '2026-10-25-22', '2026-10-25-23'],
      measures: { all: { total_requests: 4 } },
    });
  });

  test('follow a changed zone from then on; what mixes both is not final', async () => {
    const world = await createSettled('2026-02-20T00:00:00Z');
    await importRequests(world, everyHalfHour('2026-02-15T00:00:00Z', '2026-02-17T00:00:00Z'));
    await complete(world, '2026-02-01T00:00:00Z', '2026-03-01T00:00:00Z');
    expect(await rollup(world, 'monthly', '2026-02')).toMatchObject({ status: 'final', timezone: 'UTC' });
    await changeSettings(world, { timezone: 'America/New_York' });
    await importRequests(world, [{ at: '2026-02-16T12:10:00Z', from: 251 }]);
    expect(await rollup(world, 'daily', '2026-02-16')).toMatchObject({
      timezone: 'America/New_York',
      window_start: Date.parse('2026-02-16T05:00:00Z'),
      restated: { reason: 'timezone' },
      measures: { all: { total_requests: 39 } },
    });
    expect(await rollup(world, 'daily', '2026-02-15')).toMatchObject({ timezone: 'UTC' });
    expect(await rollup(world, 'monthly', '2026-02')).toMatchObject({
      status: 'partial',
      timezone: 'America/New_York',
    });
  });

  test('of a zone that begins in another place of the year leave no request uncounted', async () => {
    const world = await importedIn('Pacific/Apia', '2026-02-14T00:00:00Z', '2026-02-18T00:00:00Z');
    expect((await rollup(world, 'yearly', '2026'))?.measures.all.total_requests).toBe(4 * 48);
    expect((await rollup(world, 'daily', '2026-02-16'))?.measures.all.total_requests).toBe(48);
  });
});
