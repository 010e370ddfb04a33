import { describe, expect, test } from '@jest/globals';
import { type DayAmount, daysBetween, parseMoney, projectMonth } from '@sgraph-backbone/layer/costs';

const NOW = Date.parse('2026-02-17T05:00:00Z');

function days(from: string, to: string, cost: (date: string) => string): DayAmount[] {
  return daysBetween(from, to).map((date) => ({
    date,
    total: parseMoney(cost(date)),
    by_service: new Map(),
  }));
}

const isWeekend = (date: string) => [0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay());
const project = (of: readonly DayAmount[], budget?: string) =>
  projectMonth({ month: '2026-02', days: of, currency: 'USD', now: NOW, budget });

describe('The projection of a month', () => {
  test('of even days is that many of them, without a range', () => {
    const even = project(days('2025-12-15', '2026-02-17', () => '2'));
    expect(even).toMatchObject({
      spent: '32',
      projected: '56',
      low: '56',
      high: '56',
      through: '2026-02-16',
    });
  });

  test('knows weekends from weekdays', () => {
    const weekly = project(days('2025-12-15', '2026-02-17', (date) => (isWeekend(date) ? '1' : '10')));
    // February 2026 has 20 weekdays and 8 days of weekends.
    expect(weekly).toMatchObject({ projected: '208', low: '208', high: '208', method: 'weekday' });
  });

  test('takes what is usual for a day that AWS still adds to, or more if it has more', () => {
    const with16 = (amount: string) =>
      project(days('2025-12-15', '2026-02-17', (date) => (date === '2026-02-16' ? amount : '2')));
    expect(with16('0.3')).toMatchObject({ spent: '30.3', projected: '56', days_left: 13 });
    expect(with16('7')).toMatchObject({ projected: '61' });
  });

  test('is not carried away by one wild day, but holds what it cost', () => {
    const wild = project(days('2025-12-15', '2026-02-17', (date) => (date === '2026-02-10' ? '100' : '2')));
    expect(wild.projected).toBe('154');
  });

  test('counts charges of the first once', () => {
    const monthly = project(
      days('2025-12-15', '2026-02-17', (date) => (date.endsWith('-01') ? '20.5' : '0.5')),
    );
    expect(monthly.projected).toBe('34');
  });

  test('has a range that grows with how uneven days are, and never promises less than is spent', () => {
    const uneven = project(
      days('2025-12-15', '2026-02-17', (date) => String(1 + (Number(date.slice(8)) % 5))),
    );
    expect(Number(uneven.low)).toBeLessThan(Number(uneven.projected));
    expect(Number(uneven.high)).toBeGreaterThan(Number(uneven.projected));
    expect(Number(uneven.low)).toBeGreaterThanOrEqual(Number(uneven.spent));
  });

  test('holds the sum of four months of five that go on like the days before', () => {
    let state = 7;
    const random = () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    const normal = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
    let within = 0;
    for (let run = 0; run < 400; run++) {
      const all = days('2025-12-15', '2026-03-01', () => (20 + 2 * normal()).toFixed(10));
      const month = all.filter(({ date }) => date >= '2026-02-01');
      const sum = month.reduce((total, { total: own }) => total + own, 0n);
      const { low, high } = project(all.filter(({ date }) => date < '2026-02-17'));
      if (parseMoney(low!) <= sum && sum <= parseMoney(high!)) within++;
    }
    expect(within / 400).toBeGreaterThan(0.7);
    expect(within / 400).toBeLessThan(0.88);
  });

  test('of a month with few days known has a wide range, and of none at all says nothing', () => {
    const few = project(days('2026-02-13', '2026-02-17', () => '2'));
    expect(few).toMatchObject({ method: 'daily', rate_days: 3 });
    expect(Number(few.high) - Number(few.projected)).toBeGreaterThan(4);
    expect(project([])).toMatchObject({ spent: '0', projected: null, low: null, high: null, through: null });
  });

  test('of a month that is over is what it cost', () => {
    const over = projectMonth({
      month: '2026-01',
      days: days('2025-12-15', '2026-02-17', () => '2'),
      currency: 'USD',
      now: NOW,
    });
    expect(over).toMatchObject({ spent: '62', projected: '62', low: '62', high: '62', days_left: 0 });
  });

  test('compares complete days with the same days of the month before, as far as it has them', () => {
    const rising = days('2026-01-01', '2026-02-17', (date) => (date < '2026-02' ? '2' : '3'));
    expect(project(rising).comparison).toEqual({
      days: 15,
      spent: '45',
      last_month: '30',
      difference: '15',
      percent: 50,
    });
    expect(project(rising.filter(({ date }) => date > '2026-01-05')).comparison.last_month).toBeNull();
    const march = projectMonth({
      month: '2026-03',
      days: days('2026-02-01', '2026-04-01', () => '1'),
      currency: 'USD',
      now: Date.parse('2026-04-05T00:00:00Z'),
    });
    expect(march.comparison).toMatchObject({ days: 28, spent: '28', last_month: '28', percent: 0 });
  });

  test.each([
    ['30', 'over'],
    ['50', 'likely'],
    ['56', 'no'],
    ['60', 'no'],
  ])('against a budget of %s says %s', (budget, exceeded) => {
    const even = project(
      days('2025-12-15', '2026-02-17', () => '2'),
      budget,
    );
    expect(even.budget).toMatchObject({ amount: budget, exceeded });
  });

  test('against a budget says what is used and what will be, and when it may go wrong', () => {
    const of = days('2025-12-15', '2026-02-17', (date) => String(1 + (Number(date.slice(8)) % 3)));
    const { projected } = project(of);
    expect(project(of, String(Number(projected) + 0.1)).budget!.exceeded).toBe('possible');
    const even = project(
      days('2025-12-15', '2026-02-17', () => '2'),
      '64',
    );
    expect(even.budget).toMatchObject({ used_percent: 50, forecast_percent: 87.5 });
    expect(project([], '10').budget!.exceeded).toBe('unknown');
  });
});
