import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { type OpenPlace, type Source, SourceUnreadable } from '@sgraph-backbone/layer/ledger';

const FILE = 'file:';

/** A log file on this machine; undefined when it is gone. It is only ever read. */
export async function fileSource(path: string): Promise<Source | undefined> {
  const file = resolve(path);
  const seen = await stampOf(file);
  if (seen === undefined) return undefined;
  return {
    location: FILE + file,
    etag: seen.stamp,
    name: basename(file),
    size: seen.size,
    chunks: () => chunksOf(file),
    isStillThere: async () => (await stampOf(file))?.stamp === seen.stamp,
  };
}

/** Opens a file again by the location that a marker names. */
export const openFile: OpenPlace = async (location) =>
  location.startsWith(FILE) ? fileSource(location.slice(FILE.length)) : undefined;

async function* chunksOf(file: string): AsyncIterable<Uint8Array> {
  try {
    yield* createReadStream(file, { highWaterMark: CHUNK });
  } catch (cause) {
    throw new SourceUnreadable(`${file} can't be read: ${(cause as Error).message}`, { cause });
  }
}

// Large enough that unpacking is not slowed by many small reads.
const CHUNK = 1024 * 1024;

/** What changes whenever a file's content is replaced or appended to. */
async function stampOf(file: string): Promise<{ stamp: string; size: number } | undefined> {
  try {
    const { size, mtimeNs, ino } = await stat(file, { bigint: true });
    return { stamp: `${ino}-${mtimeNs}-${size}`, size: Number(size) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
