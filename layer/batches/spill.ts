import { closeSync, mkdtempSync, openSync, readSync, rmdirSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { BadBatch } from './bad-batch.ts';

/** Where bytes lie in a spill file. */
export interface Extent {
  readonly start: number;
  readonly length: number;
}

/** A temporary file for what does not fit in memory. */
export interface Spill {
  append(bytes: Uint8Array): Extent;
  /** Reads an extent into `target` at `at`. */
  read(extent: Extent, target: Uint8Array, at: number): void;
  close(): void;
}

/**
 * The file is made at the first append and has no name from then on: it goes with the process, however that ends,
 * and nobody else can read it. A full disk throws the platform's error (ENOSPC).
 */
export function createSpill(folder: string): Spill {
  let file: number | undefined;
  let size = 0;
  return {
    append(bytes) {
      file ??= openNameless(folder);
      const extent = { start: size, length: bytes.length };
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(file, bytes, done, bytes.length - done, size + done);
      }
      size += bytes.length;
      return extent;
    },
    read({ start, length }, target, at) {
      for (let done = 0; done < length; ) {
        const got = file === undefined ? 0 : readSync(file, target, at + done, length - done, start + done);
        if (got === 0) throw new BadBatch(`${folder}: a temporary file lost its content`);
        done += got;
      }
    },
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

function openNameless(folder: string): number {
  const own = mkdtempSync(join(folder, 'batches-'));
  const path = join(own, 'rows');
  const file = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  rmdirSync(own);
  return file;
}
