import { isAbsent, type LineBatch } from './line-batch.ts';
import { integer } from './numbers.ts';

const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);

/** Which columns tell the time; −1 where there is none. */
export interface TimeColumns {
  readonly milliseconds: number;
  readonly seconds: number;
  readonly date: number;
  readonly time: number;
}

/** The last date that was read, because neighbouring lines have the same. */
export interface DateMemory {
  readonly text: Uint8Array;
  midnight: number;
}

export function createDateMemory(): DateMemory {
  return { text: new Uint8Array(10), midnight: Number.NaN };
}

/**
 * The moment of a row in epoch milliseconds: `timestamp(ms)`, else `timestamp`, else date and time.
 * NaN if there is none, or an impossible one (also one before 2000 or after 2099).
 */
export function eventTime(batch: LineBatch, row: number, columns: TimeColumns, memory: DateMemory): number {
  const { bytes, ends, bases } = batch;
  const base = bases[row]!;
  if (columns.milliseconds >= 0) {
    const value = instant(
      bytes,
      ends[base + columns.milliseconds - 1]! + 1,
      ends[base + columns.milliseconds]!,
    );
    if (!Number.isNaN(value)) return value;
  }
  if (columns.seconds >= 0) {
    const value = instant(bytes, ends[base + columns.seconds - 1]! + 1, ends[base + columns.seconds]!);
    if (!Number.isNaN(value)) return value;
  }
  if (columns.date < 0 || columns.time < 0) return Number.NaN;
  const midnight = dateAt(bytes, ends[base + columns.date - 1]! + 1, ends[base + columns.date]!, memory);
  return midnight + timeAt(bytes, ends[base + columns.time - 1]! + 1, ends[base + columns.time]!);
}

/** Whether a row has anything in a column that tells the time: then a NaN means impossible, not absent. */
export function hasTime(batch: LineBatch, row: number, columns: TimeColumns): boolean {
  const base = batch.bases[row]!;
  return [columns.milliseconds, columns.seconds, columns.date].some(
    (column) =>
      column >= 0 && !isAbsent(batch.bytes, batch.ends[base + column - 1]! + 1, batch.ends[base + column]!),
  );
}

/**
 * Epoch seconds, or milliseconds where the number is too large for seconds (1e11 is the year 5138).
 * Decimals beyond the millisecond are cut, so that no event moves into the next window.
 */
export function instant(bytes: Uint8Array, start: number, end: number): number {
  let dot = start;
  while (dot < end && bytes[dot] !== 0x2e) dot++;
  const whole = integer(bytes, start, dot);
  if (whole < 0) return Number.NaN;
  let value = whole;
  if (whole < 1e11) {
    value *= 1000;
    for (let at = dot + 1, scale = 100; at < end; at++, scale = Math.floor(scale / 10)) {
      const digit = bytes[at]! - 48;
      if (digit < 0 || digit > 9) return Number.NaN;
      value += digit * scale;
    }
  }
  return value >= EARLIEST && value < LATEST ? value : Number.NaN;
}

function dateAt(bytes: Uint8Array, start: number, end: number, memory: DateMemory): number {
  if (end - start !== 10) return Number.NaN;
  const text = memory.text;
  for (let at = 9; at >= 0; at--) if (text[at] !== bytes[start + at]) return newDate(bytes, start, memory);
  return memory.midnight;
}

function newDate(bytes: Uint8Array, start: number, memory: DateMemory): number {
  memory.text.set(bytes.subarray(start, start + 10));
  const year = integer(bytes, start, start + 4);
  const month = integer(bytes, start + 5, start + 7);
  const day = integer(bytes, start + 8, start + 10);
  const dashes = bytes[start + 4] === 0x2d && bytes[start + 7] === 0x2d;
  const midnight = Date.UTC(year, month - 1, day);
  const real = dashes && year > 0 && day > 0 && new Date(midnight).getUTCMonth() === month - 1 && day < 32;
  memory.midnight = real && midnight >= EARLIEST && midnight < LATEST ? midnight : Number.NaN;
  return memory.midnight;
}

function timeAt(bytes: Uint8Array, start: number, end: number): number {
  if (end - start !== 8 || bytes[start + 2] !== 0x3a || bytes[start + 5] !== 0x3a) return Number.NaN;
  const hour = two(bytes, start);
  const minute = two(bytes, start + 3);
  const second = two(bytes, start + 6);
  // A leap second is written as :60 by some clocks; it belongs to the minute that it ends.
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return Number.NaN;
  return hour * 3_600_000 + minute * 60_000 + (second === 60 ? 59_999 : second * 1000);
}

function two(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - 48;
  const ones = bytes[at + 1]! - 48;
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
}
