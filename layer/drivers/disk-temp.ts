import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { BadStoreInput } from '@sgraph-backbone/layer/store';
import { unless } from './disk-file.ts';
import { microsecondsOf, setTime } from './disk-lock.ts';

/** Age from which a temporary file is one that a killed process left. */
const LEFT_OVER_MS = 86_400_000;

/** Any time with microseconds, to see whether a file system keeps them. */
const PROBE = 1_771_252_200_123_457;

/** Files on their way into a store: on the same file system, so that a rename brings them in whole. */
export interface TempFiles {
  /** Writes a new file and hands it on, to be renamed; after any error (a full disk) nothing of it is left. */
  with<T>(bytes: Uint8Array, use: (path: string) => T): T;
  /** Removes what killed processes left. Inside the lock: between stamp and rename a file may look old. */
  removeLeftOver(): void;
}

/** Opens the folder and sees that the file system can stamp. */
export function tempFiles(folder: string): TempFiles {
  mkdirSync(folder, { recursive: true });
  const own = randomUUID();
  let written = 0;

  function withTemp<T>(bytes: Uint8Array, use: (path: string) => T): T {
    const path = `${folder}/${own}-${written++}`;
    try {
      writeFileSync(path, bytes, { flag: 'wx' });
      return use(path);
    } catch (error) {
      rmSync(path, { force: true });
      throw error;
    }
  }

  // The file system's own clock, not ours, says how old its files are.
  const opened = withTemp(new Uint8Array(), probe);
  return { with: withTemp, removeLeftOver: () => removeOlder(folder, opened - LEFT_OVER_MS) };
}

/** Milliseconds of the file system's clock. */
function probe(path: string): number {
  const { mtimeMs } = statSync(path);
  setTime(path, PROBE);
  const kept = microsecondsOf(statSync(path, { bigint: true }).mtimeNs);
  rmSync(path);
  if (kept === PROBE) return mtimeMs;
  throw new BadStoreInput(
    `A disk store needs a file system that keeps file times to the microsecond: ${path}`,
  );
}

function removeOlder(folder: string, before: number): void {
  for (const name of readdirSync(folder)) {
    const path = `${folder}/${name}`;
    // Another process may be opening the same store.
    const found = unless(['ENOENT'], () => statSync(path));
    if (found !== undefined && found.mtimeMs < before) rmSync(path, { force: true });
  }
}
