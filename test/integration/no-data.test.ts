import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { backbone } from './command.ts';
import { temporaryFolder } from './folder.ts';

const READING: readonly string[][] = [
  ['report'],
  ['verify'],
  ['migrate'],
  ['settings'],
  ['settings', 'get', 'timezone'],
  ['reprocess'],
  ['forget', '8c6f0a5d1e2b3c4d5e6f708192a3b4c5', '--yes'],
  ['settle', '--feed', 'standard.local', '--complete-through', '2026-02-17'],
];

describe('a store that is not there', () => {
  test('is named with the folder where it was looked for, and is not made by looking', async () => {
    const folder = temporaryFolder();
    for (const words of READING) {
      const { code, stdout, stderr } = await backbone([...words, '--store', 'disk:sotre'], { cwd: folder });
      expect({ words, code, stdout }).toEqual({ words, code: 2, stdout: '' });
      expect(stderr).toBe(
        `disk:sotre (${join(folder, 'sotre')}): there is no store; import makes one, --store names another\n`,
      );
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is made by settings that are set', async () => {
    const folder = temporaryFolder();
    const { code } = await backbone(['settings', 'set', 'timezone', 'Europe/Lisbon'], { cwd: folder });
    expect(code).toBe(0);
    expect(existsSync(join(folder, '.backbone', 'data'))).toBe(true);
  });
});

describe('a store without data', () => {
  test.each([
    ['report', 'is empty: import log files, or put them into its folder for arrivals'],
    ['verify', 'has no counted logs: there is nothing to verify'],
  ])('is what %s says, and where it is', async (command, more) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, '.backbone', 'data'), { recursive: true });
    const { code, stdout } = await backbone([command], { cwd: folder });
    expect(code).toBe(0);
    expect(stdout).toBe(`disk:.backbone (${join(folder, '.backbone')}) ${more}\n`);
  });
});
