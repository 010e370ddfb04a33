import { addDays, daysBetween, firstOfMonth, monthOf } from './cost-calendar.ts';
import { type DayAmount, isComplete } from './day-amounts.ts';
import { type Money, moneyText, parseMoney, sumMoney } from './money.ts';
import { percentOf } from './present-costs.ts';
import { absolute, deviationOf, medianOf, weekdayOf } from './robust.ts';

export interface ProjectionQuestion {
  /** `2026-02` */
  readonly month: string;
  /** In time order: the month's days and those of the months before it. */
  readonly days: readonly DayAmount[];
  readonly currency: string;
  /** Epoch ms. */
  readonly now: number;
  /** For the whole month, a decimal text. */
  readonly budget?: string;
}

/** What a month will have cost. Amounts are decimal texts of charges, those that are estimates with six digits. */
export interface Projection {
  readonly month: string;
  readonly currency: string;
  /** Exact: what AWS has sent of the month. */
  readonly spent: string;
  /** The last day that is known; null: none. */
  readonly through: string | null;
  /** Null where no day is complete that a rate could be made of. */
  readonly projected: string | null;
  /** In four of five months that go on like the days before, the sum is within. */
  readonly low: string | null;
  readonly high: string | null;
  /** Whether days of the week have rates of their own. */
  readonly method: 'weekday' | 'daily' | null;
  /** Complete days that the rate is made of. */
  readonly rate_days: number;
  /** Days of the month that are not known, or that AWS still adds to. */
  readonly days_left: number;
  readonly comparison: MonthComparison;
  readonly budget: BudgetForecast | null;
}

/** The month's complete days against the same days of the month before. */
export interface MonthComparison {
  readonly days: number;
  readonly spent: string;
  /** Null where not all of these days are known. */
  readonly last_month: string | null;
  readonly difference: string | null;
  readonly percent: number | null;
}

export interface BudgetForecast {
  readonly amount: string;
  readonly used_percent: number | null;
  readonly forecast_percent: number | null;
  /** `over`: spent already; `likely`: the forecast is above; `possible`: the range is. */
  readonly exceeded: 'over' | 'likely' | 'possible' | 'no' | 'unknown';
}

const RATE_DAYS = 56;
const FEWEST_OF_WEEKDAY = 3;
const FEW_DAYS = 7;
// 80 % of a normal distribution is within 1.2816 standard deviations; 1.4826 MADs are one. In ten-thousandths.
const WIDTH = 19_001n;
const MICRO = 1_000_000n;

/** The month from its days until now and the rate of the last eight weeks, by weekday where there is enough of each. */
export function projectMonth(question: ProjectionQuestion): Projection {
  const { month, days, currency, now, budget } = question;
  const own = days.filter(({ date }) => monthOf(date) === month);
  const spent = sumMoney(own.map(({ total }) => total));
  const rate = rateOf(days, monthDays(month).at(-1)!, now);
  const complete = own.filter(({ date }) => isComplete(date, now));
  const left = monthDays(month).filter((date) => !complete.some((day) => day.date === date));
  const forecast = rate && forecastOf(own, complete, left, rate);
  return {
    month,
    currency,
    spent: moneyText(spent),
    through: own.at(-1)?.date ?? null,
    projected: forecast ? rounded(forecast.projected) : null,
    low: forecast ? rounded(larger(forecast.projected - forecast.width, spent)) : null,
    high: forecast ? rounded(forecast.projected + forecast.width) : null,
    method: rate?.method ?? null,
    rate_days: rate?.days ?? 0,
    days_left: left.length,
    comparison: comparisonOf(month, days, complete),
    budget: budget === undefined ? null : budgetOf(parseMoney(budget), spent, forecast),
  };
}

interface Rate {
  readonly method: 'weekday' | 'daily';
  readonly days: number;
  /** Median of the deviations of a day from what was expected of it. */
  readonly deviation: Money;
  /** Days that the rate of a day is made of. */
  basis(date: string): number;
  expected(date: string): Money;
}

interface Forecast {
  readonly projected: Money;
  readonly width: Money;
}

function rateOf(days: readonly DayAmount[], last: string, now: number): Rate | undefined {
  const complete = days.filter(({ date }) => date <= last && isComplete(date, now)).slice(-RATE_DAYS);
  // Monthly charges come on the first: they are no rate, unless there is nothing else.
  const usual = complete.filter(({ date }) => !date.endsWith('-01'));
  const known = usual.length === 0 ? complete : usual;
  const overall = medianOf(known.map(({ total }) => total));
  if (overall === null) return undefined;
  const weekdays = Map.groupBy(known, ({ date }) => weekdayOf(date));
  const isByWeekday = [0, 1, 2, 3, 4, 5, 6].every(
    (day) => (weekdays.get(day)?.length ?? 0) >= FEWEST_OF_WEEKDAY,
  );
  const medians = new Map([...weekdays].map(([day, own]) => [day, medianOf(own.map(({ total }) => total))!]));
  const expected = (date: string) => (isByWeekday ? medians.get(weekdayOf(date))! : overall);
  const residuals = known.map(({ date, total }) => total - expected(date));
  // Days are nearer to medians that are made of them than to those of others.
  const [count, free] = [known.length, Math.max(1, known.length - (isByWeekday ? 7 : 1))];
  const deviation = (deviationOf(residuals)! * BigInt(count)) / BigInt(free);
  return {
    method: isByWeekday ? 'weekday' : 'daily',
    days: known.length,
    deviation: known.length < FEW_DAYS ? larger(overall / 2n, deviation) : deviation,
    expected,
    basis: (date) => (isByWeekday ? weekdays.get(weekdayOf(date))!.length : known.length),
  };
}

/** A day that AWS still adds to counts as the larger of what it has and what is expected. */
function forecastOf(
  own: readonly DayAmount[],
  complete: readonly DayAmount[],
  left: readonly string[],
  rate: Rate,
): Forecast {
  const known = new Map(own.map(({ date, total }) => [date, total]));
  const rest = left.map((date) => larger(known.get(date) ?? 0n, rate.expected(date)));
  const projected = sumMoney(complete.map(({ total }) => total)) + sumMoney(rest);
  return { projected, width: (rate.deviation * WIDTH * squareRoot(spread(left, rate))) / (10_000n * MICRO) };
}

// A median of n days has 1.57 / n of the variance of one.
const OF_MEDIAN = 1.57;

/** Variance of the sum of these days in variances of one: their own, and that of the rates, which many share. */
function spread(left: readonly string[], rate: Rate): number {
  const shared = Map.groupBy(left, (date) => (rate.method === 'weekday' ? weekdayOf(date) : 0));
  const ofRates = [...shared.values()].map((days) => (OF_MEDIAN * days.length ** 2) / rate.basis(days[0]!));
  return left.length + ofRates.reduce((sum, variance) => sum + variance, 0);
}

function comparisonOf(
  month: string,
  days: readonly DayAmount[],
  complete: readonly DayAmount[],
): MonthComparison {
  const before = monthOf(firstOfMonth(`${month}-01`, -1));
  const last = monthDays(before).length;
  const numbers = complete.map(({ date }) => date.slice(8)).filter((day) => Number(day) <= last);
  const known = new Map(days.map(({ date, total }) => [date, total]));
  const spent = sumMoney(numbers.map((day) => known.get(`${month}-${day}`)!));
  const then = numbers.map((day) => known.get(`${before}-${day}`));
  const isKnown = then.length > 0 && then.every((total) => total !== undefined);
  const sum = isKnown ? sumMoney(then) : null;
  return {
    days: numbers.length,
    spent: moneyText(spent),
    last_month: sum === null ? null : moneyText(sum),
    difference: sum === null ? null : moneyText(spent - sum),
    percent: sum === null ? null : percentOf(spent - sum, sum),
  };
}

function budgetOf(budget: Money, spent: Money, forecast: Forecast | undefined): BudgetForecast {
  return {
    amount: moneyText(budget),
    used_percent: percentOf(spent, budget),
    forecast_percent: forecast ? percentOf(forecast.projected, budget) : null,
    exceeded: exceededOf(budget, spent, forecast),
  };
}

function exceededOf(budget: Money, spent: Money, forecast: Forecast | undefined): BudgetForecast['exceeded'] {
  if (spent > budget) return 'over';
  if (forecast === undefined) return 'unknown';
  if (forecast.projected > budget) return 'likely';
  return forecast.projected + forecast.width > budget ? 'possible' : 'no';
}

function monthDays(month: string): string[] {
  return daysBetween(`${month}-01`, firstOfMonth(`${month}-01`, 1));
}

/** In millionths. */
function squareRoot(value: number): bigint {
  return BigInt(Math.round(Math.sqrt(value) * Number(MICRO)));
}

/** Six digits: an estimate has no more to say. */
function rounded(money: Money): string {
  const sign = money < 0n ? -1n : 1n;
  return moneyText(((absolute(money) + MICRO / 2n) / MICRO) * MICRO * sign);
}

function larger(a: Money, b: Money): Money {
  return a > b ? a : b;
}

/** The first day whose amounts a projection of this month is made of. */
export function projectionFrom(month: string): string {
  return addDays(`${month}-01`, -62);
}
