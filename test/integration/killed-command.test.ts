import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { seededRandom } from '../stores/index.ts';
import { backbone, beginBackbone, type Ended } from './command.ts';
import { temporaryFolder } from './folder.ts';
import { hashesIn, problemsIn, storeWithSecrets } from './importing.ts';
import { linesBetween, logFile } from './protocol/log-files.ts';

const EVENING = Date.parse('2026-01-31T22:50:00Z');
const folder = temporaryFolder();
const logs = join(folder, 'logs');
const pathOf = (name: string) => join(folder, name);

let expected: Record<string, string>;
let files: number;

// Several files that share windows, over the end of a day and a month.
beforeAll(async () => {
  mkdirSync(logs);
  for (let at = 0; at < 6; at++)
    writeFileSync(join(logs, `${at}.gz`), logFile(linesBetween(30, EVENING, EVENING + 7_200_000, at)));
  const ended = await backbone(['import', logs, '--store', `disk:${pathOf('undisturbed')}`]);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expected = await hashesIn(pathOf('undisturbed'));
  files = filesBelow(pathOf('undisturbed'));
});

describe('an import that is ended in the middle', () => {
  const random = seededRandom(Number(process.env.SEED ?? 1));
  const rounds = Array.from({ length: 4 }, (_, round) => ({ round, share: (round + random()) / 4 }));

  test.each(rounds)(
    'by kill -9 is completed by a second one, with the numbers of an undisturbed one (round $round)',
    async ({ round, share }) => {
      const store = await storeLike(`killed-${round}`);
      const { signal } = await endedAt(store, share, 'SIGKILL');
      expect(signal).toBe('SIGKILL');
      await completesAsExpected(store);
    },
  );

  test('by Ctrl-C ends at once, and is completed by a second one', async () => {
    const store = await storeLike('interrupted');
    const { code, signal } = await endedAt(store, 0.3, 'SIGINT');
    expect(signal ?? code).toBe('SIGINT');
    await completesAsExpected(store);
  });
});

/** Starts an import, and ends it when its store holds this share of the files that it will hold. */
async function endedAt(store: string, share: number, signal: NodeJS.Signals): Promise<Ended> {
  const { child, ended } = beginBackbone(['import', logs, '--store', `disk:${pathOf(store)}`]);
  const enough = filesBelow(pathOf(store)) + Math.max(1, share * (files - 8));
  const watch = setInterval(() => filesBelow(pathOf(store)) >= enough && child.kill(signal), 1);
  const result = await ended;
  clearInterval(watch);
  return result;
}

async function completesAsExpected(store: string): Promise<void> {
  const again = await backbone(['import', logs, '--store', `disk:${pathOf(store)}`, '--json']);
  expect(again).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(again.stdout)).toMatchObject({ objects: 6, refused: 0 });
  expect(await hashesIn(pathOf(store))).toEqual(expected);
  expect(await problemsIn(pathOf(store))).toEqual([]);
}

async function storeLike(name: string): Promise<string> {
  await storeWithSecrets(pathOf(name), pathOf('undisturbed'));
  return name;
}

function filesBelow(path: string): number {
  try {
    return readdirSync(path, { withFileTypes: true, recursive: true }).filter((row) => row.isFile()).length;
  } catch (error) {
    // A folder went away while it was looked at.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
