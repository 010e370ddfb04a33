import { Readable } from 'node:stream';
import { createGunzip, gunzipSync } from 'node:zlib';
import type { Limits } from './limits.ts';
import { SLACK } from './line-batch.ts';
import { LogRefused } from './refusal.ts';

/** What was measured while an object was unpacked; complete when its last chunk was read. */
export interface Measured {
  bytes: number;
  decompressed: number;
}

/**
 * The innermost bytes of an object: any number of gzip members, gzip inside gzip, or plain bytes, told by what
 * they begin with. A small object comes as one chunk, which is a quarter faster; the bytes are the same.
 */
export async function* unpack(
  source: AsyncIterable<Uint8Array>,
  limits: Limits,
  measured: Measured,
): AsyncGenerator<Uint8Array> {
  const delivered = counted(source, measured);
  const head = await readHead(delivered, limits.wholeDelivered);
  const whole = head.complete ? unpackWhole(concat(head.chunks), limits, measured) : undefined;
  if (!whole) yield* bounded(unpackLayers(joined(head.chunks, delivered), limits, 0), limits, measured);
  else if (whole.length > 0) {
    const own = whole.length > NEVER_POOLED && isGzip(head.chunks[0]!);
    yield whole;
    if (own) release(whole);
  }
}

/** Node cuts smaller buffers out of a common one. */
const NEVER_POOLED = 2 ** 20;

/** Gives memory back at once: the collector, who would do it later, is called twice as often by such large pieces. */
function release({ buffer }: Uint8Array): void {
  (buffer as ArrayBuffer).transfer(0);
}

async function* counted(source: AsyncIterable<Uint8Array>, measured: Measured): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    measured.bytes += chunk.length;
    yield chunk;
  }
}

/** The first bytes of a source, and whether these are all. The generator can be read on afterwards. */
async function readHead(
  source: AsyncGenerator<Uint8Array>,
  atMost: number,
): Promise<{ chunks: Uint8Array[]; complete: boolean }> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (length <= atMost) {
    const next = await source.next();
    if (next.done) return { chunks, complete: true };
    chunks.push(next.value);
    length += next.value.length;
  }
  return { chunks, complete: false };
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

/** `undefined`: it holds more than may be unpacked in one piece. */
function unpackWhole(head: Uint8Array, limits: Limits, measured: Measured): Uint8Array | undefined {
  let bytes = head;
  for (let depth = 0; isGzip(bytes); depth++) {
    if (depth === limits.nesting) throw tooNested(limits);
    const inner = gunzipWhole(bytes, limits);
    if (!inner) return undefined;
    bytes = inner;
    // Asked here too, so that a small bomb has the same end as in pieces.
    checkSize(bytes.length, measured.bytes, limits);
  }
  measured.decompressed = bytes.length;
  return bytes;
}

function gunzipWhole(bytes: Uint8Array, limits: Limits): Uint8Array | undefined {
  // The size in the trailer is the sender's word: it only chooses the size of the first chunk, or gives a bomb away.
  const promised =
    bytes.length < 18 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4, true);
  const suspicious = promised > limits.ratioFrom && promised > limits.ratio * bytes.length;
  if (promised > limits.wholeBytes && !suspicious) return undefined;
  const chunkSize = Math.max(1024, Math.min(promised, limits.wholeBytes) + SLACK);
  try {
    const { buffer, engine } = gunzipSync(bytes, {
      chunkSize,
      maxOutputLength: limits.wholeBytes + SLACK,
      info: true,
    } as object) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    if (bytes.subarray(engine.bytesWritten).some((byte) => byte !== 0)) throw garbage();
    return buffer;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      if (suspicious) checkSize(promised, bytes.length, limits);
      return undefined;
    }
    throw refusalOf(error);
  }
}

async function* unpackLayers(
  source: AsyncGenerator<Uint8Array>,
  limits: Limits,
  depth: number,
): AsyncGenerator<Uint8Array> {
  const head = await readHead(source, 1);
  const all = joined(head.chunks, head.complete ? [] : source);
  if (!isGzip(concat(head.chunks))) yield* all;
  else if (depth === limits.nesting) throw tooNested(limits);
  else yield* unpackLayers(gunzipStream(all), limits, depth + 1);
}

async function* gunzipStream(source: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  let delivered = 0;
  let zeros = 0;
  const watched = async function* () {
    for await (const chunk of source) {
      delivered += chunk.length;
      zeros = trailingZeros(chunk, zeros);
      yield chunk;
    }
  };
  const input = Readable.from(watched(), { objectMode: true });
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  input.on('error', (error) => gunzip.destroy(error));
  input.pipe(gunzip);
  try {
    for await (const chunk of gunzip) yield chunk as Uint8Array;
    // After its last member the stream ends by itself; what follows may only be padding.
    for await (const chunk of input) void chunk;
    if (delivered - gunzip.bytesWritten > zeros) throw garbage();
  } catch (error) {
    throw refusalOf(error);
  } finally {
    input.destroy();
    gunzip.destroy();
  }
}

function trailingZeros(chunk: Uint8Array, before: number): number {
  let at = chunk.length;
  while (at > 0 && chunk[at - 1] === 0) at--;
  return at === 0 ? before + chunk.length : chunk.length - at;
}

async function* joined(
  head: readonly Uint8Array[],
  rest: AsyncIterable<Uint8Array> | readonly Uint8Array[],
): AsyncGenerator<Uint8Array> {
  yield* head;
  yield* rest;
}

async function* bounded(
  source: AsyncIterable<Uint8Array>,
  limits: Limits,
  measured: Measured,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    measured.decompressed += chunk.length;
    checkSize(measured.decompressed, measured.bytes, limits);
    yield chunk;
  }
}

function checkSize(decompressed: number, delivered: number, limits: Limits): void {
  if (decompressed > limits.decompressedBytes)
    throw new LogRefused('bomb', `The object unpacks to more than ${limits.decompressedBytes} bytes`);
  if (decompressed > limits.ratioFrom && decompressed > limits.ratio * delivered)
    throw new LogRefused(
      'bomb',
      `The object unpacks to more than ${limits.ratio} times its size: a gzip bomb`,
    );
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function tooNested(limits: Limits): LogRefused {
  return new LogRefused('bomb', `The object is gzip inside gzip more than ${limits.nesting} times`);
}

function garbage(): LogRefused {
  return new LogRefused(
    'corrupt',
    'There are other bytes behind the gzip data, so that part of the log may be lost',
  );
}

function refusalOf(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'Z_BUF_ERROR')
    return new LogRefused('truncated', 'The gzip data ends too early; nothing of the object was counted', {
      cause: error,
    });
  if (code?.startsWith('Z_'))
    return new LogRefused('corrupt', 'The gzip data is damaged; nothing of the object was counted', {
      cause: error,
    });
  return error;
}
