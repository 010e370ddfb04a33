import { describe, expect, test } from '@jest/globals';
import {
  type DayAmount,
  daysBetween,
  findAnomalies,
  parseMoney,
  sumMoney,
} from '@sgraph-backbone/layer/costs';

const NOW = Date.parse('2026-02-18T05:00:00Z');
const S3 = 'Amazon Simple Storage Service';
const LAMBDA = 'AWS Lambda';

type Services = Readonly<Record<string, string>>;

function days(of: (date: string) => Services, from = '2025-12-15', to = '2026-02-18'): DayAmount[] {
  return daysBetween(from, to).map((date) => {
    const by_service = new Map(Object.entries(of(date)).map(([name, amount]) => [name, parseMoney(amount)]));
    return { date, total: sumMoney(by_service.values()), by_service };
  });
}

function find(of: readonly DayAmount[], floor?: string) {
  return findAnomalies({ days: of, currency: 'USD', from: '2026-02-01', to: '2026-02-18', now: NOW, floor });
}

const USUAL: Services = { [S3]: '2', [LAMBDA]: '0.5' };
const on = (date: string, services: Services) => days((day) => (day === date ? services : USUAL));

describe('A day’s costs', () => {
  test('are no anomaly while they are what they always are', () => {
    expect(find(days(() => USUAL))).toEqual([]);
  });

  test('that are far above the same weekday’s are marked, with the services that explain it', () => {
    expect(find(on('2026-02-12', { [S3]: '2.1', [LAMBDA]: '9' }))).toEqual([
      {
        date: '2026-02-12',
        currency: 'USD',
        amount: '11.1',
        expected: '2.5',
        low: '1.5',
        high: '3.5',
        difference: '8.6',
        direction: 'above',
        services: [{ service: LAMBDA, amount: '9', expected: '0.5', difference: '8.5' }],
        compared_with: 'weekday',
        // Of eight Thursdays one was a first.
        compared_days: 7,
      },
    ]);
  });

  test('that are below are marked too, once AWS has sent all of the day', () => {
    expect(find(on('2026-02-12', { [LAMBDA]: '0.5' }))).toMatchObject([
      {
        direction: 'below',
        low: '1.5',
        services: [{ service: S3, amount: '0', expected: '2', difference: '-2' }],
      },
    ]);
    expect(find(on('2026-02-17', { [LAMBDA]: '0.5' }))).toEqual([]);
    expect(find(on('2026-02-17', { [LAMBDA]: '50' }))).toHaveLength(1);
  });

  test('may be off by the floor, however even they are', () => {
    const slightly = on('2026-02-12', { [S3]: '2.9', [LAMBDA]: '0.5' });
    expect(find(slightly)).toEqual([]);
    expect(find(slightly, '0.5')).toHaveLength(1);
  });

  test('of a weekend are compared with weekends', () => {
    const isWeekend = (date: string) => [0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay());
    const weekly = (wild: Services) =>
      days((date) => (date === '2026-02-14' ? wild : { [S3]: isWeekend(date) ? '1' : '20' }));
    expect(find(weekly({ [S3]: '1' }))).toEqual([]);
    // Usual for a weekday, but this is a Saturday.
    expect(find(weekly({ [S3]: '20' }))).toMatchObject([{ date: '2026-02-14', expected: '1' }]);
  });

  test('may vary as they did before: the range is theirs, not a fixed one', () => {
    const noisy = (wild: string) =>
      days((date) => ({
        [S3]:
          date === '2026-02-12' ? wild : String(20 + (Math.floor(Date.parse(date) / 604_800_000) % 5) * 3),
      }));
    expect(find(noisy('38'))).toEqual([]);
    expect(find(noisy('60'))).toHaveLength(1);
  });

  test('are not judged by wild days before them', () => {
    const twice = days((date) => (['2026-01-29', '2026-02-12'].includes(date) ? { [S3]: '80' } : USUAL));
    expect(find(twice)).toMatchObject([{ date: '2026-02-12', expected: '2.5' }]);
  });

  test('of a first of the month are compared with earlier firsts: monthly charges are no news', () => {
    const monthly = (wild: string) =>
      days((date) => ({
        [S3]: '1',
        ...(date.endsWith('-01') && { Domains: date === '2026-02-01' ? wild : '20' }),
      }));
    expect(find(monthly('20'))).toEqual([]);
    expect(find(monthly('45'))).toMatchObject([
      { compared_with: 'first-of-month', services: [{ service: 'Domains' }] },
    ]);
  });

  test('are compared with all days while there are few weeks, and not judged while there are few days', () => {
    const since = (from: string) =>
      find(days((date) => (date === '2026-02-12' ? { [S3]: '50' } : USUAL), from));
    expect(since('2026-02-04')).toMatchObject([
      { date: '2026-02-12', compared_with: 'days', compared_days: 8 },
    ]);
    expect(since('2026-02-08')).toEqual([]);
  });

  test('name at most the services that make up most of it, the largest first', () => {
    const many = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [`service ${index}`, String(1 + index / 10)]),
    );
    const [found] = find(on('2026-02-12', { ...USUAL, ...many }));
    expect(found!.services.map(({ service }) => service)).toEqual(
      [11, 10, 9, 8, 7].map((index) => `service ${index}`),
    );
  });
});
