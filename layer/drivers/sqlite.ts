import {
  checkKey,
  checkPrefix,
  compareKeys,
  type Listed,
  type ListOptions,
  type ObjectStore,
  resolveRange,
} from '@sgraph-backbone/layer/store';
import { breather } from './breath.ts';
import { checkConditions } from './conditions.ts';
import type { DriverOptions } from './driver-options.ts';
import { type Half, openSqlite, type SqliteDatabase } from './sqlite-database.ts';
import { etagOf, type SqliteTable, sqliteTable } from './sqlite-table.ts';

/** Both halves of a store, in one file. */
export interface SqliteStore {
  readonly data: ObjectStore;
  readonly observability: ObjectStore;
  close(): void;
}

/** Rows that a listing begins with, and the most that it reads at a time: many listings end with the first. */
const FIRST_ROWS = 64;
const MOST_ROWS = 2048;

/**
 * A SQLite file that any number of processes of one machine may use at a time. An ETag is the number of a write,
 * and when it was. Throws BadStoreInput for a file that is something else.
 */
export function sqliteStore(file: string, { now = Date.now }: DriverOptions = {}): SqliteStore {
  const connection = openSqlite(file);
  return {
    data: objectsOf(connection, 'data', now),
    observability: withDestruction(connection, objectsOf(connection, 'observability', now)),
    close: connection.close,
  };
}

function objectsOf(connection: SqliteDatabase, half: Half, now: () => number): ObjectStore {
  const table = sqliteTable(connection, half);
  const breathe = breather();
  return {
    async get(key, { range, ifMatch } = {}) {
      checkKey(key);
      await breathe();
      const found = table.get(key, ({ size, etag }) => {
        checkConditions(key, etag, { ifMatch });
        return resolveRange(size, range);
      });
      if (found === undefined) checkConditions(key, undefined, { ifMatch });
      return found && { ...found.info, bytes: found.bytes };
    },
    async head(key) {
      checkKey(key);
      await breathe();
      return table.head(key);
    },
    async put(key, bytes, options = {}) {
      checkKey(key);
      const written = table.put(key, bytes, options, now());
      await breathe();
      return written;
    },
    async delete(key, options = {}) {
      checkKey(key);
      table.delete(key, options);
      await breathe();
    },
    async move(from, to, options) {
      checkKey(from);
      checkKey(to);
      const moved = table.move(from, to, options, now());
      await breathe();
      return moved;
    },
    async *list(prefix, options) {
      checkPrefix(prefix);
      for (const row of listed(table, prefix, options)) {
        await breathe();
        yield row;
      }
    },
  };
}

/**
 * Rows of a listing, read in pages: each is of one state of the table, and none keeps a writer from finishing.
 * No key holds NUL, so that a text with NUL behind it is where the keys after it begin.
 */
function* listed(table: SqliteTable, prefix: string, options: ListOptions = {}): Generator<Listed> {
  const { delimiter, startAfter = '', limit = Number.POSITIVE_INFINITY } = options;
  const foldedAt = (key: string) => (delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length));
  const before = prefix === '' ? undefined : behind(prefix);
  let left = limit;
  let from = prefix;
  if (startAfter !== '' && compareKeys(startAfter, prefix) >= 0) {
    const cut = startAfter.startsWith(prefix) ? foldedAt(startAfter) : -1;
    from = cut < 0 ? `${startAfter}\0` : behind(startAfter.slice(0, cut + 1));
  }
  for (let size = FIRST_ROWS; left > 0; size = Math.min(size * 4, MOST_ROWS)) {
    const wanted = Math.min(left, size);
    const rows = table.rows(from, before, wanted);
    let folder: string | undefined;
    for (const { key, size, id, modified } of rows) {
      if (folder !== undefined && key.startsWith(folder)) continue;
      const cut = foldedAt(key);
      folder = cut < 0 ? undefined : key.slice(0, cut + 1);
      yield folder === undefined
        ? { key, size, etag: etagOf({ id, modified }), modified }
        : { prefix: folder };
      left--;
    }
    if (rows.length < wanted) return;
    from = folder === undefined ? `${rows.at(-1)!.key}\0` : behind(folder);
  }
}

/** The first text behind all that begin with this folder: `0` is the character after `/`. */
function behind(folder: string): string {
  return `${folder.slice(0, -1)}0`;
}

/**
 * Deleted here means destroyed: what is left of it in the write-ahead log goes as well. While another process reads
 * an older state it stays, until the log is begun anew, at the latest when the last process closes the file.
 */
function withDestruction({ database }: SqliteDatabase, store: ObjectStore): ObjectStore {
  return {
    ...store,
    async delete(key, options) {
      await store.delete(key, options);
      database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
    },
  };
}
