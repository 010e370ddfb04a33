import { statSync, utimesSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { patiently } from './sqlite-patience.ts';

/** Stamps are multiples of this many microseconds; the two lowest bits are free for what a file tells. */
export const STAMP_STEP = 4;

/** The one writer at a time of a disk store, over all processes. */
export interface DiskLock {
  /** Runs `work`, which never waits, while no other process writes. */
  locked<T>(work: () => T): T;
  /** A time that no write before has had, in microseconds, at least `now` (milliseconds). Inside the lock. */
  stamp(now: number): number;
  close(): void;
}

/**
 * SQLite's write lock on a file that is never written to: the operating system releases it when a process
 * dies, and no journal can be left half-way. The last stamp is the time of a file beside it.
 */
export function diskLock(folder: string): DiskLock {
  const clock = `${folder}/clock`;
  const database = new DatabaseSync(`${folder}/lock.sqlite`);
  // An empty database would be initialised, through a journal, by every transaction.
  patiently(() => database.exec('PRAGMA synchronous = OFF; CREATE TABLE IF NOT EXISTS lock (held)'));
  const begin = database.prepare('BEGIN IMMEDIATE');
  const end = database.prepare('ROLLBACK');

  return {
    locked(work) {
      patiently(() => begin.run());
      try {
        return work();
      } finally {
        end.run();
      }
    },
    stamp(now) {
      const last = timeOf(clock);
      if (last === undefined) writeFileSync(clock, '');
      const next = Math.max(Math.floor(now) * 1000, nextStep(last ?? 0));
      setTime(clock, next);
      return next;
    },
    close() {
      if (database.isOpen) database.close();
    },
  };
}

/** Sets the time of a file, microseconds. */
export function setTime(path: string, microseconds: number): void {
  utimesSync(path, microseconds / 1e6, microseconds / 1e6);
}

/** Microseconds of a file time: seconds as a double are off by less than half of one. */
export function microsecondsOf(nanoseconds: bigint): number {
  return Number((nanoseconds + 500n) / 1000n);
}

function timeOf(path: string): number | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && microsecondsOf(found.mtimeNs);
}

function nextStep(last: number): number {
  return last - (last % STAMP_STEP) + STAMP_STEP;
}
