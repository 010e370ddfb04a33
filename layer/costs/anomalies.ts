import { addDays } from './cost-calendar.ts';
import { type DayAmount, isComplete } from './day-amounts.ts';
import { type Money, moneyText, parseMoney, sumMoney } from './money.ts';
import { absolute, deviationOf, medianOf, weekdayOf } from './robust.ts';

/** A service's part in what is out of range. */
export interface AnomalyService {
  readonly service: string;
  readonly amount: string;
  readonly expected: string;
  readonly difference: string;
}

/** A day out of its own range. Amounts are exact decimal texts of charges. */
export interface Anomaly {
  readonly date: string;
  readonly currency: string;
  readonly amount: string;
  /** Median of the days it is compared with. */
  readonly expected: string;
  readonly low: string;
  readonly high: string;
  readonly difference: string;
  readonly direction: 'above' | 'below';
  /** Those that explain most of the difference, the largest first. */
  readonly services: readonly AnomalyService[];
  /** What the day is compared with. */
  readonly compared_with: 'weekday' | 'days' | 'first-of-month';
  readonly compared_days: number;
}

export interface AnomalyQuestion {
  /** In time order: the days in question, and those before them to compare with (`HISTORY_DAYS`). */
  readonly days: readonly DayAmount[];
  readonly currency: string;
  /** Days to judge, `to` exclusive. */
  readonly from: string;
  readonly to: string;
  /** Epoch ms. */
  readonly now: number;
  /** What a day may always be off by, in the currency. @default 1 */
  readonly floor?: string;
}

/** Days before the first one in question that are worth reading. */
export const HISTORY_DAYS = 63;
export const ANOMALY_FLOOR = '1';

const WEEKS = 8;
const FEWEST_WEEKDAYS = 4;
const DAYS = 28;
const FEWEST_DAYS = 7;
// 3.5 robust standard deviations (1.4826 × MAD), in thousandths.
const WIDTH = 5_189n;
const EXPLAINED = 80n;
const MOST_SERVICES = 5;

/**
 * Days out of their own range: the median of the same weekday, give or take 3.5 robust standard deviations or the
 * floor, whichever is more. A first of the month, when monthly charges come, may also be as earlier firsts were. Days
 * with too little history are not judged, and one that AWS still adds to can only be too high.
 */
export function findAnomalies(question: AnomalyQuestion): Anomaly[] {
  const { days, from, to } = question;
  const judged = days.filter(({ date }) => date >= from && date < to);
  return judged.flatMap((day) => anomalyOf(day, question) ?? []);
}

function anomalyOf(day: DayAmount, question: AnomalyQuestion): Anomaly | undefined {
  const ranges = historiesOf(day, question.days).map((history) => rangeOf(history, question.floor));
  const isOut = ({ expected, width }: Range) => absolute(day.total - expected) > width;
  const range = ranges.at(-1);
  if (range === undefined || !ranges.every(isOut)) return undefined;
  const { history, expected, width } = range;
  const difference = day.total - expected;
  if (difference < 0n && !isComplete(day.date, question.now)) return undefined;
  return {
    date: day.date,
    currency: question.currency,
    amount: moneyText(day.total),
    expected: moneyText(expected),
    low: moneyText(largest(expected - width, 0n)),
    high: moneyText(expected + width),
    difference: moneyText(difference),
    direction: difference > 0n ? 'above' : 'below',
    services: explaining(day, history.days, difference),
    compared_with: history.kind,
    compared_days: history.days.length,
  };
}

interface History {
  readonly kind: Anomaly['compared_with'];
  readonly days: readonly DayAmount[];
}

interface Range {
  readonly history: History;
  readonly expected: Money;
  readonly width: Money;
}

function rangeOf(history: History, floor: string = ANOMALY_FLOOR): Range {
  const totals = history.days.map(({ total }) => total);
  const width = largest((deviationOf(totals)! * WIDTH) / 1000n, parseMoney(floor));
  return { history, expected: medianOf(totals)!, width };
}

/** A first may be like any day, or like other firsts: it is out of range when it is neither. */
function historiesOf({ date }: DayAmount, days: readonly DayAmount[]): History[] {
  const since = (count: number) => {
    const first = addDays(date, -count);
    return days.filter((day) => day.date < date && day.date >= first);
  };
  const usual = usualDays(
    date,
    since(WEEKS * 7).filter((day) => !isFirst(day.date)),
  );
  const firsts = isFirst(date) ? since(HISTORY_DAYS).filter((day) => isFirst(day.date)) : [];
  const monthly = { kind: 'first-of-month' as const, days: firsts };
  return usual === undefined ? [] : firsts.length === 0 ? [usual] : [usual, monthly];
}

function usualDays(date: string, before: readonly DayAmount[]): History | undefined {
  const weekday = weekdayOf(date);
  const weekdays = before.filter((day) => weekdayOf(day.date) === weekday);
  if (weekdays.length >= FEWEST_WEEKDAYS) return { kind: 'weekday', days: weekdays };
  const first = addDays(date, -DAYS);
  const recent = before.filter((day) => day.date >= first);
  return recent.length >= FEWEST_DAYS ? { kind: 'days', days: recent } : undefined;
}

/** Services whose differences point the same way, until most of it is explained. */
function explaining(day: DayAmount, history: readonly DayAmount[], difference: Money): AnomalyService[] {
  const names = new Set([day, ...history].flatMap(({ by_service }) => [...by_service.keys()]));
  const sign = difference > 0n ? 1n : -1n;
  const parts = [...names].map((service) => {
    const amount = day.by_service.get(service) ?? 0n;
    const expected = medianOf(history.map(({ by_service }) => by_service.get(service) ?? 0n))!;
    return { service, amount, expected, part: (amount - expected) * sign };
  });
  const found = parts.filter(({ part }) => part > 0n).sort((a, b) => (a.part > b.part ? -1 : 1));
  const enough = (absolute(difference) * EXPLAINED) / 100n;
  const isNeeded = (index: number) => sumMoney(found.slice(0, index).map(({ part }) => part)) < enough;
  return found
    .filter((_, index) => index < MOST_SERVICES && isNeeded(index))
    .map(({ service, amount, expected }) => ({
      service,
      amount: moneyText(amount),
      expected: moneyText(expected),
      difference: moneyText(amount - expected),
    }));
}

function isFirst(date: string): boolean {
  return date.endsWith('-01');
}

function largest(a: Money, b: Money): Money {
  return a > b ? a : b;
}
