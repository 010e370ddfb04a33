import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js';
import { hybridBound, indexBits, readHybrid, writeHybrid } from '../../../layer/batches/hybrid.ts';

/** Runs and single values in turn, of any width that an index may have. */
const sequences = fc.integer({ min: 1, max: 24 }).chain((bits) =>
  fc
    .array(fc.tuple(fc.nat({ max: 2 ** bits - 1 }), fc.constantFrom(1, 1, 2, 7, 8, 9, 40, 300)), {
      maxLength: 60,
    })
    .map((runs) => ({
      bits,
      values: Int32Array.from(runs.flatMap(([value, run]) => Array(run).fill(value))),
    })),
);

function write(values: Int32Array, bits: number): Uint8Array {
  const room = new Uint8Array(hybridBound(values.length, bits));
  const end = writeHybrid(room, 0, values, values.length, bits);
  expect(end).toBeLessThanOrEqual(room.length);
  return room.subarray(0, end);
}

describe('the hybrid of runs and packed bits', () => {
  test('gives back what was written', () => {
    fc.assert(
      fc.property(sequences, ({ bits, values }) => {
        const target = new Int32Array(values.length);
        readHybrid(write(values, bits), 0, target, bits);
        expect(target).toEqual(values);
      }),
    );
  });

  test('is read alike by the library', () => {
    fc.assert(
      fc.property(sequences, ({ bits, values }) => {
        const bytes = write(values, bits);
        const target: number[] = new Array(values.length).fill(-1);
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        readRleBitPackedHybrid({ view, offset: 0 }, bits, target, bytes.length);
        expect(target).toEqual([...values]);
      }),
    );
  });

  test('needs one bit for one value and eight for 256', () => {
    expect([1, 2, 3, 256, 257].map(indexBits)).toEqual([1, 1, 2, 8, 9]);
  });

  test('refuses bytes that end too early', () => {
    const bytes = write(
      Int32Array.from({ length: 100 }, (_, index) => index),
      7,
    );
    expect(() => readHybrid(bytes.subarray(0, 20), 0, new Int32Array(100), 7)).toThrow('ends too early');
  });

  test('refuses an empty run, which would never end', () => {
    expect(() => readHybrid(new Uint8Array(10), 0, new Int32Array(8), 1)).toThrow('empty run');
  });
});
