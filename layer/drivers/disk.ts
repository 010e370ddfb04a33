import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  checkKey,
  checkPrefix,
  type Listed,
  type ListOptions,
  type ObjectStore,
} from '@sgraph-backbone/layer/store';
import { breather } from './breath.ts';
import { diskLock } from './disk-lock.ts';
import { listObjects, readInfo, readObject } from './disk-reader.ts';
import { tempFiles } from './disk-temp.ts';
import { diskWriter } from './disk-writer.ts';
import type { DriverOptions } from './driver-options.ts';

/** No key has a name like this: `%s` is no escape. */
const OWN_FOLDER = '%store';

/** A disk store has a lock file open until it is closed. */
export interface DiskObjectStore extends ObjectStore {
  close(): void;
}

/**
 * A folder of plain files, one for each key, that any number of processes may use at a time.
 * An ETag is the file's time, which is another one for every write, and its size: a change by any other
 * program counts as a write. Where the clock goes back, times go on from the last one.
 */
export function diskObjectStore(folder: string, { now = Date.now }: DriverOptions = {}): DiskObjectStore {
  const root = `${resolve(folder)}/`;
  const own = root + OWN_FOLDER;
  // Log objects and secrets: for nobody else.
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const temp = tempFiles(`${own}/temp`);
  const lock = diskLock(own);
  lock.locked(temp.removeLeftOver);
  const writer = diskWriter(root, temp, lock, now);
  const breathe = breather();

  async function* list(prefix: string, options: ListOptions = {}): AsyncIterable<Listed> {
    checkPrefix(prefix);
    for (const row of listObjects(root, prefix, options)) {
      await breathe();
      yield row;
    }
  }

  return {
    async get(key, options = {}) {
      checkKey(key);
      await breathe();
      return readObject(root, key, options);
    },
    async head(key) {
      checkKey(key);
      await breathe();
      return readInfo(root, key);
    },
    async put(key, bytes, options = {}) {
      checkKey(key);
      const written = writer.put(key, bytes, options);
      await breathe();
      return written;
    },
    async delete(key, options = {}) {
      checkKey(key);
      writer.delete(key, options);
      await breathe();
    },
    async move(from, to, options) {
      checkKey(from);
      checkKey(to);
      const moved = writer.move(from, to, options);
      await breathe();
      return moved;
    },
    list,
    close: lock.close,
  };
}
