/**
 * Lines of one shape, ready to be read column by column: `ends` holds the positions of separators, so that
 * column `c` of a row whose base is `b` lies between `ends[b + c - 1] + 1` and `ends[b + c]`. Nothing is copied.
 */
export interface LineBatch {
  bytes: Uint8Array;
  /** Over the same bytes; reaches at least 3 bytes beyond the last separator. */
  view: DataView;
  ends: Int32Array;
  bases: Int32Array;
  /** Line numbers in the object, from 1. */
  numbers: Float64Array;
  count: number;
  /** Of the column that is being looked up: numbers of its values in a byte table. */
  found: Int32Array;
  /** Whether it lies in the memory of the tables; see ValueMemory. */
  readonly stretch: boolean;
}

/** Room behind the last byte, because keys are read word by word. */
export const SLACK = 8;

export function createLineBatch(rows: number): LineBatch {
  const bytes = new Uint8Array(SLACK);
  return {
    bytes,
    view: new DataView(bytes.buffer),
    ends: new Int32Array(0),
    bases: new Int32Array(rows),
    numbers: new Float64Array(rows),
    count: 0,
    found: new Int32Array(rows),
    stretch: false,
  };
}

/** Whether a column holds nothing: it is empty, or a lone `-`. Longer values may begin with `-`. */
export function isAbsent(bytes: Uint8Array, start: number, end: number): boolean {
  return end <= start || (end === start + 1 && bytes[start] === 0x2d);
}
