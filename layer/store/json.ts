import { constants, gunzipSync, gzipSync } from 'node:zlib';
import type { ObjectStore, PutOptions } from './object-store.ts';

// Sums are written far more often than they are kept: a third of the time for a tenth more bytes.
const FAST = constants.Z_BEST_SPEED;

/** How `writeJson` writes, beside what any put takes. */
export interface JsonPutOptions extends PutOptions {
  /** Compressed bytes with content encoding `gzip`; `readJson` and HTTP clients unpack them. */
  readonly gzip?: boolean;
}

/** A key that holds something else; `cause` says where it stops being JSON. */
export class NotJson extends Error {
  override readonly name = 'NotJson';
}

/** The value that a key holds as JSON, plain or gzipped. Throws NotJson, naming the key. */
export async function readJson<T>(
  store: ObjectStore,
  key: string,
): Promise<{ value: T; etag: string } | undefined> {
  const found = await store.get(key);
  if (found === undefined) return undefined;
  try {
    return { value: JSON.parse(text(found.bytes)) as T, etag: found.etag };
  } catch (cause) {
    throw new NotJson(`${key} does not hold JSON`, { cause });
  }
}

/** Writes a value as JSON. Conditions as in any put; a lost one throws Conflict. */
export function writeJson(
  store: ObjectStore,
  key: string,
  value: unknown,
  options: JsonPutOptions = {},
): Promise<{ readonly etag: string }> {
  const { gzip, ...put } = options;
  const json = Buffer.from(JSON.stringify(value));
  return store.put(key, gzip ? gzipSync(json, { level: FAST }) : json, {
    contentType: 'application/json',
    ...put,
    ...(gzip && { contentEncoding: 'gzip' }),
  });
}

function text(bytes: Uint8Array): string {
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  return Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength).toString('utf8');
}
