import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalAddress, canonicalFromBytes } from '../../../layer/logs/address.ts';
import { type ByteTable, createByteTable, findNumbers, numberOf } from '../../../layer/logs/byte-table.ts';
import { createLineBatch, type LineBatch, SLACK } from '../../../layer/logs/line-batch.ts';
import { createValueMemory, reserve, takeStretch } from '../../../layer/logs/value-memory.ts';

describe('numbers of values', () => {
  test('are those in which the values came, whether one is asked for or a batch of them', () => {
    const value = fc.oneof(
      fc.string({ maxLength: 80 }),
      fc.string({ maxLength: 3 }),
      fc.constantFrom('-', '', 'GET', 'TLSv1.3', 'a'),
    );
    fc.assert(
      fc.property(fc.array(fc.array(value, { minLength: 1, maxLength: 40 }), { maxLength: 8 }), (batches) => {
        const table = createByteTable(createValueMemory());

        const known = new Map<string, number>();
        for (const values of batches) {
          const numbers = numbersOf(table, values);
          expect(numbers).toEqual(values.map((value) => remember(known, value)));
          expect(numbersOf(table, values)).toEqual(numbers);
          expect(numbersInStretch(table, values)).toEqual(numbers);
        }
      }),
    );
  });

  test('differ for values that agree in all bytes that are hashed', () => {
    const values = Array.from(
      { length: 500 },
      (_, at) => `${'x'.repeat(20)}${at + 100_000}${'x'.repeat(174)}`,
    );
    const table = createByteTable(createValueMemory());

    expect(numbersOf(table, values)).toEqual(values.map((_, at) => at));
    expect(numbersOf(table, values)).toEqual(values.map((_, at) => at));
  });
});

test('separators are the tabs and newlines, whatever else there is and however long the text', () => {
  const byte = fc.oneof(fc.constantFrom(9, 10, 9, 45, 97), fc.integer({ min: 0, max: 255 }));
  const memory = createValueMemory();
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 120 }), (content) => {
      const found = takeStretch(memory, Uint8Array.from(content));
      const places = content.flatMap((value, at) => (value === 9 || value === 10 ? [at] : []));
      const lines = places.flatMap((at, index) => (content[at] === 10 ? [index + 2] : []));
      const ends = memory.batch.ends.subarray(0, places.length + 1);
      expect([...ends].map((at) => at - found.start)).toEqual([-1, ...places]);
      expect([...memory.lines.subarray(0, found.lineCount)]).toEqual(lines);
      expect(found.beyondAscii).toBe(content.some((value) => value > 127));
    }),
    { numRuns: 500 },
  );
});

test('values stay what they are when they need more memory', () => {
  const memory = createValueMemory();
  const table = createByteTable(memory);
  const values = Array.from({ length: 400 }, (_, at) => `${at}`.repeat(9_000));
  const numbers = values.flatMap((value) => numbersOf(table, [value]));
  expect(numbers).toEqual(values.map((_, at) => at));
  expect(numbersOf(table, values)).toEqual(numbers);
  const short = numbers.filter((at) => at < 2);
  expect(
    numbersInStretch(
      table,
      short.map((at) => values[at]!),
    ),
  ).toEqual(short);
});

test('an address is the same text, whether it is read from bytes or from text', () => {
  const group = fc.constantFrom('0', '0', '1', 'a', 'f00', '2001', '0db8', 'FF', '12345', '', 'g');
  fc.assert(
    fc.property(fc.array(group, { minLength: 6, maxLength: 9 }), (groups) => {
      const text = groups.join(':');
      const bytes = new TextEncoder().encode(text);
      expect(canonicalFromBytes(bytes, 0, bytes.length)).toBe(canonicalAddress(text));
    }),
    { numRuns: 2000 },
  );
});

function remember(known: Map<string, number>, value: string): number {
  const number = known.get(value) ?? known.size;
  known.set(value, number);
  return number;
}

/** As the parser asks: for all at once, then for each that was not found. */
function numbersOf(table: ByteTable, values: readonly string[]): number[] {
  reserve(table.memory, values.join('').length * 6 + values.length * 64);
  const batch = batchOf(values);
  const found = [...findNumbers(table, batch, 0, 0).subarray(0, values.length)];
  return found.map((number, row) =>
    number < 0 ? numberOf(table, batch.view, batch.ends[row]! + 1, batch.ends[row + 1]!) : number,
  );
}

/** The same for lines as they are scanned, all values of which are known. */
function numbersInStretch(table: ByteTable, values: readonly string[]): number[] {
  const { memory } = table;
  takeStretch(memory, Buffer.from(`${values.join('\t')}\n`));
  memory.batch.count = values.length;
  values.forEach((_, row) => {
    memory.batch.bases[row] = row + 1;
  });
  const found = findNumbers(table, memory.batch, 0, 0);
  return [...found.subarray(0, values.length)];
}

/** Lines of one column. */
function batchOf(values: readonly string[]): LineBatch {
  const batch = createLineBatch(values.length);
  const texts = values.map((value) => Buffer.from(value, 'utf8'));
  batch.ends = new Int32Array(values.length + 1);
  batch.ends[0] = -1;
  texts.forEach((text, row) => {
    batch.ends[row + 1] = batch.ends[row]! + text.length + 1;
    batch.bases[row] = row + 1;
  });
  batch.bytes = new Uint8Array(batch.ends[values.length]! + 1 + SLACK);
  for (const [row, text] of texts.entries()) batch.bytes.set(text, batch.ends[row]! + 1);
  batch.view = new DataView(batch.bytes.buffer);
  batch.count = values.length;
  return batch;
}
