import { gunzipSync } from 'node:zlib';
import { BadBatch, previewRows } from '@sgraph-backbone/layer/batches';
import { HttpError } from '@sgraph-backbone/layer/runtime';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { withoutSketches } from '../../cache-api/content.ts';
import { refuseUnreadable } from './readable.ts';

/** A Lambda answers at most 6 MB. */
const SHOWN_BYTES = 4 * 1024 * 1024;

/** Rows of a batch that are shown. */
const SHOWN_ROWS = 100;

/** An object with its content as JSON, without what must not leave the store: sketches of visitors. */
export async function cacheEntry(data: ObjectStore, key: string) {
  refuseUnreadable(key);
  const info = await data.head(key);
  if (info === undefined) throw new HttpError(404, 'not_found', `there is no entry "${key}"`);
  const { size, etag, modified } = info;
  const content_type = info.contentType ?? null;
  return { key, size, etag, modified, content_type, ...(await contentOf(data, key, size)) };
}

interface ShownContent {
  readonly content: unknown;
  /** Why there is none, or not all of it. */
  readonly omitted: string | null;
}

async function contentOf(data: ObjectStore, key: string, size: number): Promise<ShownContent> {
  const found = size > SHOWN_BYTES ? undefined : await data.get(key);
  if (found === undefined) return TOO_LARGE;
  const plain = opened(found.bytes);
  if (plain === undefined) return TOO_LARGE;
  if (key.endsWith('.parquet')) return rowsOf(plain, key);
  if (!/\.json(?:\.gz)?$/.test(key))
    return { content: null, omitted: 'only JSON and Parquet are shown here' };
  return { content: JSON.parse(withoutSketches(Buffer.from(plain).toString())), omitted: null };
}

const TOO_LARGE = { content: null, omitted: `larger than ${SHOWN_BYTES} bytes` };

/** `undefined` where gzip holds more than is shown. */
function opened(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: SHOWN_BYTES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return undefined;
    throw error;
  }
}

function rowsOf(bytes: Uint8Array, key: string): ShownContent {
  try {
    const rows = previewRows(bytes, SHOWN_ROWS + 1, key);
    const omitted = rows.length > SHOWN_ROWS ? `only the first ${SHOWN_ROWS} rows are shown` : null;
    return { content: { rows: rows.slice(0, SHOWN_ROWS) }, omitted };
  } catch (error) {
    if (error instanceof BadBatch) return { content: null, omitted: error.message };
    throw error;
  }
}
