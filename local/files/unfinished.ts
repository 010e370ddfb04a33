import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

/** What the reader refuses as a bomb need not be unpacked further to be known as whole. */
const MOST_UNPACKED = 4 * 1024 * 1024 * 1024;

const NEWLINE = 10;

/**
 * Why a log file may still be written or copied; undefined when it may be whole. Text and JSON that happen to end
 * where a line or record does can't be told from whole ones.
 */
export async function unfinishedReason(bytes: Uint8Array): Promise<string | undefined> {
  if (bytes.length === 0) return 'it is empty';
  if (bytes[0] === 0x1f && (bytes.length === 1 || bytes[1] === 0x8b))
    return (await isCutGzip(bytes)) ? 'its gzip data ends too early' : undefined;
  if (begins(bytes, 'PAR1')) return ends(bytes, 'PAR1') ? undefined : 'its Parquet footer is missing';
  if (bytes.at(-1) === NEWLINE || isClosedJson(bytes)) return undefined;
  return 'its last line has no end';
}

async function isCutGzip(bytes: Uint8Array): Promise<boolean> {
  let unpacked = 0;
  try {
    await pipeline(
      Readable.from(pieces(bytes)),
      createGunzip(),
      async (chunks: AsyncIterable<Uint8Array>) => {
        for await (const chunk of chunks) {
          unpacked += chunk.length;
          if (unpacked > MOST_UNPACKED) return;
        }
      },
    );
    return false;
  } catch (error) {
    // Any other fault stays one, however long one waits: the reader names it.
    return (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR';
  }
}

const PIECE = 256 * 1024;

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

function isClosedJson(bytes: Uint8Array): boolean {
  return (begins(bytes, '{') && ends(bytes, '}')) || (begins(bytes, '[') && ends(bytes, ']'));
}

function begins(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes.subarray(0, text.length)).equals(Buffer.from(text));
}

function ends(bytes: Uint8Array, text: string): boolean {
  return bytes.length > text.length && Buffer.from(bytes.subarray(-text.length)).equals(Buffer.from(text));
}
