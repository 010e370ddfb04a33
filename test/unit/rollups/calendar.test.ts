import { describe, expect, test } from '@jest/globals';
import {
  BadTimeKey,
  createCalendar,
  PERIODS,
  parseWindowKey,
  UnsupportedTimeZone,
  windowKey,
} from '@sgraph-backbone/layer/rollups';
import fc from 'fast-check';

const HOUR = 3_600_000;
const ZONES = [
  'UTC',
  'Europe/Lisbon',
  'America/New_York',
  'America/Sao_Paulo',
  'America/Nuuk',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Australia/Adelaide',
  'Pacific/Apia',
  'America/St_Johns',
];
const calendars = new Map(ZONES.map((zone) => [zone, createCalendar(zone)]));
const anyCalendar = fc.constantFrom(...calendars.values());
const anyInstant = fc.integer({ min: Date.UTC(2007, 0, 1), max: Date.UTC(2035, 0, 1) });
const anyPeriod = fc.constantFrom(...PERIODS);

describe('days of a time zone', () => {
  const hoursOf = (zone: string, day: string) => {
    const { start, end } = createCalendar(zone).span('daily', day);
    return (end - start) / HOUR;
  };

  test('have 23 and 25 hours when the clocks change', () => {
    expect(hoursOf('Europe/Lisbon', '2026-03-29')).toBe(23);
    expect(hoursOf('Europe/Lisbon', '2026-10-25')).toBe(25);
    expect(hoursOf('Europe/Lisbon', '2026-10-26')).toBe(24);
    expect(createCalendar('Europe/Lisbon').children('daily', '2026-10-25')).toHaveLength(25);
  });

  test('have 23.5 and 24.5 hours on Lord Howe, which moves its clocks by 30 minutes', () => {
    expect(hoursOf('Australia/Lord_Howe', '2026-04-05')).toBe(24.5);
    expect(hoursOf('Australia/Lord_Howe', '2026-10-04')).toBe(23.5);
  });

  test('have a half-hour at each edge in +05:30', () => {
    const kolkata = createCalendar('Asia/Kolkata');
    const children = kolkata.children('daily', '2026-02-16');
    expect(children).toHaveLength(25);
    expect(children[0]).toEqual({ period: '30min', time_key: '2026-02-15-1830' });
    expect(children[1]).toEqual({ period: 'hourly', time_key: '2026-02-15-19' });
    expect(children[24]).toEqual({ period: '30min', time_key: '2026-02-16-1800' });
    expect(kolkata.parents('hourly', '2026-02-16-18')).toEqual([]);
    expect(kolkata.parents('30min', '2026-02-16-1830')).toEqual([
      { period: 'hourly', time_key: '2026-02-16-18' },
      { period: 'daily', time_key: '2026-02-17' },
    ]);
  });

  test('begin where the clocks say so, also where midnight is skipped', () => {
    const saoPaulo = createCalendar('America/Sao_Paulo');
    expect(saoPaulo.span('daily', '2018-11-04').start).toBe(Date.UTC(2018, 10, 4, 3));
    expect(hoursOf('America/Sao_Paulo', '2018-11-04')).toBe(23);
  });

  test('leave out a date that the zone skipped', () => {
    const apia = createCalendar('Pacific/Apia');
    expect(() => apia.span('daily', '2011-12-30')).toThrow(BadTimeKey);
    expect(apia.children('monthly', '2011-12')).toHaveLength(30);
  });

  test('are refused in zones that are not half-hours from UTC, with the reason', () => {
    expect(() => createCalendar('Asia/Kathmandu')).toThrow(UnsupportedTimeZone);
    expect(() => createCalendar('Asia/Kathmandu')).toThrow(/multiple of 30 minutes/);
    expect(() => createCalendar('Pacific/Chatham')).toThrow(/multiple of 30 minutes/);
    expect(() => createCalendar('Mars/Olympus')).toThrow(/Mars\/Olympus is no time zone/);
  });
});

describe('time keys', () => {
  const utc = createCalendar('UTC');

  test('name weeks by ISO year', () => {
    const keys = ['2024-12-30', '2026-12-31', '2027-01-03', '2027-01-04'].map((date) =>
      utc.keyAt('weekly', Date.parse(`${date}T12:00Z`)),
    );
    expect(keys).toEqual(['2025-W01', '2026-W53', '2026-W53', '2027-W01']);
    expect(utc.span('weekly', '2026-W07')).toEqual({
      start: Date.UTC(2026, 1, 9),
      end: Date.UTC(2026, 1, 16),
    });
  });

  test('have synonyms with T', () => {
    expect(utc.canonical('30min', '2026-02-16T14:30')).toBe('2026-02-16-1430');
    expect(utc.canonical('hourly', '2026-02-16T14')).toBe('2026-02-16-14');
  });

  test.each([
    ['30min', '2026-02-16-1415'],
    ['30min', '2026-02-16-2430'],
    ['hourly', '2026-02-16-24'],
    ['daily', '2026-02-30'],
    ['daily', '2026-2-3'],
    ['weekly', '2025-W53'],
    ['weekly', '2025-W00'],
    ['monthly', '2026-13'],
    ['yearly', '26'],
  ] as const)('of %s refuse %s and name the form', (period, key) => {
    expect(() => utc.span(period, key)).toThrow(BadTimeKey);
    expect(() => utc.span(period, key)).toThrow(/the form is 2026/);
  });

  test('hold the instant they were made from, in every zone', () => {
    fc.assert(
      fc.property(anyCalendar, anyPeriod, anyInstant, (calendar, period, ms) => {
        const key = calendar.keyAt(period, ms);
        const { start, end } = calendar.span(period, key);
        expect(start <= ms && ms < end).toBe(true);
        expect(calendar.canonical(period, key)).toBe(key);
        expect(calendar.keyAt(period, end)).not.toBe(key);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the tree of roll-ups', () => {
  test('has children that tile their parent exactly', () => {
    fc.assert(
      fc.property(anyCalendar, anyPeriod, anyInstant, (calendar, period, ms) => {
        const key = calendar.keyAt(period, ms);
        const children = calendar.children(period, key);
        if (period === '30min') return expect(children).toEqual([]);
        const spans = children.map((child) => calendar.span(child.period, child.time_key));
        expect({ start: spans[0]!.start, end: spans.at(-1)!.end }).toEqual(calendar.span(period, key));
        expect(spans.slice(1).map((s) => s.start)).toEqual(spans.slice(0, -1).map((s) => s.end));
      }),
      { numRuns: 500 },
    );
  });

  test('has parents that are the inverse of children', () => {
    fc.assert(
      fc.property(anyCalendar, anyPeriod, anyInstant, (calendar, period, ms) => {
        const key = calendar.keyAt(period, ms);
        for (const child of calendar.children(period, key)) {
          expect(calendar.parents(child.period, child.time_key)).toContainEqual({ period, time_key: key });
        }
        for (const parent of calendar.parents(period, key)) {
          expect(calendar.children(parent.period, parent.time_key)).toContainEqual({ period, time_key: key });
        }
      }),
      { numRuns: 300 },
    );
  });

  test('tiles any range of half-hours without gap or overlap', () => {
    const anyHalfHour = anyInstant.map((ms) => Math.floor(ms / 1_800_000) * 1_800_000);
    fc.assert(
      fc.property(anyCalendar, anyHalfHour, fc.integer({ min: 0, max: 30_000 }), (calendar, from, n) => {
        const to = from + n * 1_800_000;
        let at = from;
        for (const tile of calendar.tile(from, to)) {
          const { start, end } = calendar.span(tile.period, tile.time_key);
          expect(start).toBe(at);
          at = end;
        }
        expect(at).toBe(to);
      }),
      { numRuns: 300 },
    );
  });

  test('tiles a year of +05:30 with days, not with the hours that step over them', () => {
    const from = Date.UTC(2026, 0, 14, 3);
    expect(createCalendar('Asia/Kolkata').tile(from, from + 365 * 24 * HOUR).length).toBeLessThan(100);
  });

  test('tiles whole months and days with them', () => {
    const tiles = createCalendar('UTC').tile(Date.UTC(2026, 0, 31), Date.UTC(2026, 2, 1, 1, 30));
    expect(tiles.map((tile) => tile.time_key)).toEqual([
      '2026-01-31',
      '2026-02',
      '2026-03-01-00',
      '2026-03-01-0100',
    ]);
  });
});

test('window keys are the half-hour in UTC and are read back', () => {
  expect(windowKey(Date.UTC(2026, 1, 16, 14, 59))).toBe('2026-02-16/14-30');
  expect(parseWindowKey('2026-02-16/14-30')).toBe(Date.UTC(2026, 1, 16, 14, 30));
  expect(() => parseWindowKey('2026-02-16/14-15')).toThrow(/the form is/);
});
