import { open, stat } from 'node:fs/promises';
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
    chunks: () => chunksOf(file, seen),
    isStillThere: async () => (await stampOf(file))?.stamp === seen.stamp,
  };
}

/** Opens a file again by the location that a marker names. */
export const openFile: OpenPlace = async (location) =>
  location.startsWith(FILE) ? fileSource(location.slice(FILE.length)) : undefined;

async function* chunksOf(file: string, { size, unreadable }: Stamp): AsyncIterable<Uint8Array> {
  if (unreadable !== undefined) throw new SourceUnreadable(`${file} can't be read: ${unreadable}`);
  try {
    yield* piecesOf(file, Math.max(1, Math.min(size, CHUNK)));
  } catch (cause) {
    throw new SourceUnreadable(`${file} can't be read: ${(cause as Error).message}`, { cause });
  }
}

/** A stream's queues and events cost as much as unpacking a small file does. */
async function* piecesOf(file: string, length: number): AsyncIterable<Uint8Array> {
  const handle = await open(file);
  try {
    for (;;) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafeSlow(length), 0, length);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

// Large enough that unpacking is not slowed by many small reads.
const CHUNK = 1024 * 1024;

interface Stamp {
  /** Changes whenever a file's content is replaced or appended to. */
  readonly stamp: string;
  readonly size: number;
  /** Why there is nothing to read here; found out before a pipe is waited for. */
  readonly unreadable?: string;
}

async function stampOf(file: string): Promise<Stamp | undefined> {
  try {
    const found = await stat(file, { bigint: true });
    const stamp = `${found.ino}-${found.mtimeNs}-${found.size}`;
    if (found.isFile()) return { stamp, size: Number(found.size) };
    return { stamp, size: 0, unreadable: found.isDirectory() ? "a folder that can't be listed" : 'no file' };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    // It is there and can't be looked at: its own trouble, not that of the files beside it.
    return { stamp: message, size: 0, unreadable: message };
  }
}
