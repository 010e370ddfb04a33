import { gunzipSync } from 'node:zlib';
import { HttpError } from '@sgraph-backbone/layer/runtime';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { refuseUnreadable } from './readable.ts';

/** A Lambda answers at most 6 MB. */
const SHOWN_BYTES = 4 * 1024 * 1024;

/** An object with its content where that is JSON, without what must not leave the store: sketches of visitors. */
export async function cacheEntry(data: ObjectStore, key: string) {
  refuseUnreadable(key);
  const info = await data.head(key);
  if (info === undefined) throw new HttpError(404, 'not_found', `there is no entry "${key}"`);
  const { size, etag, modified } = info;
  const content_type = info.contentType ?? null;
  return { key, size, etag, modified, content_type, ...(await contentOf(data, key, size)) };
}

async function contentOf(data: ObjectStore, key: string, size: number) {
  if (!key.endsWith('.json')) return { content: null, omitted: 'only JSON is shown here' };
  const found = size > SHOWN_BYTES ? undefined : await data.get(key);
  if (found === undefined) return { content: null, omitted: `larger than ${SHOWN_BYTES} bytes` };
  const plain = found.bytes[0] === 0x1f && found.bytes[1] === 0x8b ? gunzipSync(found.bytes) : found.bytes;
  if (plain.length > SHOWN_BYTES) return { content: null, omitted: `larger than ${SHOWN_BYTES} bytes` };
  return { content: JSON.parse(Buffer.from(plain).toString(), withoutSketches) as unknown, omitted: null };
}

/** Sketches hold keyed hashes of addresses while they are small. The setting `visitors` is a word. */
function withoutSketches(member: string, value: unknown): unknown {
  const sketch = member === 'merge' || (member === 'visitors' && typeof value === 'object');
  return sketch ? undefined : value;
}
