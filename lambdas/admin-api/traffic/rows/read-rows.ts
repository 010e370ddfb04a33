import type { BatchColumn } from '@sgraph-backbone/layer/batches';
import { coverageOf } from '@sgraph-backbone/layer/ledger';
import {
  covers,
  HALF_HOUR,
  type Kind,
  type RollupRange,
  rangeOfRows,
  type Span,
  type Tile,
} from '@sgraph-backbone/layer/rollups';
import { malformed } from '@sgraph-backbone/layer/runtime';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import type { Question } from '../question.ts';
import { filterOf, filterText } from './filter.ts';
import { windowsBetween } from './held-batches.ts';
import { createRowCount, rulesReader } from './row-count.ts';
import { rowsOfWindows } from './window-rows.ts';

/** The longest time whose rows a question may read, in days (measures.md, section 6). */
export const MOST_DAYS = 7;

export interface RowsAnswer {
  /** One for each span. */
  readonly ranges: readonly RollupRange[];
  /** Days some of whose rows have expired: they are not, or not all, in the numbers. */
  readonly expired: readonly string[];
}

/** Whether a time is short enough. A week may have an hour more than seven times 24. */
export function isReadable({ start, end }: Span): boolean {
  return end - start <= MOST_DAYS * 86_400_000 + 2 * HALF_HOUR;
}

/**
 * Counts the raw rows that a question's filters mean, in spans that follow each other. What counts is what the
 * consolidated windows hold. Throws 400 for more than 7 days.
 */
export async function readRows(
  data: ObjectStore,
  question: Question,
  spans: readonly Span[],
  columns: ReadonlySet<BatchColumn>,
): Promise<RowsAnswer> {
  const whole = { start: spans[0]!.start, end: spans.at(-1)!.end };
  if (!isReadable(whole)) throw tooLong(question);
  const { feeds, calendar } = question;
  const coverages = await Promise.all(feeds.map((feed) => coverageOf(data, feed)));
  const listed = await Promise.all(feeds.map((feed) => windowsBetween(data, feed, whole)));
  const windows = listed.flat().sort((a, b) => a.start - b.start);
  const rulesOf = rulesReader(data);
  const kind = question.feed.split('.', 1)[0] as Kind;
  const filters = filtersOf(question);
  const counts = spans.map(() => createRowCount(filters, columns, kind, rulesOf));
  const expired = new Set<number>();
  let at = 0;
  for await (const { window, batches, expired: gone } of rowsOfWindows(data, windows)) {
    while (window.start >= spans[at]!.end) at += 1;
    const seen = new Set<number>();
    for (const batch of batches) await counts[at]!.add(batch, seen);
    if (gone) expired.add(window.start);
  }
  const ranges = spans.map((span, index) => {
    const inside = windows.filter(({ start }) => start >= span.start && start < span.end);
    const complete = !inside.some(({ start }) => expired.has(start));
    const known = knowledgeOf(question, span, { coverages, inside });
    return rangeOfRows({
      feed: question.feed,
      host: question.host,
      calendar,
      now: question.now,
      ...span,
      ...counts[index]!.finish(),
      gaps: known.gaps,
      known: known.any && (complete || inside.some(({ start }) => !expired.has(start))),
      status: known.covered && complete ? 'final' : 'partial',
      source_count: inside.length,
      sources_final: known.final,
    });
  });
  return { ranges, expired: [...new Set([...expired].map((start) => calendar.dayOf(start)))] };
}

interface Found {
  /** By feed. */
  readonly coverages: readonly (readonly Span[])[];
  readonly inside: readonly { readonly feed: string; readonly start: number }[];
}

/** What is known of a span: a time without a window is zero inside coverage, and a gap outside. */
function knowledgeOf({ feeds, calendar }: Question, span: Span, { coverages, inside }: Found) {
  const coverageOfFeed = (feed: string) => coverages[feeds.indexOf(feed)] ?? [];
  const isCovered = (at: Span) => coverages.some((coverage) => covers(coverage, at));
  const isUnknown = ({ period, time_key }: Tile) => {
    const tile = calendar.span(period, time_key);
    return !isCovered(tile) && !inside.some(({ start }) => start >= tile.start && start < tile.end);
  };
  const covered = coverages.length > 0 && coverages.every((coverage) => covers(coverage, span));
  const tiles = covered ? [] : calendar.tile(span.start, span.end);
  // As roll-ups tell it: what is missing altogether, else the parts of it that are.
  const gaps = tiles.flatMap((tile) =>
    isUnknown(tile) ? [tile] : calendar.children(tile.period, tile.time_key).filter(isUnknown),
  );
  const isFinal = ({ feed, start }: Found['inside'][number]) =>
    covers(coverageOfFeed(feed), { start, end: start + HALF_HOUR });
  return {
    covered,
    any: inside.length > 0 || covered || !tiles.every(isUnknown),
    gaps: gaps.map(({ time_key }) => time_key),
    final: inside.filter(isFinal).length,
  };
}

function filtersOf({ filters, host }: Question) {
  return host === undefined ? filters : [...filters, filterOf('host', host)];
}

function tooLong({ filters }: Question) {
  const accepted = `at most ${MOST_DAYS} days with a filter that no roll-up answers: it reads the raw rows`;
  return malformed([{ name: 'filter', given: filters.map(filterText), accepted }]);
}
