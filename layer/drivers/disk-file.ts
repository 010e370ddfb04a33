import {
  type BigIntStats,
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmdirSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { microsecondsOf, STAMP_STEP } from './disk-lock.ts';

/** Bit of a stamp: facts that the key and the bytes don't tell lie in a sidecar. */
export const HAS_SIDECAR = 2;

/** Bytes of one read call, below the limit of the platform. */
const READ_BYTES = 2 ** 30;

/** What the file system tells of a content without reading it. */
export interface FileState {
  readonly etag: string;
  readonly size: number;
  /** Epoch milliseconds. */
  readonly modified: number;
  readonly sidecar: boolean;
}

/** The ETag of a content: its stamp, which no other write of the store has, and its size. */
export function etagOf(stamp: number, size: number): string {
  return `${stamp.toString(36)}-${size.toString(36)}`;
}

/** The state of a file, `undefined` if there is none. */
export function stateOf(path: string): FileState | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found?.isFile() ? readState(found) : undefined;
}

/** Runs `read` on an open file, so that all it reads is of one content; `undefined` if there is no file. */
export function withFile<T>(path: string, read: (file: number, state: FileState) => T): T | undefined {
  const file = unless(['ENOENT', 'ENOTDIR'], () => openSync(path, 'r'));
  if (file === undefined) return undefined;
  try {
    return read(file, readState(fstatSync(file, { bigint: true })));
  } finally {
    closeSync(file);
  }
}

/** Bytes from `start` to before `end`; fewer if another program cuts the file meanwhile. */
export function readBytes(file: number, start: number, end: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Buffer.allocUnsafeSlow(end - start).buffer as ArrayBuffer);
  let filled = 0;
  while (filled < bytes.length) {
    const wanted = Math.min(bytes.length - filled, READ_BYTES);
    const got = readSync(file, bytes, filled, wanted, start + filled);
    if (got === 0) return bytes.slice(0, filled);
    filled += got;
  }
  return bytes;
}

/** Puts a finished file in its place, with the folders that it needs. */
export function renameInto(from: string, to: string): void {
  const done = unless(['ENOENT'], () => {
    renameSync(from, to);
    return true;
  });
  if (done) return;
  mkdirSync(dirname(to), { recursive: true });
  renameSync(from, to);
}

/** Removes the folders above a removed file that are empty now, up to the root. */
export function removeEmptyFolders(path: string, root: string): void {
  const folder = dirname(path);
  if (folder.length <= root.length) return;
  const removed = unless(['ENOTEMPTY', 'EEXIST', 'ENOENT'], () => {
    rmdirSync(folder);
    return true;
  });
  if (removed) removeEmptyFolders(folder, root);
}

/** The result, or `undefined` after one of the errors that are answers. */
export function unless<T>(codes: readonly string[], attempt: () => T): T | undefined {
  try {
    return attempt();
  } catch (error) {
    if (!codes.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return undefined;
  }
}

function readState(found: BigIntStats): FileState {
  const stamp = microsecondsOf(found.mtimeNs);
  const size = Number(found.size);
  return {
    etag: etagOf(stamp, size),
    size,
    modified: Math.floor(stamp / 1000),
    sidecar: stamp % STAMP_STEP === HAS_SIDECAR,
  };
}
