import { BadTimeKey, type Calendar } from '@sgraph-backbone/layer/rollups';

/** The form of instants, as errors name it. */
export const INSTANT_FORM =
  'an instant such as 2026-02-16T14:30:00Z or 2026-02-16T14:30+01:00, or a date such as 2026-02-16';

// A `+` that a client did not encode arrives as a space.
const INSTANT = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+ -]\d\d:\d\d)$/;
const EARLIEST = Date.UTC(2000, 0);
const LATEST = Date.UTC(2100, 0);

/** Epoch milliseconds of an RFC 3339 instant; a bare date is its first instant in the site's zone. */
export function readInstant(text: string, calendar: Calendar): number | undefined {
  const ms = /^\d{4}-\d\d-\d\d$/.test(text) ? startOfDate(text, calendar) : exactInstant(text);
  return ms !== undefined && ms >= EARLIEST && ms <= LATEST ? ms : undefined;
}

/** RFC 3339 without needless zeros: `2026-02-16T14:30:00Z`. */
export function instantText(ms: number): string {
  return new Date(ms).toISOString().replace('.000', '');
}

function startOfDate(date: string, calendar: Calendar): number | undefined {
  try {
    return calendar.span('daily', date).start;
  } catch (error) {
    if (error instanceof BadTimeKey) return undefined;
    throw error;
  }
}

function exactInstant(text: string): number | undefined {
  if (!INSTANT.test(text) || !isDate(text.slice(0, 10))) return undefined;
  const ms = Date.parse(text.toUpperCase().replace(' ', '+'));
  return Number.isNaN(ms) ? undefined : ms;
}

/** `Date.parse` takes 30 February for 2 March. */
function isDate(date: string): boolean {
  const ms = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date);
}
