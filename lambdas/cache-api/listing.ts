import { compareKeys } from '@sgraph-backbone/layer/store';
import type { Paging } from './query.ts';

/** As much of a listing as was asked for. */
export interface ListPage<Row = string> {
  readonly rows: readonly Row[];
  /** Present where there is more: the next page begins behind it. */
  readonly next?: string;
}

/** The first rows of a listing that begins behind its cursor. */
export async function pageOf(
  rows: AsyncIterable<string>,
  { limit, cursor }: Paging & { readonly limit: number },
  isBehind: (row: string, cursor: string) => boolean = (row, last) => compareKeys(row, last) > 0,
): Promise<ListPage> {
  const taken: string[] = [];
  for await (const row of rows) {
    if (cursor !== undefined && !isBehind(row, cursor)) continue;
    if (taken.length === limit) return { rows: taken, next: taken.at(-1)! };
    taken.push(row);
  }
  return { rows: taken };
}

/** Says in the headers that a list has an end but no completeness: clients of the original read the body alone. */
export function truncation({ next }: { readonly next?: string | undefined }): Record<string, string> {
  return next === undefined ? {} : { 'x-truncated': 'true', 'x-next-cursor': encodeURIComponent(next) };
}
