import { CLASSES } from '@sgraph-backbone/layer/logs';
import { type Calendar, calendarOf, PERIODS } from '@sgraph-backbone/layer/rollups';
import { malformed, schema as z } from '@sgraph-backbone/layer/runtime';
import { readSettings, type SiteSettings } from '@sgraph-backbone/layer/settings';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { chooseFeeds, type FeedChoice } from './feeds.ts';
import { INSTANT_FORM, instantText } from './instant.ts';
import { type Filter, filterParameter, filterText } from './rows/filter.ts';
import { readTimeRange, type TimeRange } from './time-range.ts';

/** Parameters that every traffic question takes (measures.md, section 6). */
export const QUESTION = {
  period: z.enum(PERIODS).optional().meta({ description: 'with key: a window' }),
  key: z.string().optional().meta({ description: 'time key, such as 2026-02-16, 2026-W07, 2026-02-16-14' }),
  from: z
    .string()
    .optional()
    .meta({ description: `inclusive; ${INSTANT_FORM}` }),
  to: z
    .string()
    .optional()
    .meta({ description: 'exclusive; the same forms. Without both and period: today' }),
  feed: z
    .string()
    .optional()
    .meta({ description: 'a kind (standard, realtime, application) or one feed; default: the primary kind' }),
  host: z.string().optional().meta({ description: 'one of the hosts in the settings' }),
  class: z
    .enum(['all', ...CLASSES])
    .default('all')
    .meta({ description: 'who asked' }),
  filter: filterParameter,
};

const question = z.object(QUESTION);
export type QuestionParameters = z.infer<typeof question>;
export type ClassChoice = QuestionParameters['class'];

/** A question as understood, defaults filled in. */
export interface Question extends FeedChoice {
  readonly range: TimeRange;
  readonly host: string | undefined;
  readonly class: ClassChoice;
  /** All of them must match; none: everything counts. */
  readonly filters: readonly Filter[];
  readonly calendar: Calendar;
  readonly now: number;
}

/** Fills in what the settings and the store say. Throws 400 and 404 as `measures.md`, section 6, asks. */
export async function understand(
  data: ObjectStore,
  given: QuestionParameters,
  now: number,
): Promise<Question> {
  const settings = await readSettings(data);
  const calendar = calendarOf(settings.timezone);
  const range = readTimeRange(given, calendar, now);
  const host = checkedHost(given.host, settings);
  const chosen = await chooseFeeds(data, given.feed, settings.primary);
  return { ...chosen, range, host, class: given.class, filters: given.filter ?? [], calendar, now };
}

/** The question in its answer. */
export function echo({ range, feed, feeds, host, class: of, filters, calendar }: Question) {
  return {
    ...echoTime(range),
    timezone: calendar.timezone,
    feed,
    feeds: [...feeds],
    host: host ?? null,
    class: of,
    filter: filters.map(filterText),
  };
}

/** The time of a question in its answer. */
export function echoTime({ tile, start, end }: TimeRange) {
  return {
    period: tile?.period ?? null,
    key: tile?.time_key ?? null,
    from: instantText(start),
    to: instantText(end),
  };
}

function checkedHost(host: string | undefined, { hosts }: SiteSettings): string | undefined {
  const name = host?.toLowerCase();
  if (name === undefined || hosts.includes(name)) return name;
  const named = hosts.length === 0 ? 'none: no host is named in the settings' : hosts.join(', ');
  throw malformed([{ name: 'host', given: host, accepted: named }]);
}
