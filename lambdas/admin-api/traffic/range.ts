import type { BatchColumn } from '@sgraph-backbone/layer/batches';
import {
  type Dimension,
  mergeRollups,
  type RangePart,
  type RollupRange,
  type Span,
  type Tile,
} from '@sgraph-backbone/layer/rollups';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { FROM_ROLLUPS, type Origin } from './frame.ts';
import type { Question } from './question.ts';
import { openRollups, type RollupReader } from './rollup-reader.ts';
import { readRows } from './rows/read-rows.ts';
import { countsOfTable, isAnsweredByTable } from './rows/table-counts.ts';

/** One reader per feed of a question; of a kind without any data one that knows nothing. */
export function openFeeds(data: ObjectStore, question: Question): Promise<RollupReader[]> {
  const { host, calendar, now } = question;
  return Promise.all(question.sources.map((feed) => openRollups({ data, feed, host, calendar, now })));
}

/** What a question needs of the raw rows, should it have to read them. */
export interface Need {
  readonly columns: ReadonlySet<BatchColumn>;
  /** The list it asks for; without one it asks for measures. */
  readonly list?: Dimension | 'class';
}

export interface RangeAnswer extends Origin {
  readonly range: RollupRange;
}

/**
 * All that is known of a question's time: from the largest roll-ups that tile it, its feeds together; with filters
 * from the raw rows, of which only the columns needed are read. Throws 400 where that would be too many.
 */
export async function readRange(data: ObjectStore, question: Question, need: Need): Promise<RangeAnswer> {
  const { range, calendar, filters } = question;
  if (filters.length > 0 && !isAnsweredByTable(question, range, need.list)) {
    const { ranges, expired } = await readRows(data, question, [range], need.columns);
    return { range: ranges[0]!, source: 'rows', expired };
  }
  const tiles = range.tile === undefined ? calendar.tile(range.start, range.end) : [range.tile];
  const readers = await openFeeds(data, question);
  const whole = await mergeTiles(readers, tiles, range, question);
  return { range: countsOfTable(whole, question), ...FROM_ROLLUPS };
}

/** What the feeds say of these tiles, as one. */
export async function mergeTiles(
  readers: readonly RollupReader[],
  tiles: readonly Tile[],
  span: Span,
  { feed, host, calendar, now }: Question,
): Promise<RollupRange> {
  const places = tiles.flatMap((tile) => (readers.length === 0 ? [unknown(tile)] : partsOf(readers, tile)));
  const parts = await Promise.all(places);
  const { start, end } = span;
  return mergeRollups({ feed, host, start, end, calendar, parts, now });
}

function partsOf(readers: readonly RollupReader[], tile: Tile): Promise<RangePart>[] {
  return readers.map(async (reader) => {
    const { period, time_key } = tile;
    const rollup = await reader.read(tile);
    const coverage = rollup === undefined ? await reader.coverageWithout(tile) : reader.coverage;
    return { period, time_key, rollup, coverage };
  });
}

async function unknown({ period, time_key }: Tile): Promise<RangePart> {
  return { period, time_key, coverage: [] };
}
