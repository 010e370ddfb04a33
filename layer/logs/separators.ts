/** Where the separators of a stretch of bytes are. */
export interface Separators {
  /** Positions of tabs and newlines; `ends[0]` is the position before the first byte. */
  ends: Int32Array;
  /** For each newline, the index behind it in `ends`. */
  lines: Int32Array;
  lineCount: number;
  /** Whether there is any byte of 128 or more. */
  beyondAscii: boolean;
}

export function createSeparators(bytes: number): Separators {
  return { ends: new Int32Array(bytes + 1), lines: new Int32Array(bytes), lineCount: 0, beyondAscii: false };
}

/**
 * Finds tabs and newlines, four bytes at a time: of the bytes below 128, only those below 16 don't carry into
 * the high bit when 0x70 is added. A log has nearly none of these but the two that are looked for.
 */
export function findSeparators(
  found: Separators,
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
): void {
  if (found.lines.length < end - start) Object.assign(found, createSeparators(end - start));
  const { ends, lines } = found;
  ends[0] = start - 1;
  let count = 1;
  let lineCount = 0;
  let any = 0;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const word = view.getInt32(at, true);
    any |= word;
    let low = ((word & 0x7f7f7f7f) + 0x70707070) & 0x80808080;
    if (low === -0x7f7f7f80) continue;
    low ^= 0x80808080;
    if ((low & 0x80) !== 0 && isSeparator(word & 0xff)) {
      ends[count++] = at;
      if ((word & 0xff) === 10) lines[lineCount++] = count;
    }
    if ((low & 0x8000) !== 0 && isSeparator((word >>> 8) & 0xff)) {
      ends[count++] = at + 1;
      if (((word >>> 8) & 0xff) === 10) lines[lineCount++] = count;
    }
    if ((low & 0x800000) !== 0 && isSeparator((word >>> 16) & 0xff)) {
      ends[count++] = at + 2;
      if (((word >>> 16) & 0xff) === 10) lines[lineCount++] = count;
    }
    if (low < 0 && isSeparator(word >>> 24)) {
      ends[count++] = at + 3;
      if (word >>> 24 === 10) lines[lineCount++] = count;
    }
  }
  for (; at < end; at++) {
    const byte = bytes[at]!;
    any |= byte;
    if (!isSeparator(byte)) continue;
    ends[count++] = at;
    if (byte === 10) lines[lineCount++] = count;
  }
  found.lineCount = lineCount;
  found.beyondAscii = (any & 0x80808080) !== 0;
}

function isSeparator(byte: number): boolean {
  return byte === 9 || byte === 10;
}
