import { rmSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { BadStoreInput } from '@sgraph-backbone/layer/store';
import { isBusy } from './sqlite-patience.ts';

/**
 * Holds a file for this process alone, until it is released or the process dies: SQLite's lock on a file beside it.
 * Throws BadStoreInput where another has it.
 */
export function zipLock(file: string): { release(): void } {
  const path = `${file}.lock`;
  for (;;) {
    const before = inodeOf(path);
    const database = locked(path, file);
    const held = inodeOf(path);
    // Whoever had it before may have removed the file after it was opened here: then the lock is on none.
    if (held !== undefined && (before === undefined || before === held))
      return {
        release() {
          rmSync(path, { force: true });
          database.close();
        },
      };
    database.close();
  }
}

function locked(path: string, file: string): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if (!isBusy(error)) throw error;
    throw new BadStoreInput(
      `${file} is open in another process: a zip: store is for one at a time (sqlite:<file> is for several)`,
    );
  }
}

function inodeOf(path: string): bigint | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
}
