import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BadStoreInput, StoreFailed } from '@sgraph-backbone/layer/store';
import { patiently, sqliteCode } from './sqlite-patience.ts';

/** "BBst": how a file says that it is a store of Backbone's. */
const APPLICATION = 0x42_42_73_74;

/** Version of the tables. */
const FORMAT = 1;

const NOT_A_DATABASE = 26;

/** The two halves of a store, each a table. */
export type Half = 'data' | 'observability';

// AUTOINCREMENT: no id comes twice, so that an ETag made of it is that of one write alone.
const TABLES = ['data', 'observability']
  .map(
    (half) => `
  CREATE TABLE ${half} (
    id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, size INTEGER NOT NULL,
    modified INTEGER NOT NULL, type TEXT, encoding TEXT, metadata TEXT, bytes BLOB);
  CREATE TABLE ${half}_pieces (
    id INTEGER NOT NULL, start INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (id, start));`,
  )
  .join('');

/** A connection to a store's file. Calls never wait for the event loop, so a process has one at a time. */
export interface SqliteDatabase {
  readonly database: DatabaseSync;
  /** Runs what reads. Throws StoreFailed, with one line of what SQLite says. */
  read<T>(work: () => T): T;
  /** Runs several reads on one state of the file. */
  snapshot<T>(work: () => T): T;
  /** Runs `work` while no other connection writes; after an error nothing of it is left. */
  write<T>(work: () => T): T;
  close(): void;
}

/** Opens a file, which is made if absent, with its folder, for nobody else. Throws BadStoreInput. */
export function openSqlite(file: string): SqliteDatabase {
  const path = resolve(file);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
  const database = new DatabaseSync(path);
  try {
    prepare(database, path);
  } catch (error) {
    database.close();
    if (sqliteCode(error) === NOT_A_DATABASE) throw foreign(path);
    throw asFailure(path, error);
  }
  const within = <T>(begin: string, work: () => T): T => {
    patiently(() => database.exec(begin));
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      // A full disk has rolled it back already.
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  };
  const told = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw asFailure(path, error);
    }
  };
  return {
    database,
    read: (work) => told(() => patiently(work)),
    snapshot: (work) => told(() => within('BEGIN', () => patiently(work))),
    write: (work) => told(() => within('BEGIN IMMEDIATE', work)),
    close: () => {
      if (database.isOpen) database.close();
    },
  };
}

function prepare(database: DatabaseSync, path: string): void {
  // What was deleted is overwritten: it may have been a key, or a log.
  patiently(() => database.exec('PRAGMA secure_delete = ON; PRAGMA synchronous = NORMAL'));
  if (pragma(database, 'application_id') === 0) patiently(() => create(database, path));
  if (pragma(database, 'application_id') !== APPLICATION) throw foreign(path);
  const format = pragma(database, 'user_version');
  if (format !== FORMAT)
    throw new BadStoreInput(`${path} has format ${format} of SQLite stores; this program knows ${FORMAT}`);
  // Readers see the last state while somebody writes.
  if (patiently(() => pragma(database, 'journal_mode = WAL')) !== 'wal')
    throw new BadStoreInput(`${path} is on a file system where SQLite can't let several processes in`);
}

/** Makes the tables of a new file; of several processes that do so one finds nothing. */
function create(database: DatabaseSync, path: string): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    if (pragma(database, 'application_id') === 0) {
      if (pragma(database, 'schema_version') !== 0) throw foreign(path);
      database.exec(`${TABLES} PRAGMA user_version = ${FORMAT}; PRAGMA application_id = ${APPLICATION}`);
    }
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function pragma(database: DatabaseSync, name: string): unknown {
  return Object.values(patiently(() => database.prepare(`PRAGMA ${name}`).get())!)[0];
}

function foreign(path: string): BadStoreInput {
  return new BadStoreInput(`${path} is no store of Backbone's, and is left as it is`);
}

/** What SQLite says, in one line with the file; other errors as they are. */
function asFailure(path: string, error: unknown): unknown {
  const code = sqliteCode(error);
  if (code === undefined) return error;
  return new StoreFailed(`SQLITE_${code}`, `${path}: ${(error as Error).message}`, { cause: error });
}
