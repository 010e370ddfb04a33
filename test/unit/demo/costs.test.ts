import { describe, expect, test } from '@jest/globals';
import { parseMoney } from '@sgraph-backbone/layer/costs';
import { demoReadings } from '../../../local/demo/index.ts';

const NOW = Date.parse('2026-03-18T12:00:00Z');

describe('costs of the demo', () => {
  test('are read each morning up to now: the day before in part, and all of it a day later', () => {
    const readings = demoReadings(NOW);
    expect(readings.every(({ collected_at }) => collected_at <= NOW)).toBe(true);
    const times = readings.map(({ collected_at }) => collected_at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const of = (date: string) => readings.filter((reading) => reading.date === date);
    expect(of('2026-03-17')).toHaveLength(1);
    const [part, whole] = of('2026-03-16').map((reading) => totalOf(reading.by_region));
    expect(part! < whole!).toBe(true);
    expect(of('2026-03-18')).toEqual([]);
  });

  test('depend on the date alone, so that a day is tomorrow what it is today', () => {
    const linesOf = (now: number) =>
      demoReadings(now)
        .filter(({ date }) => date === '2026-03-01')
        .map(({ by_region, apart }) => ({ by_region, apart }));
    expect(linesOf(NOW)).toEqual(linesOf(NOW + 86_400_000));
    expect(linesOf(NOW)[0]!.apart.map(({ record_type }) => record_type)).toEqual(['tax', 'credit']);
  });

  test('have one day that is out of the usual, and a share of Backbone’s own', () => {
    const [busy, usual] = ['2026-03-15', '2026-03-08'].map(
      (date) => demoReadings(NOW).findLast((reading) => reading.date === date)!,
    );
    expect(totalOf(busy!.by_region) > 2n * totalOf(usual!.by_region)).toBe(true);
    expect(totalOf(usual!.own!) > 0n && totalOf(usual!.own!) < totalOf(usual!.by_region)).toBe(true);
  });
});

function totalOf(lines: readonly { readonly amount: string }[]): bigint {
  return lines.reduce((sum, { amount }) => sum + parseMoney(amount), 0n);
}
