import { expect, test } from '@jest/globals';
import { seededRandom } from '../../stores/index.ts';
import { linesBetween, logFile } from './log-files.ts';
import { createWorld, hashesOf, importFiles, totalRequests, type World } from './world.ts';

const START = Date.parse('2026-02-16T10:00:00Z');
const FILES = 1_000;

/** A thousand requests of one half-hour, in files of this size, brought by commands of these many files. */
async function worldOf(perFile: number, perCommand: number): Promise<World> {
  const world = await createWorld(START + 86_400_000);
  const lines = linesBetween(FILES, START, START + 1_800_000, 1);
  const names: string[] = [];
  for (let at = 0; at < lines.length; at += perFile) {
    const name = `${at}.gz`;
    world.files.set(name, logFile(lines.slice(at, at + perFile)));
    names.push(name);
  }
  const random = seededRandom(1);
  names.sort(() => random() - 0.5);
  for (let at = 0; at < names.length; at += perCommand)
    await importFiles(world, names.slice(at, at + perCommand));
  return world;
}

test('a window of a thousand late files has the numbers of the one file that has all their lines', async () => {
  const many = await worldOf(1, 250);
  expect(await totalRequests(many)).toBe(FILES);
  expect(await hashesOf(many)).toEqual(await hashesOf(await worldOf(FILES, 1)));
});
