import { COST_PERIODS, type CostPeriod, costCalendar, startOf } from '@sgraph-backbone/layer/costs';
import { malformed, schema as z } from '@sgraph-backbone/layer/runtime';
import { instantText, readInstant } from '../traffic/instant.ts';

const DAY = 86_400_000;
const DAY_FORM = 'a UTC day such as 2026-02-16, or its first instant (AWS’s days are UTC)';

/** A bound of a range: a day, or the instant that it begins at. */
export function dayParameter(description: string) {
  return z
    .string()
    .transform((text, context): string => {
      const ms = readInstant(text, costCalendar);
      if (ms !== undefined && ms % DAY === 0) return costCalendar.dayOf(ms);
      context.addIssue({ code: 'custom', message: DAY_FORM });
      return '';
    })
    .optional()
    .meta({ description: `${description}: ${DAY_FORM}` });
}

export const currencyParameter = z
  .string()
  .regex(/^[A-Z]{3}$/, 'a currency such as USD')
  .default('USD')
  .meta({ description: 'currencies are never added up' });

/** The period in a path. Throws 400. */
export function periodIn(text: string): CostPeriod {
  const period = COST_PERIODS.find((known) => known === text);
  if (period !== undefined) return period;
  throw malformed([{ name: 'period', given: text, accepted: COST_PERIODS.join(', ') }]);
}

/** UTC days, `to` exclusive. */
export interface CostRange {
  readonly from: string;
  readonly to: string;
}

/** A range with its defaults: up to today, which AWS has not begun to bill. Throws 400. */
export function rangeOf(
  { from, to }: { readonly from?: string; readonly to?: string },
  now: number,
  days: number,
): CostRange {
  const end = to ?? costCalendar.dayOf(now);
  const start = from ?? costCalendar.dayOf(startOf(end) - days * DAY);
  if (start >= end)
    throw malformed([{ name: 'to', given: end, accepted: `a day after from, which is ${start}` }]);
  return { from: start, to: end };
}

/** As an answer shows it. */
export function shownDay(date: string): string {
  return instantText(startOf(date));
}
