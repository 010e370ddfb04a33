import { describe, expect, test } from '@jest/globals';
import { BadTokenName, knownTokenName, namesLike, tokenName } from '@sgraph-backbone/layer/tokens';
import fc from 'fast-check';

describe('names of tokens', () => {
  test.each([
    ['community-x', 'community-x'],
    ['  Community-X\n', 'community-x'],
    ['a1b', 'a1b'],
    ['2026', '2026'],
    ['x'.repeat(64), 'x'.repeat(64)],
    ['a-b-c-d', 'a-b-c-d'],
  ])('%j means %j', (text, name) => expect(tokenName(text)).toBe(name));

  test.each([
    ['ab', 'has 3 to 64 characters'],
    ['', 'has 3 to 64 characters'],
    ['x'.repeat(65), 'has 3 to 64 characters'],
    ['-abc', 'neither begins nor ends with a dash'],
    ['abc-', 'neither begins nor ends with a dash'],
    ['a--b', 'nor has two in a row'],
    ['a_b', '"_" (U+005F) is no part of a name'],
    ['a b', 'U+0020 is no part of a name'],
    ['a.b', '"." (U+002E)'],
    ['../x', '"." (U+002E)'],
    ['a/b', '"/" (U+002F)'],
    ['a\u0000b', 'U+0000'],
    ['abc\u200b', 'U+200B'],
    ['abc\u202e', 'U+202E'],
    ['bulk', '"bulk" is reserved'],
    ['Export', '"export" is reserved'],
    ['tokens', 'is reserved'],
  ])('%j is refused: %s', (text, reason) => expect(() => tokenName(text)).toThrow(reason));

  test.each([
    ['cоmmunity', '"о" (U+043E), which looks like "o",'],
    ['аbc', '"а" (U+0430), which looks like "a",'],
    ['tοken-1', '"ο" (U+03BF), which looks like "o",'],
    ['\u212Aey', '(U+212A), which looks like "k",'],
    ['ｃommunity', 'which looks like "c"'],
    ['communıty', 'which looks like "i"'],
    ['a–b', '(U+2013), which looks like "-",'],
    ['АBC', '(U+0410), which looks like "a",'],
  ])('the look-alike in %j is shown with the letter that it is not', (text, reason) => {
    expect(() => tokenName(text)).toThrow(BadTokenName);
    expect(() => tokenName(text)).toThrow(reason);
  });

  test.each([
    'сообщество',
    'κοινότητα',
    '共同体',
    'コミュニティ',
    '공동체',
    'جماعة',
    'קהילה',
    'समुदाय',
    'ชุมชน',
    'համայնք',
    'საზოგადოება',
    'comunità',
    'gemeinde-ß',
    'ﬁle-name',
    '𝐛𝐨𝐥𝐝',
    '１２３',
    'smile😀',
    'e\u0301t\u00e9',
  ])('no name is written as %j', (text) => {
    expect(() => tokenName(text)).toThrow(BadTokenName);
    expect(knownTokenName(text)).toBeUndefined();
  });

  test('whatever text is a name is made of 3 to 64 of a-z, 0-9 and single dashes, and means itself', () => {
    const pieces = fc.string({
      unit: fc.constantFrom('a', 'Z', '9', '-', ' ', 'о', 'K', 'İ', 'ſ'),
      maxLength: 70,
    });
    fc.assert(
      fc.property(fc.oneof(pieces, fc.string({ unit: 'binary' })), (text) => {
        const name = knownTokenName(text);
        if (name === undefined) return;
        expect(name).toMatch(/^(?=.{3,64}$)[a-z0-9]+(-[a-z0-9]+)*$/);
        expect(tokenName(name)).toBe(name);
        expect(name).toBe(text.trim().toLowerCase());
      }),
      { numRuns: 2_000 },
    );
  });

  test('suggestions are names themselves, other ones, and count on', () => {
    const first = (name: string) => {
      const names = namesLike(name);
      return [1, 2, 3].map(() => names.next().value as string);
    };
    expect(first('community-x')).toEqual(['community-x-2', 'community-x-3', 'community-x-4']);
    expect(first('community-7')).toEqual(['community-8', 'community-9', 'community-10']);
    for (const name of ['abc', 'x'.repeat(64), `${'x'.repeat(61)}-ab`, '2026', `${'x'.repeat(60)}-999`])
      for (const like of first(name)) {
        expect(tokenName(like)).toBe(like);
        expect(like).not.toBe(name);
      }
  });
});
