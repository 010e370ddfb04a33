import { expect, test } from '@jest/globals';
import { canonicalJson, contentHash } from '@sgraph-backbone/layer/rollups';
import fc from 'fast-check';

test('the content hash does not see the order of members or undefined ones', () => {
  expect(contentHash({ a: 1, b: [2, { d: 3, c: '4' }] })).toBe(
    contentHash({ b: [2, { c: '4', d: 3 }], a: 1, e: undefined }),
  );
  expect(contentHash({ a: 1 })).not.toBe(contentHash({ a: 2 }));
  expect(contentHash('')).toBe('12ae32cb1ec02d01eda3581b127c1fee3b0dc53572ed6baf239721a03d82e126');
});

test('canonical JSON is JSON that says the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('canonical JSON refuses numbers that JSON would turn into null', () => {
  expect(() => canonicalJson({ average: Number.NaN })).toThrow(RangeError);
});
