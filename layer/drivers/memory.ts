import { hash } from 'node:crypto';
import { checkKey, type ObjectStore, resolveRange, type StoredObject } from '@sgraph-backbone/layer/store';
import { breather } from './breath.ts';
import { checkConditions } from './conditions.ts';
import { type ContentFacts, factsOfPut, withMetadata } from './content-facts.ts';
import type { DriverOptions } from './driver-options.ts';
import { sortedKeys } from './sorted-keys.ts';
import { sortedRows } from './sorted-rows.ts';

/** A store that lives as long as its process. Its ETag is a hash of the bytes, as on S3. */
export function memoryObjectStore({ now = Date.now }: DriverOptions = {}): ObjectStore {
  const objects = new Map<string, StoredObject>();
  const keys = sortedKeys();
  const breathe = breather();

  function write(key: string, bytes: Uint8Array, facts: ContentFacts): { etag: string } {
    const etag = hash('sha256', bytes).slice(0, 32);
    if (!objects.has(key)) keys.add(key);
    objects.set(key, { key, size: bytes.length, etag, modified: now(), ...facts, bytes });
    return { etag };
  }

  function remove(key: string): void {
    if (objects.delete(key)) keys.remove(key);
  }

  return {
    async get(key, { range, ifMatch } = {}) {
      checkKey(key);
      await breathe();
      const found = objects.get(key);
      checkConditions(key, found?.etag, { ifMatch });
      if (found === undefined) return undefined;
      const { start, end } = resolveRange(found.size, range);
      return { ...found, bytes: found.bytes.slice(start, end) };
    },
    async head(key) {
      checkKey(key);
      await breathe();
      const { bytes: _, ...info } = objects.get(key) ?? {};
      return 'key' in info ? info : undefined;
    },
    async put(key, bytes, options = {}) {
      checkKey(key);
      // The caller may use its buffer again at once.
      const own = new Uint8Array(bytes);
      await breathe();
      checkConditions(key, objects.get(key)?.etag, options);
      return write(key, own, factsOfPut(key, own, options));
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
      const { contentType, contentEncoding, metadata: kept, bytes } = found!;
      remove(from);
      return write(to, bytes, withMetadata({ contentType, contentEncoding, metadata: kept }, metadata));
    },
  };
}
