import { createLineBatch, type LineBatch, SLACK } from './line-batch.ts';

const ENCODER = new TextEncoder();

/** A batch whose rows are written value by value: lines that have another shape than tabs and newlines. */
export interface Scratch {
  readonly batch: LineBatch;
  used: number;
  endCount: number;
}

export function createScratch(rows: number): Scratch {
  const scratch: Scratch = { batch: createLineBatch(rows), used: 0, endCount: 0 };
  scratch.batch.ends = new Int32Array(1024);
  clearScratch(scratch);
  return scratch;
}

export function clearScratch(scratch: Scratch): void {
  scratch.used = 0;
  scratch.endCount = 1;
  scratch.batch.ends[0] = -1;
  scratch.batch.count = 0;
}

/** Begins a row; its values follow, one `addValue` for each column. */
export function beginRow(scratch: Scratch, line: number): void {
  const { batch } = scratch;
  batch.bases[batch.count] = scratch.endCount;
  batch.numbers[batch.count] = line;
  batch.count++;
}

export function addValue(scratch: Scratch, bytes: Uint8Array, start: number, end: number): void {
  const { batch } = scratch;
  reserve(scratch, end - start + 1);
  batch.bytes.set(bytes.subarray(start, end), scratch.used);
  scratch.used += end - start;
  batch.bytes[scratch.used] = 9;
  batch.ends[scratch.endCount++] = scratch.used++;
}

/** The same for a text, as UTF-8. */
export function addText(scratch: Scratch, text: string): void {
  const { batch } = scratch;
  reserve(scratch, text.length * 3 + 1);
  if (text !== '') scratch.used += ENCODER.encodeInto(text, batch.bytes.subarray(scratch.used)).written;
  batch.bytes[scratch.used] = 9;
  batch.ends[scratch.endCount++] = scratch.used++;
}

function reserve(scratch: Scratch, needed: number): void {
  const { batch } = scratch;
  if (scratch.endCount >= batch.ends.length) {
    const ends = new Int32Array(batch.ends.length * 2);
    ends.set(batch.ends);
    batch.ends = ends;
  }
  if (scratch.used + needed + SLACK <= batch.bytes.length) return;
  const bytes = new Uint8Array(Math.max(4096, (scratch.used + needed + SLACK) * 2));
  bytes.set(batch.bytes.subarray(0, scratch.used));
  batch.bytes = bytes;
  batch.view = new DataView(bytes.buffer);
}
