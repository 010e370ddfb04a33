import type { LineBatch } from './line-batch.ts';

const LONGEST = 2 ** 31 - 1;

/** A whole number of at most 15 digits (exact in a double), else −1. */
export function integer(bytes: Uint8Array, start: number, end: number): number {
  if (end <= start || end - start > 15) return -1;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Seconds with any number of decimals as whole milliseconds, half a millisecond up; −1 if it is no such number. */
export function milliseconds(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  let value = 0;
  for (; at < end; at++) {
    const digit = bytes[at]! - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  if (at === start || at - start > 12) return -1;
  if (at < end && bytes[at] !== 0x2e) return -1;
  let scale = 0;
  let up = 0;
  for (at++; at < end; at++, scale++) {
    const digit = bytes[at]! - 48;
    if (digit < 0 || digit > 9) return -1;
    if (scale < 3) value = value * 10 + digit;
    else if (scale === 3 && digit > 4) up = 1;
  }
  for (; scale < 3; scale++) value *= 10;
  return value + up;
}

/** Durations are kept in 32 bits: 24 days. */
export function duration(bytes: Uint8Array, start: number, end: number): number {
  return Math.min(milliseconds(bytes, start, end), LONGEST);
}

/** 0–599; anything else is −1. */
export function status(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > 3) return -1;
  const value = integer(bytes, start, end);
  return value > 599 ? -1 : value;
}

/** `asn` fits 32 bits unsigned, of which no assigned number needs the highest. */
export function systemNumber(bytes: Uint8Array, start: number, end: number): number {
  const value = integer(bytes, start, end);
  return value > LONGEST ? -1 : value;
}

export function readDurations(batch: LineBatch, column: number, into: Int32Array, at: number): void {
  const { bytes, ends, bases } = batch;
  for (let row = 0; row < batch.count; row++) {
    const end = bases[row]! + column;
    into[at + row] = duration(bytes, ends[end - 1]! + 1, ends[end]!);
  }
}

export function readIntegers(batch: LineBatch, column: number, into: Float64Array, at: number): void {
  const { bytes, ends, bases } = batch;
  for (let row = 0; row < batch.count; row++) {
    const end = bases[row]! + column;
    into[at + row] = integer(bytes, ends[end - 1]! + 1, ends[end]!);
  }
}

export function readStatuses(batch: LineBatch, column: number, into: Int16Array, at: number): void {
  const { bytes, ends, bases } = batch;
  for (let row = 0; row < batch.count; row++) {
    const end = bases[row]! + column;
    into[at + row] = status(bytes, ends[end - 1]! + 1, ends[end]!);
  }
}

export function readSystemNumbers(batch: LineBatch, column: number, into: Int32Array, at: number): void {
  const { bytes, ends, bases } = batch;
  for (let row = 0; row < batch.count; row++) {
    const end = bases[row]! + column;
    into[at + row] = systemNumber(bytes, ends[end - 1]! + 1, ends[end]!);
  }
}
