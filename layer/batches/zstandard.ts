import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

const FAST = { [constants.ZSTD_c_compressionLevel]: 1 };
// The output is allocated in pieces of this size before a byte is written: pages are mostly far smaller.
const LARGEST_PIECE = 65_536;
// The platform takes no smaller ones.
const SMALLEST_PIECE = 64;

/** Level 1: higher levels make batches a few percent smaller for a multiple of the time. */
export function compress(bytes: Uint8Array): Uint8Array {
  const chunkSize = Math.min(LARGEST_PIECE, bytes.length + 64);
  // Knowing the size spares a compressor the tables that only larger contents need.
  return zstdCompressSync(bytes, { params: FAST, chunkSize, pledgedSrcSize: bytes.length });
}

/** Refuses to unpack more than `size` bytes: a damaged batch must not be able to fill the memory. */
export function decompress(bytes: Uint8Array, size: number): Uint8Array {
  const chunkSize = Math.max(SMALLEST_PIECE, Math.min(LARGEST_PIECE, size));
  return zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, size), chunkSize });
}
