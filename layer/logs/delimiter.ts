/** What separates the columns of a line. Spaces count as one separator however many there are. */
export type Delimiter = 'tab' | 'space' | 'comma';

const SPACE = 0x20;

/** Pairs of start and end. */
export type Parts = readonly (readonly [number, number])[];

/** The columns of a line, as offsets. */
export function splitLine(bytes: Uint8Array, start: number, end: number, delimiter: Delimiter): Parts {
  if (delimiter === 'space') return words(bytes, start, end);
  const code = delimiter === 'tab' ? 9 : 0x2c;
  const parts: [number, number][] = [];
  let from = start;
  for (let at = start; at <= end; at++) {
    if (at < end && bytes[at] !== code) continue;
    parts.push([from, at]);
    from = at + 1;
  }
  return parts;
}

function words(bytes: Uint8Array, start: number, end: number): Parts {
  const parts: [number, number][] = [];
  for (let at = start; at < end; ) {
    while (at < end && bytes[at] === SPACE) at++;
    const from = at;
    while (at < end && bytes[at] !== SPACE) at++;
    if (at > from) parts.push([from, at]);
  }
  return parts;
}

export function isBlank(byte: number): boolean {
  return byte === SPACE || byte === 9;
}
