import { describe, expect, test } from '@jest/globals';
import { createCalendar } from '@sgraph-backbone/layer/rollups';
import fc from 'fast-check';
import { dateIn, isTimeKey, keyOf, PERIODS, spanOf, stepKey } from '../../dashboard/page/time-keys.ts';

const FIRST = Date.UTC(1990, 0, 1);
const LAST = Date.UTC(2060, 0, 1);
const instant = fc.integer({ min: FIRST, max: LAST });
const period = fc.constantFrom(...PERIODS);

describe('time keys of the page', () => {
  test.each(['UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'])(
    'name the same windows as the calendar of roll-ups in %s',
    (timezone) => {
      const calendar = createCalendar(timezone);
      fc.assert(
        fc.property(instant, period, (ms, name) => {
          expect(keyOf(name, dateIn(timezone, ms))).toBe(calendar.keyAt(name, ms));
        }),
        { numRuns: 200 },
      );
    },
  );

  test('spans begin where the window begins and end where the next one does', () => {
    const calendar = createCalendar('UTC');
    fc.assert(
      fc.property(instant, period, (ms, name) => {
        const key = calendar.keyAt(name, ms);
        const { from, to } = spanOf(name, key);
        expect({ start: Date.parse(from), end: Date.parse(to) }).toEqual(calendar.span(name, key));
      }),
    );
  });

  test('a step there and back is no step, over year ends and 53-week years too', () => {
    fc.assert(
      fc.property(instant, period, fc.integer({ min: -60, max: 60 }), (ms, name, steps) => {
        const key = keyOf(name, dateIn('UTC', ms));
        expect(stepKey(name, stepKey(name, key, steps), -steps)).toBe(key);
      }),
    );
    expect(stepKey('weekly', '2026-W53', 1)).toBe('2027-W01');
    expect(stepKey('daily', '2028-02-28', 1)).toBe('2028-02-29');
  });

  test('what is no key of its period is not taken from an address', () => {
    expect(isTimeKey('daily', '2026-02-16')).toBe(true);
    for (const key of ['2026-02', '2026-13-01', 'today', '', '2026-02-16-14'])
      expect(isTimeKey('daily', key)).toBe(false);
  });
});
