import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { BadStoreInput } from '@sgraph-backbone/layer/store';
import { readBytes } from './disk-file.ts';
import {
  centralHeader,
  END_BYTES,
  endOfZip,
  LOCAL_BYTES,
  localHeader,
  localHeaderLength,
  readDirectory,
  readEnd,
  type ZipEntry,
} from './zip-records.ts';

/** Comment of an archive that is a store. */
const COMMENT = 'Backbone store 1';

/** An entry whose packed bytes are in an open file. */
export interface PlacedEntry extends ZipEntry {
  readonly file: number;
  /** Where its local header begins; of bytes without one, `undefined`. */
  readonly header?: number;
  /** Where they begin, if there is no header. */
  readonly start: number;
}

/** Opens an archive and reads its directory; `undefined` where there is no file. Throws BadStoreInput. */
export function openArchive(path: string): { file: number; entries: PlacedEntry[] } | undefined {
  if (!existsSync(path)) return undefined;
  const file = openSync(path, 'r');
  try {
    return { file, entries: entriesOf(file, path) };
  } catch (error) {
    closeSync(file);
    if (!(error instanceof RangeError)) throw error;
    throw new BadStoreInput(`${path} is a damaged archive: its directory can't be read`, { cause: error });
  }
}

/** The packed bytes of an entry, or those of them from `start` to before `end`. */
export function packedBytes(entry: PlacedEntry, start = 0, end = entry.packed): Buffer {
  const at = startOf(entry);
  const bytes = readBytes(entry.file, at + start, at + end);
  if (bytes.length < end - start) throw new RangeError(`${entry.name}: the archive ends inside it`);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Writes an archive and puts it in the place of the old one: whoever opens it finds either, whole. */
export function replaceArchive(path: string, entries: Iterable<PlacedEntry>): void {
  const part = `${path}.part`;
  try {
    writeArchive(part, entries);
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

function writeArchive(path: string, entries: Iterable<PlacedEntry>): void {
  const file = openSync(path, 'w', 0o600);
  try {
    const directory: Buffer[] = [];
    let at = 0;
    for (const entry of entries) {
      directory.push(centralHeader(entry, at));
      at += append(file, localHeader(entry));
      at += append(file, packedBytes(entry));
    }
    const bytes = directory.reduce((sum, { length }) => sum + length, 0);
    for (const row of directory) append(file, row);
    append(file, endOfZip(directory.length, at, bytes, COMMENT));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Writes all of it: one call may write less. */
export function append(file: number, bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
  return bytes.length;
}

function entriesOf(file: number, path: string): PlacedEntry[] {
  const { size } = fstatSync(file);
  const tail = Buffer.from(readBytes(file, Math.max(0, size - END_BYTES - COMMENT.length - 76), size));
  const end = readEnd(tail);
  if (end?.comment !== COMMENT)
    throw new BadStoreInput(`${path} is no archive of a store, or only a part of one; it is left as it is`);
  const directory = Buffer.from(readBytes(file, end.start, end.start + end.bytes));
  return [...readDirectory(directory, end.entries)].map(({ offset, ...entry }) => ({
    ...entry,
    file,
    header: offset,
    start: 0,
  }));
}

function startOf({ file, header, start, name }: PlacedEntry): number {
  if (header === undefined) return start;
  const head = Buffer.alloc(LOCAL_BYTES);
  readSync(file, head, 0, LOCAL_BYTES, header);
  const length = localHeaderLength(head);
  if (length === undefined) throw new RangeError(`${name}: no entry where the directory says`);
  return header + length;
}

/** The new name is on the disk when this returns. */
function syncFolder(folder: string): void {
  const file = openSync(folder, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
