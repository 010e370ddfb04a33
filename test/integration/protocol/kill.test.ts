import { describe, expect, test } from '@jest/globals';
import { crashing, Killed, seededRandom } from '../../stores/index.ts';
import { linesBetween, logFile } from './log-files.ts';
import { createWorld, hashesOf, importFiles, problemsAtRest, type World } from './world.ts';

const NOW = Date.parse('2026-03-02T12:00:00Z');
// Around the end of a day, a week, a month and a year, so that every level has several children.
const NEW_YEAR = Date.parse('2026-01-01T00:00:00Z');
const NAMES = ['one.gz', 'two.gz', 'three.gz'];

async function freshWorld(): Promise<World> {
  const world = await createWorld(NOW);
  for (const [index, name] of NAMES.entries()) {
    const lines = linesBetween(12, NEW_YEAR - 2_400_000, NEW_YEAR + 2_400_000, index + 1);
    world.files.set(name, logFile(lines));
  }
  return world;
}

describe('an import that is killed', () => {
  test('and run again has the numbers of an undisturbed one, wherever it died', async () => {
    const undisturbed = await freshWorld();
    const counting = crashing({ at: Number.POSITIVE_INFINITY });
    await importFiles(undisturbed, NAMES, { around: counting.around });
    const expected = await hashesOf(undisturbed);
    expect(Object.keys(expected).length).toBeGreaterThan(12);
    expect(await problemsAtRest(undisturbed)).toEqual([]);

    const random = seededRandom(Number(process.env.SEED ?? 1));
    for (let at = 1; at <= counting.calls(); at += 1 + Math.floor(random() * 12)) {
      const world = await freshWorld();
      const when = random() < 0.5 ? 'before' : 'after';
      const { around } = crashing({ at, when });
      await expect(importFiles(world, NAMES, { around })).rejects.toThrow(Killed);
      await importFiles(world, NAMES);
      expect({ at, when, hashes: await hashesOf(world) }).toEqual({ at, when, hashes: expected });
      expect({ at, when, problems: await problemsAtRest(world) }).toEqual({ at, when, problems: [] });
    }
  });

  test('twice, and finished by another command, is whole as well', async () => {
    const undisturbed = await freshWorld();
    await importFiles(undisturbed, NAMES);
    const expected = await hashesOf(undisturbed);
    const random = seededRandom(Number(process.env.SEED ?? 2));
    for (let round = 0; round < 15; round++) {
      const world = await freshWorld();
      for (let death = 0; death < 2; death++) {
        const { around } = crashing({ at: 1 + Math.floor(random() * 150), when: 'after' });
        await importFiles(world, NAMES, { around }).catch((error) => {
          if (!(error instanceof Killed)) throw error;
        });
      }
      // A command that imports nothing finishes what it finds; what was never begun is imported after it.
      await importFiles(world, []);
      expect(await problemsAtRest(world)).toEqual([]);
      await importFiles(world, NAMES);
      expect(await hashesOf(world)).toEqual(expected);
    }
  });
});
