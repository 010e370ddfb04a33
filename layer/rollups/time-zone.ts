import { DAY_MS } from './civil-date.ts';

/** Milliseconds of half an hour: the length of a window and the grain of every boundary. */
export const HALF_HOUR = 1_800_000;

/** A time zone that roll-ups can't be cut in; the message says why. */
export class UnsupportedTimeZone extends Error {
  override readonly name = 'UnsupportedTimeZone';
}

export interface ZoneDays {
  /** First half-hour that belongs to the local day or to a later one, in epoch ms. */
  startOf(day: number): number;
  /** The local day that holds an instant. */
  dayAt(ms: number): number;
}

/**
 * The days of a time zone. A day begins at the first half-hour whose local date is not an earlier one, so days
 * tile time without a gap also where midnight is skipped or happens twice.
 * Throws UnsupportedTimeZone for an unknown name and for offsets that are no multiple of 30 minutes.
 */
export function createZoneDays(timezone: string): ZoneDays {
  const offsetAt = createOffset(timezone);
  refuseOddOffsets(timezone, offsetAt);
  const starts = new Map<number, number>();
  const startOf = (day: number) => {
    const known = starts.get(day);
    if (known !== undefined) return known;
    const start = findStart(day, offsetAt);
    if (starts.size > 20_000) starts.clear();
    starts.set(day, start);
    return start;
  };
  const dayAt = (ms: number) => {
    let day = Math.floor(ms / DAY_MS);
    while (ms < startOf(day)) day -= 1;
    while (ms >= startOf(day + 1)) day += 1;
    return day;
  };
  return { startOf, dayAt };
}

type Offset = (ms: number) => number;

function createOffset(timezone: string): Offset {
  if (timezone === 'UTC') return () => 0;
  const format = intlFormat(timezone);
  return (ms) => {
    const text = format.formatToParts(ms).find((part) => part.type === 'timeZoneName')?.value ?? '';
    const [, sign, hours = '0', minutes = '0', seconds = '0'] =
      /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text) ?? [];
    const size = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
    return sign === '-' ? -size : size;
  };
}

function intlFormat(timezone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: timezone, timeZoneName: 'longOffset' });
  } catch (cause) {
    throw new UnsupportedTimeZone(`${timezone} is no time zone: give an IANA name such as Europe/Lisbon`, {
      cause,
    });
  }
}

// From before CloudFront existed to beyond any plan; two instants a year see both sides of summer time.
function refuseOddOffsets(timezone: string, offsetAt: Offset) {
  for (let year = 2006; year <= 2040; year += 1) {
    for (const month of [0, 6]) {
      const minutes = offsetAt(Date.UTC(year, month, 1)) / 60_000;
      if (minutes % 30 === 0) continue;
      throw new UnsupportedTimeZone(
        `${timezone} is ${minutes} minutes from UTC in ${year}: days are made of half-hours that begin at ` +
          'UTC :00 and :30, so the offset has to be a multiple of 30 minutes',
      );
    }
  }
}

function findStart(day: number, offsetAt: Offset): number {
  const midnight = day * DAY_MS;
  const before = halfHours(offsetAt(midnight - DAY_MS));
  if (before === halfHours(offsetAt(midnight + DAY_MS))) return midnight - before;
  for (let ms = midnight - DAY_MS; ; ms += HALF_HOUR) {
    if (ms + halfHours(offsetAt(ms)) >= midnight) return ms;
  }
}

// Offsets of local mean time (before 2006) are rounded: boundaries stay on half-hours.
function halfHours(offset: number): number {
  return Math.round(offset / HALF_HOUR) * HALF_HOUR;
}
