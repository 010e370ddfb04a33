import { hash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, unlinkSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { BadStoreInput, checkKey, type ObjectStore, resolveRange } from '@sgraph-backbone/layer/store';
import { breather } from './breath.ts';
import { checkConditions } from './conditions.ts';
import { type ContentFacts, factsOfPut, withMetadata } from './content-facts.ts';
import type { DriverOptions } from './driver-options.ts';
import { sortedKeys } from './sorted-keys.ts';
import { sortedRows } from './sorted-rows.ts';
import { append, openArchive, type PlacedEntry, packedBytes, replaceArchive } from './zip-archive.ts';
import { zipLock } from './zip-lock.ts';
import { keyOfZipName, zipName } from './zip-names.ts';

/** Both halves of a store, in one archive. */
export interface ZipStore {
  readonly data: ObjectStore;
  readonly observability: ObjectStore;
  /** Puts what was changed into the archive, all of it or, where that fails, nothing. */
  close(): void;
}

/** An object in an archive. */
interface ZipObject extends PlacedEntry {
  readonly etag: string;
  readonly facts: ContentFacts;
}

/** What an entry's comment says, as JSON. */
interface Told extends ContentFacts {
  readonly etag: string;
  readonly modified: number;
}

/** Bytes of a comment, and of a content: limits of the archive's format. */
const MOST_COMMENT = 0xffff;
const MOST_BYTES = 0xffffffff;

const DEFLATED = 8;

/** Bytes below which nothing gets smaller that is worth the time. */
const WORTH_DEFLATING = 64;

/**
 * A zip archive as a store, for one process at a time: what is written is in the archive when the store is closed,
 * and not before, so that a killed process leaves the archive as it was. Throws BadStoreInput for a file that is
 * something else, or that another process has open.
 */
export function zipStore(file: string, { now = Date.now }: DriverOptions = {}): ZipStore {
  const path = resolve(file);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const lock = zipLock(path);
  try {
    const archive = openArchive(path);
    const spool = openSpool(path);
    const data = zipHalf('data', archive?.entries ?? [], spool, now);
    const observability = zipHalf('observability', archive?.entries ?? [], spool, now);
    const changed = () => archive === undefined || data.changed() || observability.changed();
    let open = true;
    return {
      data: data.store,
      observability: observability.store,
      close() {
        if (!open) return;
        open = false;
        try {
          if (changed()) replaceArchive(path, allOf(data, observability));
        } finally {
          spool.close();
          if (archive !== undefined) closeSync(archive.file);
          lock.release();
        }
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function* allOf(...halves: readonly Half[]): Generator<PlacedEntry> {
  for (const { objects } of halves) yield* objects();
}

interface Half {
  readonly store: ObjectStore;
  changed(): boolean;
  objects(): Generator<PlacedEntry>;
}

function zipHalf(folder: string, entries: readonly PlacedEntry[], spool: Spool, now: () => number): Half {
  const objects = new Map<string, ZipObject>();
  const keys = sortedKeys();
  const breathe = breather();
  let changes = 0;

  for (const entry of entries) {
    const key = keyOfZipName(folder, entry.name);
    if (key !== undefined) place(key, objectOf(entry));
  }
  changes = 0;

  function place(key: string, object: ZipObject): { etag: string } {
    if (!objects.has(key)) keys.add(key);
    objects.set(key, object);
    changes++;
    return { etag: object.etag };
  }

  function remove(key: string): void {
    if (!objects.delete(key)) return;
    keys.remove(key);
    changes++;
  }

  const store: ObjectStore = {
    async get(key, { range, ifMatch } = {}) {
      checkKey(key);
      await breathe();
      const found = objects.get(key);
      checkConditions(key, found?.etag, { ifMatch });
      if (found === undefined) return undefined;
      const { start, end } = resolveRange(found.size, range);
      return { ...infoOf(key, found), bytes: contentOf(found, start, end) };
    },
    async head(key) {
      checkKey(key);
      await breathe();
      const found = objects.get(key);
      return found && infoOf(key, found);
    },
    async put(key, bytes, options = {}) {
      checkKey(key);
      // The caller may use its buffer again at once.
      const own = new Uint8Array(bytes);
      await breathe();
      checkConditions(key, objects.get(key)?.etag, options);
      const etag = hash('sha256', own).slice(0, 32);
      const told = { etag, modified: now(), ...factsOfPut(key, own, options) };
      return place(key, objectOf({ ...spool.add(own), ...named(folder, key, told) }));
    },
    async delete(key, options = {}) {
      checkKey(key);
      await breathe();
      checkConditions(key, objects.get(key)?.etag, options);
      remove(key);
    },
    list: (prefix, options) => sortedRows(objects, keys, prefix, options),
    async move(from, to, { ifMatch, metadata }) {
      checkKey(from);
      checkKey(to);
      await breathe();
      const found = objects.get(from);
      checkConditions(from, found?.etag, { ifMatch });
      const { etag, facts, ...entry } = found!;
      const told = { etag, modified: now(), ...withMetadata(facts, metadata) };
      const moved = objectOf({ ...entry, ...named(folder, to, told) });
      remove(from);
      return place(to, moved);
    },
  };

  function* inOrder(): Generator<PlacedEntry> {
    for (let key = keys.after('', ''); key !== undefined; key = keys.after(key, '')) yield objects.get(key)!;
  }
  return { store, changed: () => changes > 0, objects: inOrder };
}

function infoOf(key: string, { size, etag, modified, facts }: ZipObject) {
  return { key, size, etag, modified, ...facts };
}

/** Throws BadStoreInput for metadata that no archive can hold. */
function named(folder: string, key: string, told: Told): Pick<PlacedEntry, 'name' | 'comment'> {
  const comment = JSON.stringify(told);
  if (Buffer.byteLength(comment) > MOST_COMMENT)
    throw new BadStoreInput(`In a zip archive metadata have at most ${MOST_COMMENT} bytes: ${key}`);
  return { name: zipName(folder, key), comment };
}

function objectOf(entry: Omit<PlacedEntry, 'modified'>): ZipObject {
  const { etag, modified, ...facts } = JSON.parse(entry.comment) as Told;
  return { ...entry, etag, modified, facts };
}

function contentOf(entry: ZipObject, start: number, end: number): Uint8Array {
  if (entry.method !== DEFLATED && end - start < entry.size) return packedBytes(entry, start, end);
  const packed = packedBytes(entry);
  const whole =
    entry.method === DEFLATED ? inflateRawSync(packed, { maxOutputLength: entry.size || 1 }) : packed;
  if (crc32(whole) !== entry.crc) throw new RangeError(`${entry.name}: its content is damaged`);
  return new Uint8Array(whole.subarray(start, end));
}

/** Contents on their way into the archive. */
interface Spool {
  add(bytes: Uint8Array): Omit<PlacedEntry, 'name' | 'comment' | 'modified'>;
  close(): void;
}

/** In a file without a name: nothing of it is left when the process dies. */
function openSpool(path: string): Spool {
  let file: number | undefined;
  let at = 0;
  const opened = () => {
    const spool = openSync(`${path}.spool`, 'w+', 0o600);
    unlinkSync(`${path}.spool`);
    return spool;
  };
  return {
    add(bytes) {
      if (bytes.length > MOST_BYTES)
        throw new BadStoreInput(`In a zip archive a content has at most ${MOST_BYTES} bytes`);
      file ??= opened();
      const deflated = bytes.length < WORTH_DEFLATING ? undefined : deflateRawSync(bytes);
      const smaller = deflated !== undefined && deflated.length < bytes.length;
      const packed = smaller ? deflated : bytes;
      const start = at;
      at += append(file, packed);
      const method = smaller ? DEFLATED : 0;
      return { file, start, size: bytes.length, packed: packed.length, method, crc: crc32(bytes) };
    },
    close() {
      if (file !== undefined) closeSync(file);
    },
  };
}
