import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { cursorOf } from '../parameters.ts';
import { READABLE, refuseUnreadable } from './readable.ts';

export interface Page {
  readonly limit: number;
  /** Key that the last page ended with. */
  readonly cursor?: string;
}

/** One folder level of the store: what lies directly below a path, a page at a time. */
export async function browse(data: ObjectStore, path: string, { limit, cursor }: Page) {
  const folder = path.replace(/\/+$/, '');
  if (folder === '')
    return { path: '', folders: READABLE.map((name) => `${name}/`), entries: [], next_cursor: null };
  refuseUnreadable(folder);
  const folders: string[] = [];
  const entries: { key: string; size: number; etag: string; modified: number }[] = [];
  let last: string | undefined;
  for await (const row of data.list(`${folder}/`, { delimiter: '/', startAfter: cursor, limit: limit + 1 })) {
    if (folders.length + entries.length === limit) {
      return { path: `${folder}/`, folders, entries, next_cursor: cursorOf(last) };
    }
    if ('prefix' in row) folders.push(row.prefix);
    else entries.push({ key: row.key, size: row.size, etag: row.etag, modified: row.modified });
    last = 'prefix' in row ? `${row.prefix}${LAST_CHARACTER}` : row.key;
  }
  return { path: `${folder}/`, folders, entries, next_cursor: null };
}

/** Sorts after everything inside a folder, so that the next page does not begin with the folder again. */
const LAST_CHARACTER = '\u{10ffff}';
