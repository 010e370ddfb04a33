import { CLASSES } from '@sgraph-backbone/layer/logs';
import {
  COLUMNS,
  type Column,
  type Dimension,
  type RollupRange,
  type TopEntry,
  topPage,
} from '@sgraph-backbone/layer/rollups';
import type { ClassChoice } from './question.ts';

export type Counts = Omit<TopEntry, 'value'>;

export interface TopAnswer {
  readonly entries: readonly TopEntry[];
  /** Requests without a value; null where requests are not known, or the list is not one of requests. */
  readonly none: Counts | null;
  /** What is beyond the longest list that is kept, and what is left out of this one. */
  readonly other: Counts;
  readonly cut_off: number;
  /** Entries on all pages. */
  readonly total: number;
}

export interface TopQuestion {
  readonly dimension: Dimension | 'class';
  readonly class: ClassChoice;
  readonly sort: Column;
  readonly offset: number;
  readonly limit: number;
}

/**
 * A page of a top list, the highest of a column first. By requests, whatever has been counted is listed: of what
 * applications report, not all is a request. By another column, what has nothing in it is left to `other`. Entries,
 * `none` and `other` add up to the window's measures. The classes are a list too, though no roll-up has a table of them.
 */
export function topOf(range: RollupRange, question: TopQuestion): TopAnswer {
  const { dimension, class: choice, sort, offset, limit } = question;
  const list = dimension === 'class' ? classList(range, choice) : tableList(range, dimension, choice);
  const sorted = list.entries.filter((entry) => isListed(entry, sort)).sort((a, b) => b[sort] - a[sort]);
  const leftOut = list.entries.filter((entry) => !isListed(entry, sort));
  return {
    entries: sorted.slice(offset, offset + limit),
    none: isOfEvents(range.feed, dimension)
      ? null
      : noneOf(range.measures[choice], [...list.entries, list.other]),
    other: sumOf([list.other, ...leftOut]),
    cut_off: list.cut_off,
    total: sorted.length,
  };
}

/** Whether a list that is sorted by a column shows it. */
export function isListed(counts: Counts, sort: Column): boolean {
  return sort === 'requests' ? hasAny(counts) : counts[sort] > 0;
}

function hasAny(counts: Counts): boolean {
  return COLUMNS.some((column) => counts[column] > 0);
}

function sumOf(all: readonly Counts[]): Counts {
  return columnsOf((column) => all.reduce((sum, counts) => sum + counts[column], 0));
}

/** Lists of applications that count events, of which not all are requests. */
function isOfEvents(feed: string, dimension: TopQuestion['dimension']): boolean {
  return feed.split('.', 1)[0] === 'application' && OF_EVENTS.has(dimension);
}

const OF_EVENTS: ReadonlySet<string> = new Set(['event_type', 'token', 'token_rejected']);

function tableList(range: RollupRange, dimension: Dimension, choice: ClassChoice) {
  return topPage(range.top, dimension, choice, { limit: Number.POSITIVE_INFINITY });
}

const NOTHING: Counts = { requests: 0, page_views: 0, bytes: 0, errors: 0 };

function classList({ measures }: RollupRange, choice: ClassChoice) {
  const entries = CLASSES.filter((name) => choice === 'all' || choice === name)
    .map((name) => ({ value: name, ...countsOf(measures[name]) }))
    .filter(hasAny);
  return { entries, other: NOTHING, cut_off: 0 };
}

function countsOf(measures: RollupRange['measures'][ClassChoice]): Counts {
  return {
    requests: measures.total_requests ?? 0,
    page_views: measures.page_views ?? 0,
    bytes: measures.total_bytes ?? 0,
    errors: measures.error_count ?? 0,
  };
}

// Lists hold what had a value: what the measures count beyond them had none.
function noneOf(measures: RollupRange['measures'][ClassChoice], listed: readonly Counts[]): Counts | null {
  if (measures.total_requests === null) return null;
  const all = countsOf(measures);
  const sum = sumOf(listed);
  return columnsOf((column) => Math.max(0, all[column] - sum[column]));
}

function columnsOf(count: (column: Column) => number): Counts {
  return Object.fromEntries(COLUMNS.map((column) => [column, count(column)])) as unknown as Counts;
}
