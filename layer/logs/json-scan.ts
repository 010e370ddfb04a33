/** Where a record ends, or how far what cannot be one reaches. */
export type Scan =
  | { readonly kind: 'record' | 'broken'; readonly end: number }
  /** More bytes are needed to tell. */
  | { readonly kind: 'incomplete' };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NEWLINE = 10;
const DEEPEST = 64;

/**
 * The end of the JSON object that begins at `start` with `{`. A record that lost its end must not swallow its
 * neighbours: a newline inside a string, or an object where none may stand, breaks it off there.
 */
export function scanRecord(bytes: Uint8Array, start: number, end: number): Scan {
  const closing: number[] = [];
  let before = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte <= 0x20) continue;
    if (byte === QUOTE) {
      const close = stringEnd(bytes, at, end);
      if (close < 0) return { kind: 'incomplete' };
      if (bytes[close] === NEWLINE) return { kind: 'broken', end: close };
      at = close;
    } else if (byte === 0x7b || byte === 0x5b) {
      if (at > start && !mayBegin(before, closing[closing.length - 1]!)) return brokenAt(bytes, at, end);
      if (closing.push(byte + 2) > DEEPEST) return brokenAt(bytes, at, end);
    } else if (byte === 0x7d || byte === 0x5d) {
      if (closing.pop() !== byte) return brokenAt(bytes, at, end);
      if (closing.length === 0) return { kind: 'record', end: at + 1 };
    }
    before = byte;
  }
  return { kind: 'incomplete' };
}

/** What is no object goes up to the end of its line. */
export function scanGarbage(bytes: Uint8Array, start: number, end: number): Scan {
  const newline = bytes.subarray(start, end).indexOf(NEWLINE);
  return newline < 0 ? { kind: 'incomplete' } : { kind: 'broken', end: start + newline };
}

/** An object or array stands behind a colon, or in an array. */
function mayBegin(before: number, closing: number): boolean {
  return before === 0x3a || (closing === 0x5d && (before === 0x5b || before === 0x2c));
}

/** A new object takes the place of the broken one; other bytes go with their line. */
function brokenAt(bytes: Uint8Array, at: number, end: number): Scan {
  return bytes[at] === 0x7b ? { kind: 'broken', end: at } : scanGarbage(bytes, at, end);
}

/** Position of the closing quote, or of a newline that no string may hold; −1 without either. */
function stringEnd(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start + 1; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE || byte === NEWLINE) return at;
    if (byte === BACKSLASH && bytes[at + 1] !== NEWLINE) at++;
  }
  return -1;
}
