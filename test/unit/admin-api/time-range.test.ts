import { describe, expect, test } from '@jest/globals';
import { createCalendar } from '@sgraph-backbone/layer/rollups';
import { HttpError } from '@sgraph-backbone/layer/runtime';
import { chooseGranularity, seriesWindows } from '../../../lambdas/admin-api/traffic/granularity.ts';
import { readTimeRange, type TimeParameters } from '../../../lambdas/admin-api/traffic/time-range.ts';

const lisbon = createCalendar('Europe/Lisbon');
const utc = createCalendar('UTC');
const NOW = Date.parse('2026-07-01T12:00:00Z');

function range(given: TimeParameters, calendar = utc) {
  const { start, end } = readTimeRange(given, calendar, NOW);
  return [new Date(start).toISOString(), new Date(end).toISOString()];
}

/** The problem that a refusal names. */
function refusal(action: () => unknown) {
  try {
    action();
  } catch (error) {
    if (error instanceof HttpError)
      return (error.details.problems as { name: string; accepted: string }[])[0]!;
    throw error;
  }
  throw new Error('was not refused');
}

describe('the time that a question is about', () => {
  test('without any parameter it is today in the zone of the site', () => {
    expect(range({}, lisbon)).toEqual(['2026-06-30T23:00:00.000Z', '2026-07-01T23:00:00.000Z']);
  });
  test('a time key and its synonym are the same window', () => {
    expect(range({ period: '30min', key: '2026-02-16T14:30' })).toEqual(
      range({ period: '30min', key: '2026-02-16-1430' }),
    );
  });
  test('a bare date is its first instant in the zone of the site', () => {
    expect(range({ from: '2026-07-01', to: '2026-07-02' }, lisbon)).toEqual([
      '2026-06-30T23:00:00.000Z',
      '2026-07-01T23:00:00.000Z',
    ]);
  });
  test.each(['2026-02-16T12:30+05:30', '2026-02-16T12:30:00 05:30', '2026-02-16t07:00:00.000z'])(
    'the instant %s is taken',
    (from) => expect(range({ from, to: '2026-02-17' })[0]).toBe('2026-02-16T07:00:00.000Z'),
  );
  test.each([
    '2026-02-30',
    '2026-02-30T00:00Z',
    '2026-02-16T14:30',
    'yesterday',
    '1771252200000',
    '1999-01-01',
    '',
  ])('the instant "%s" is refused with the accepted form', (from) =>
    expect(refusal(() => range({ from, to: '2026-03-01' }))).toMatchObject({ name: 'from', given: from }),
  );
  test('an instant inside a half-hour is refused with the nearest full one', () => {
    expect(refusal(() => range({ from: '2026-02-16T14:20Z', to: '2026-02-17' })).accepted).toContain(
      '2026-02-16T14:30:00Z',
    );
  });
  test.each<[TimeParameters, string]>([
    [{ period: 'daily' }, 'key'],
    [{ key: '2026' }, 'period'],
    [{ from: '2026-01-01' }, 'to'],
    [{ to: '2026-01-01' }, 'from'],
    [{ period: 'daily', key: '2026-01-01', from: '2026-01-01' }, 'from'],
    [{ from: '2026-01-02', to: '2026-01-02' }, 'to'],
    [{ period: 'weekly', key: '2026-W54' }, 'key'],
    [{ period: 'daily', key: '2026-W01' }, 'key'],
  ])('%j is refused, naming %s', (given, name) => {
    expect(refusal(() => range(given)).name).toBe(name);
  });
});

describe('the granularity of a series', () => {
  const choose = (from: string, to: string, asked?: 'hourly' | 'daily' | 'weekly', calendar = utc) =>
    chooseGranularity(asked, readTimeRange({ from, to }, calendar, NOW), calendar);

  test.each([
    ['2026-02-16', '2026-02-17', 'hourly'],
    ['2026-02-16T00:30Z', '2026-02-16T10:00Z', '30min'],
    ['2026-02-01', '2026-03-01', 'daily'],
    ['2026-01-01', '2027-01-01', 'monthly'],
    ['2026-01-05', '2026-06-01', 'weekly'],
  ])('from %s to %s it is %s', (from, to, granularity) => expect(choose(from, to)).toBe(granularity));

  test('more than 1,000 points are refused with the granularity to ask for', () => {
    expect(refusal(() => choose('2026-01-01', '2027-01-01', 'hourly'))).toMatchObject({
      name: 'granularity',
      accepted: expect.stringContaining('ask for daily'),
    });
  });
  test('exactly 1,000 hours are answered, with clock changes too', () => {
    expect(choose('2026-03-01T00:00Z', '2026-04-11T16:00Z', 'hourly', lisbon)).toBe('hourly');
    expect(() => choose('2026-03-01T00:00Z', '2026-04-11T17:00Z', 'hourly', lisbon)).toThrow('ask for daily');
  });
  test('a series holds whole windows: all that its range touches', () => {
    const year = readTimeRange({ from: '2026-01-01', to: '2027-01-01' }, utc, NOW);
    const weeks = seriesWindows('weekly', year, utc);
    expect([weeks[0]?.time_key, weeks.at(-1)?.time_key, weeks.length]).toEqual(['2026-W01', '2026-W53', 53]);
    expect(new Date(weeks[0]!.start).toISOString()).toBe('2025-12-29T00:00:00.000Z');
  });
});
