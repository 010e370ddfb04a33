import { createLineBatch, type LineBatch } from './line-batch.ts';
import { type ScanCode, scanCode } from './scan-code.ts';
import { pagesFor } from './wasm-module.ts';

/** Bytes of text that are scanned at a time: with their separators they stay in the second-level cache. */
export const STRETCH = 64 * 1024;
export const BATCH_ROWS = 1024;

// A 0 and a length that nothing has lie at address 0: what an empty slot points to.
const ENDS = 64;
const LINES = ENDS + (STRETCH + 16) * 4;
const BASES = LINES + STRETCH * 4;
const FOUND = BASES + BATCH_ROWS * 4;
const TEXT = FOUND + BATCH_ROWS * 4;
const HEAP = TEXT + STRETCH + 64;

/**
 * Memory that WebAssembly works on: a stretch of text with the places of its separators, and all values that tables
 * have found in texts so far. Where nothing was written yet, the system has not given any memory either.
 */
export interface ValueMemory {
  readonly memory: WebAssembly.Memory;
  readonly code: ScanCode;
  words: Int32Array;
  /** The address behind everything that is kept; a multiple of 8. */
  free: number;
  /** Rows of the stretch. */
  readonly batch: LineBatch;
  /** For each newline of the stretch, the index behind it in the batch's `ends`. */
  lines: Int32Array;
}

export function createValueMemory(): ValueMemory {
  const memory = new WebAssembly.Memory({ initial: pagesFor(HEAP + 2 ** 18) });
  const batch = { ...createLineBatch(BATCH_ROWS), stretch: true };
  const values = { memory, code: scanCode(memory), free: HEAP, batch } as ValueMemory;
  nameParts(values);
  values.words[1] = -2;
  return values;
}

function nameParts(values: ValueMemory): void {
  const { buffer } = values.memory;
  values.words = new Int32Array(buffer);
  values.lines = new Int32Array(buffer, LINES, STRETCH);
  const { batch } = values;
  batch.bytes = new Uint8Array(buffer);
  batch.view = new DataView(buffer);
  batch.ends = new Int32Array(buffer, ENDS, STRETCH + 16);
  batch.bases = new Int32Array(buffer, BASES, BATCH_ROWS);
  batch.found = new Int32Array(buffer, FOUND, BATCH_ROWS);
}

/** Makes room for values of so many bytes. Whoever has views of the memory then has to take new ones. */
export function reserve(values: ValueMemory, bytes: number): void {
  const { byteLength } = values.memory.buffer;
  // Slots double, and those that are left stay.
  const missing = values.free * 3 + bytes - byteLength;
  if (missing <= 0) return;
  // In large steps, for new views are new to the compiler as well; the system gives pages when they are written.
  values.memory.grow(pagesFor(Math.max(missing, byteLength)));
  nameParts(values);
}

/** Bytes of the address space that are kept for good. */
export function allocate(values: ValueMemory, bytes: number): number {
  const at = values.free;
  values.free += (bytes + 7) & ~7;
  if (values.free > values.memory.buffer.byteLength) throw new RangeError('no room was reserved');
  return at;
}

export function valueBytes({ free }: ValueMemory): number {
  return free - HEAP;
}

/** What was found in a stretch. */
export interface Stretch {
  /** Address of its first byte. */
  readonly start: number;
  readonly lineCount: number;
  /** Whether there is any byte of 128 or more. */
  readonly beyondAscii: boolean;
}

/** Takes at most STRETCH bytes over and finds their separators. */
export function takeStretch(values: ValueMemory, text: Uint8Array): Stretch {
  const { bytes } = values.batch;
  const end = TEXT + text.length;
  bytes.set(text, TEXT);
  bytes.fill(0, end, end + 16);
  values.batch.ends[0] = TEXT - 1;
  const found = values.code.separators(TEXT, end, ENDS, LINES);
  return { start: TEXT, lineCount: found >>> 1, beyondAscii: (found & 1) === 1 };
}

/** Numbers of the values from column `first` to column `last` of the rows; see ScanCode. */
export function findInStretch(
  { code, batch }: ValueMemory,
  slots: number,
  mask: number,
  first: number,
  last: number,
): void {
  code.find(slots, mask, ENDS, BASES, first, last, batch.count, FOUND);
}
