import { CLASSES, type Class } from '@sgraph-backbone/layer/logs';
import {
  contentHash,
  type Dimension,
  type EncodedTable,
  type Measures,
  NEVER_CUT,
  type RollupRange,
  type Span,
  type TopLists,
  unknownMeasures,
  VIEWS,
} from '@sgraph-backbone/layer/rollups';
import type { Question } from '../question.ts';
import type { Filter } from './filter.ts';
import { isReadable } from './read-rows.ts';

/**
 * Whether roll-ups answer what the rows can't, because there would be too many: a single filter by a dimension that
 * is never cut. They know requests, page views, bytes and errors by it, and no list but its own.
 */
export function isAnsweredByTable({ filters }: Question, span: Span, list?: Dimension | 'class'): boolean {
  const [filter, ...more] = filters;
  if (filter === undefined || more.length > 0 || isReadable(span)) return false;
  const isListed = list === undefined || list === 'class' || list === filter.dimension;
  return isListed && NEVER_CUT.has(filter.dimension);
}

/** A range with the counts of the filtered values alone, what no table knows being null; without a filter as it is. */
export function countsOfTable(range: RollupRange, { filters }: Pick<Question, 'filters'>): RollupRange {
  const [filter] = filters;
  if (filter === undefined) return range;
  const lists = perClass((name) => listOf(range.top[name][filter.dimension], filter));
  const top = perClass((name): TopLists => (lists[name] ? { [filter.dimension]: lists[name] } : {}));
  const views = VIEWS.map((view) => {
    const own = view === 'all' ? CLASSES.map((name) => lists[name]) : [lists[view]];
    return [view, countsOf(range.measures[view], own)] as const;
  });
  const measures = Object.fromEntries(views) as unknown as RollupRange['measures'];
  const content_hash = contentHash({ of: range.content_hash, filter: [filter.dimension, filter.value] });
  return { ...range, measures, top, content_hash };
}

function perClass<T>(of: (name: Class) => T): Record<Class, T> {
  return Object.fromEntries(CLASSES.map((name) => [name, of(name)])) as Record<Class, T>;
}

function listOf(list: EncodedTable | undefined, { matches }: Filter): EncodedTable | undefined {
  if (list === undefined) return undefined;
  const kept = <T>(column: readonly T[]) => column.filter((_, row) => matches(list.value[row]!));
  const { value, requests, page_views, bytes, errors } = list;
  return {
    value: kept(value),
    requests: kept(requests),
    page_views: kept(page_views),
    bytes: kept(bytes),
    errors: kept(errors),
  };
}

function countsOf(whole: Measures, lists: readonly (EncodedTable | undefined)[]): Measures {
  const sum = (column: 'requests' | 'page_views' | 'bytes' | 'errors') =>
    lists.reduce((total, list) => total + (list?.[column].reduce((a, b) => a + b, 0) ?? 0), 0);
  const known = (value: number | null, counted: number) => (value === null ? null : counted);
  return {
    ...unknownMeasures(),
    total_requests: known(whole.total_requests, sum('requests')),
    page_views: known(whole.page_views, sum('page_views')),
    total_bytes: known(whole.total_bytes, sum('bytes')),
    error_count: known(whole.error_count, sum('errors')),
  };
}
