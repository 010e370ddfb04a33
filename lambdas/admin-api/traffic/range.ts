import {
  mergeRollups,
  type RangePart,
  type RollupRange,
  type Span,
  type Tile,
} from '@sgraph-backbone/layer/rollups';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import type { Question } from './question.ts';
import { openRollups, type RollupReader } from './rollup-reader.ts';

/** One reader per feed of a question; of a kind without any data one that knows nothing. */
export function openFeeds(data: ObjectStore, question: Question): Promise<RollupReader[]> {
  const { host, calendar, now } = question;
  return Promise.all(question.feeds.map((feed) => openRollups({ data, feed, host, calendar, now })));
}

/** All that is known of a question's time, from the largest roll-ups that tile it, its feeds together. */
export async function readRange(data: ObjectStore, question: Question): Promise<RollupRange> {
  const { range, calendar } = question;
  const tiles = range.tile === undefined ? calendar.tile(range.start, range.end) : [range.tile];
  const readers = await openFeeds(data, question);
  return mergeTiles(readers, tiles, range, question);
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
