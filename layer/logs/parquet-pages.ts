import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { type Compressors, snappyUncompress } from 'hyparquet';
import type { Limits } from './limits.ts';
import { LogRefused } from './refusal.ts';

/** How pages of a Parquet file are unpacked: never to more than a page may be, whatever its header promises. */
export function pagesOf({ wholeBytes }: Limits): Compressors {
  const most = 4 * wholeBytes;
  const bounded =
    (unpack: (bytes: Uint8Array, size: number) => Uint8Array) => (bytes: Uint8Array, size: number) => {
      if (size > most)
        throw new LogRefused('bomb', `A page of the Parquet file unpacks to more than ${most} bytes`);
      return unpack(bytes, size);
    };
  const byZlib = (unpack: (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array) =>
    bounded((bytes, size) => new Uint8Array(unpack(bytes, { maxOutputLength: Math.max(1, size) })));
  return {
    SNAPPY: bounded((bytes, size) => {
      const page = new Uint8Array(size);
      snappyUncompress(bytes, page);
      return page;
    }),
    GZIP: byZlib(gunzipSync),
    ZSTD: byZlib(zstdDecompressSync),
    BROTLI: byZlib(brotliDecompressSync),
  };
}
