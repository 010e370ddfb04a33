import { dateText, dayNumber, isoWeekMonday, isoWeekText } from './civil-date.ts';

/** Lengths of roll-ups, the shortest first. */
export const PERIODS = ['30min', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
export type Period = (typeof PERIODS)[number];

/** A time key that does not name a window of its period; the message names the accepted form. */
export class BadTimeKey extends Error {
  override readonly name = 'BadTimeKey';
}

/** A time key taken apart: an instant for half-hours and hours, else local days, the end exclusive. */
export type ParsedTimeKey = { readonly instant: number } | { readonly day: number; readonly endDay: number };

const FORMS: Record<Period, { pattern: RegExp; example: string }> = {
  '30min': {
    pattern: /^(\d{4})-(\d\d)-(\d\d)(?:-(\d\d)(00|30)|T(\d\d):(00|30))$/,
    example: '2026-02-16-1430',
  },
  hourly: { pattern: /^(\d{4})-(\d\d)-(\d\d)[-T](\d\d)$/, example: '2026-02-16-14' },
  daily: { pattern: /^(\d{4})-(\d\d)-(\d\d)$/, example: '2026-02-16' },
  weekly: { pattern: /^(\d{4})-W(\d\d)$/, example: '2026-W07' },
  monthly: { pattern: /^(\d{4})-(\d\d)$/, example: '2026-02' },
  yearly: { pattern: /^(\d{4})$/, example: '2026' },
};

/** Reads a time key or one of its synonyms (`2026-02-16T14:30`). Throws BadTimeKey, also for dates that don't exist. */
export function parseTimeKey(period: Period, key: string): ParsedTimeKey {
  const match = FORMS[period].pattern.exec(key);
  if (!match) throw badKey(period, key);
  const parsed = PARSERS[period](
    match
      .slice(1)
      .filter((part) => part !== undefined)
      .map(Number),
  );
  if (formatTimeKey(period, parsed) !== key.replace('T', '-').replace(':', '')) throw badKey(period, key);
  return parsed;
}

/** The canonical time key of a parsed one. */
export function formatTimeKey(period: Period, parsed: ParsedTimeKey): string {
  if ('instant' in parsed) return instantKey(period, parsed.instant);
  return dayKey(period, parsed.day);
}

/** The key of the half-hour or hour (UTC) that holds an instant. */
export function instantKey(period: Period, ms: number): string {
  const iso = new Date(ms).toISOString();
  const hour = `${iso.slice(0, 10)}-${iso.slice(11, 13)}`;
  return period === 'hourly' ? hour : `${hour}${Number(iso.slice(14, 16)) < 30 ? '00' : '30'}`;
}

/** The key of the day, week, month or year that holds a local day. */
export function dayKey(period: Period, day: number): string {
  if (period === 'weekly') return isoWeekText(day);
  const date = dateText(day);
  return period === 'daily' ? date : date.slice(0, period === 'monthly' ? 7 : 4);
}

const PARSERS: Record<Period, (parts: number[]) => ParsedTimeKey> = {
  '30min': ([y = 0, m = 0, d = 0, h = 0, min = 0]) => ({ instant: Date.UTC(y, m - 1, d, h, min) }),
  hourly: ([y = 0, m = 0, d = 0, h = 0]) => ({ instant: Date.UTC(y, m - 1, d, h) }),
  daily: ([y = 0, m = 0, d = 0]) => ({ day: dayNumber(y, m, d), endDay: dayNumber(y, m, d) + 1 }),
  weekly: ([y = 0, w = 0]) => ({ day: isoWeekMonday(y, w), endDay: isoWeekMonday(y, w) + 7 }),
  monthly: ([y = 0, m = 0]) => ({ day: dayNumber(y, m, 1), endDay: dayNumber(y, m + 1, 1) }),
  yearly: ([y = 0]) => ({ day: dayNumber(y, 1, 1), endDay: dayNumber(y + 1, 1, 1) }),
};

function badKey(period: Period, key: string): BadTimeKey {
  return new BadTimeKey(
    `${JSON.stringify(key)} is no ${period} time key: the form is ${FORMS[period].example}`,
  );
}
