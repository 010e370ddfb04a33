import { calendarOf } from '@sgraph-backbone/layer/rollups';

/** Of an answer's echo of its question, what tells one file from another. */
export interface NamedQuestion {
  readonly feed: string;
  readonly feeds: readonly string[];
  readonly host: string | null;
  readonly class: string;
  readonly filter: readonly string[];
  readonly key: string | null;
  readonly from: string;
  readonly to: string;
  readonly timezone: string;
}

/** Name of a CSV file: whose numbers, of what, when; such as `backbone-standard.default-paths-2026-02-16`. */
export function csvName(question: NamedQuestion, what: string): string {
  const { feed, feeds, host, class: of, filter } = question;
  const parts = [
    'backbone',
    feeds.length === 1 ? feeds[0]! : feed,
    host,
    what,
    question.key ?? daysOf(question),
    of === 'all' ? null : of,
    filter.length > 0 ? 'filtered' : null,
  ];
  return parts.flatMap((part) => part?.replace(/[^\w.-]+/g, '-').replaceAll('_', '-') ?? []).join('-');
}

function daysOf({ from, to, timezone }: NamedQuestion): string {
  const { dayOf } = calendarOf(timezone);
  const [first, last] = [dayOf(Date.parse(from)), dayOf(Date.parse(to) - 1)];
  return first === last ? first : `${first}-to-${last}`;
}
