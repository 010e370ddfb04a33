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
  return { ends: new Int32Array(bytes + 2), lines: new Int32Array(bytes), lineCount: 0, beyondAscii: false };
}

/**
 * Finds tabs and newlines, four bytes at a time: of the bytes below 128, only those below 16 don't carry into
 * the high bit when 0x70 is added. A log has nearly none of these but the two that are looked for.
 */
export function findSeparators(found: Separators, bytes: Uint8Array, start: number, end: number): void {
  if (found.lines.length < end - start) Object.assign(found, createSeparators(end - start));
  const { ends, lines } = found;
  ends[0] = start - 1;
  let count = 1;
  let lineCount = 0;
  let any = 0;
  const { buffer, byteOffset } = bytes;
  const words = new Int32Array(buffer, 0, buffer.byteLength >>> 2);
  const firstWord = (byteOffset + start + 3) >>> 2;
  const lastWord = Math.max(firstWord, (byteOffset + end) >>> 2);
  let at = start;
  for (const aligned = Math.min(end, (firstWord << 2) - byteOffset); at < aligned; at++) {
    const byte = bytes[at]!;
    any |= byte;
    if (byte === 9 || byte === 10) ends[count++] = at;
    if (byte === 10) lines[lineCount++] = count;
  }
  for (let index = firstWord; index < lastWord; index++) {
    const word = words[index]!;
    any |= word;
    let low = ~((word & 0x7f7f7f7f) + 0x70707070) & 0x80808080;
    while (low !== 0) {
      const shift = 24 - (Math.clz32(low & -low) & 24);
      const byte = (word >>> shift) & 0xff;
      low &= low - 1;
      // Written in any case, counted only if it is one: cheaper than another branch.
      ends[count] = (index << 2) - byteOffset + (shift >>> 3);
      if (byte === 9) count++;
      else if (byte === 10) lines[lineCount++] = ++count;
    }
  }
  for (at = Math.max(at, (lastWord << 2) - byteOffset); at < end; at++) {
    const byte = bytes[at]!;
    any |= byte;
    if (byte === 9 || byte === 10) ends[count++] = at;
    if (byte === 10) lines[lineCount++] = count;
  }
  found.lineCount = lineCount;
  found.beyondAscii = (any & 0x80808080) !== 0;
}
