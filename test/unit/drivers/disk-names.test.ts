import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { filePath, folderPath, readName } from '../../../layer/drivers/disk-names.ts';
import { NASTY_KEYS } from '../../contract/rows.ts';

const key = fc
  .oneof(
    fc.constantFrom<string>(...NASTY_KEYS),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 500 }),
    fc
      .array(fc.constantFrom('a', '.json', '/', '%', '.', ' ', '€', '*', 'x'.repeat(70)), { minLength: 1 })
      .map((parts) => parts.join('')),
  )
  .filter((text) => !text.includes('\0') && Buffer.byteLength(text) <= 1024);

/** Reads a path back, name by name. */
function keyOf(path: string): string {
  return path
    .split('/')
    .map((name) => readName(name)!)
    .map(({ kind, text }) => (kind === 'folder' ? `${text}/` : text))
    .join('');
}

describe('Names on disk', () => {
  test('stand for the key they were made from, and for no other', () => {
    fc.assert(
      fc.property(key, (text) => {
        expect(keyOf(filePath(text))).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  test('are names that a file system takes', () => {
    fc.assert(
      fc.property(key, (text) => {
        for (const name of filePath(text).split('/')) {
          expect(Buffer.byteLength(`${name}%meta`)).toBeLessThanOrEqual(255);
          expect(['', '.', '..', '%store']).not.toContain(name);
          expect(name).not.toMatch(/[\p{Cc}<>:"|?*\\]|[. ]$/u);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('of files and of folders never meet', () => {
    fc.assert(
      fc.property(key, key, (one, other) => {
        expect(folderPath(`${one}/`)).not.toBe(`${filePath(other)}/`);
        expect(folderPath(`${one}/`)).not.toBe(`${filePath(one)}/`);
      }),
    );
  });

  test.each([
    ['live/E2X.2026-02-16-14.ab12.gz', 'live/E2X.2026-02-16-14.ab12.gz'],
    ['secrets/identity', 'secrets/identity%file'],
    ['a.json/b.json', 'a.json%folder/b.json'],
    ['..', '.%2E%file'],
    ['a//b.txt', 'a/%empty/b.txt'],
    ['x:y.json', 'x%3Ay.json'],
    ['100%.csv', '100%25.csv'],
    ['nul.txt', '%6Eul.txt'],
  ])('of the key %s is %s (a change of this table makes written stores unreadable)', (text, path) => {
    expect(filePath(text)).toBe(path);
  });
});
