import { CLASSES } from '@sgraph-backbone/layer/logs';
import { type Dimension, type RollupRange, type TopEntry, topPage } from '@sgraph-backbone/layer/rollups';
import type { ClassChoice } from './question.ts';

export interface TopAnswer {
  readonly entries: readonly TopEntry[];
  readonly other: Omit<TopEntry, 'value'>;
  readonly cut_off: number;
  /** Entries on all pages. */
  readonly total: number;
}

export interface TopQuestion {
  readonly dimension: Dimension | 'class';
  readonly class: ClassChoice;
  readonly offset: number;
  readonly limit: number;
}

/** A page of a top list. The classes are a list too, though no roll-up has a table of them. */
export function topOf(
  range: RollupRange,
  { dimension, class: choice, offset, limit }: TopQuestion,
): TopAnswer {
  if (dimension !== 'class') return topPage(range.top, dimension, choice, { offset, limit });
  const entries = classEntries(range, choice);
  return {
    entries: entries.slice(offset, offset + limit),
    other: { requests: 0, page_views: 0, bytes: 0, errors: 0 },
    cut_off: 0,
    total: entries.length,
  };
}

function classEntries({ measures }: RollupRange, choice: ClassChoice): TopEntry[] {
  return CLASSES.filter((name) => choice === 'all' || choice === name)
    .map((name) => ({
      value: name,
      requests: measures[name].total_requests ?? 0,
      page_views: measures[name].page_views ?? 0,
      bytes: measures[name].total_bytes ?? 0,
      errors: measures[name].error_count ?? 0,
    }))
    .filter(({ requests }) => requests > 0)
    .sort((a, b) => b.requests - a.requests);
}
