import { checkPrefix, compareKeys, type Listed, type ListOptions } from '@sgraph-backbone/layer/store';
import type { SortedKeys } from './sorted-keys.ts';

/** Listing of a driver that has all its keys in memory; they may change between two rows. */
export async function* sortedRows(
  objects: ReadonlyMap<string, { readonly size: number; readonly etag: string; readonly modified: number }>,
  keys: SortedKeys,
  prefix: string,
  { delimiter, startAfter = '', limit = Number.POSITIVE_INFINITY }: ListOptions = {},
): AsyncIterable<Listed> {
  checkPrefix(prefix);
  let key = keys.after(startAfter, prefix);
  for (let left = limit; left > 0 && key?.startsWith(prefix); left--) {
    const cut = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length);
    if (cut < 0) {
      const { size, etag, modified } = objects.get(key)!;
      yield { key, size, etag, modified };
      key = keys.after(key, prefix);
    } else {
      const folded = key.slice(0, cut + 1);
      if (compareKeys(folded, startAfter) > 0) yield { prefix: folded };
      else left++;
      key = keys.afterFolder(folded);
    }
  }
}
