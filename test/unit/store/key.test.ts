import { describe, expect, test } from '@jest/globals';
import { BadStoreInput, checkKey, checkPrefix, compareKeys } from '@sgraph-backbone/layer/store';
import fc from 'fast-check';
import { byBytes } from '../../contract/rows.ts';

describe('Keys', () => {
  test('are compared as their UTF-8 bytes are', () => {
    const unit = fc.constantFrom(
      'a',
      'b',
      '/',
      '.',
      '\u007f',
      'é',
      '\ud7ff',
      '\ue000',
      '\uffff',
      '\u{10000}',
      '\u{1f600}',
    );
    const text = fc.string({ unit, maxLength: 4 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(byBytes(a, b));
      }),
      { numRuns: 2000 },
    );
  });

  test('have 1 to 1,024 bytes of text without NUL', () => {
    for (const key of ['x', 'x'.repeat(1024), '€'.repeat(341), '\u{1f600}'.repeat(256)]) checkKey(key);
    for (const key of ['x'.repeat(1025), '€'.repeat(342)]) expect(() => checkKey(key)).toThrow('1024 bytes');
    for (const key of ['', 'a\0b', '\ud83d']) expect(() => checkKey(key)).toThrow(BadStoreInput);
  });

  test('are listed below whole folders', () => {
    for (const prefix of ['', '/', 'k/', 'k/x/']) checkPrefix(prefix);
    for (const prefix of ['k', 'k/x', ' ']) expect(() => checkPrefix(prefix)).toThrow('ends in "/"');
  });
});
