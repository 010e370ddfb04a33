import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const PIECE = 4 << 20;

/** A file in pieces of 4 MiB, read in the calling thread so that a measurement of one thread is one. */
export async function* readPieces(file: string): AsyncGenerator<Uint8Array> {
  const descriptor = openSync(file, 'r');
  try {
    for (let left = fstatSync(descriptor).size; left > 0; ) {
      const piece = Buffer.allocUnsafeSlow(Math.min(PIECE, left));
      const length = readSync(descriptor, piece);
      if (length === 0) throw new Error(`${file} is ${left} bytes shorter than it was`);
      left -= length;
      yield piece.subarray(0, length);
    }
  } finally {
    closeSync(descriptor);
  }
}
