import { describe, expect, test } from '@jest/globals';
import { failing, StoreFailure } from '../../stores/index.ts';
import { linesBetween, logFile } from './log-files.ts';
import {
  createWorld,
  deliver,
  hashesOf,
  importFiles,
  problemsAtRest,
  sweepWorld,
  type World,
} from './world.ts';

const NEW_YEAR = Date.parse('2026-01-01T00:00:00Z');
const NAMES = ['one.gz', 'two.gz', 'three.gz'];

async function freshWorld(): Promise<World> {
  const world = await createWorld(NEW_YEAR + 7_200_000);
  for (const [index, name] of NAMES.entries())
    world.files.set(name, logFile(linesBetween(10, NEW_YEAR - 2_400_000, NEW_YEAR + 2_400_000, index + 1)));
  return world;
}

/** Runs something again until a store that fails now and then lets it through; each run gets further. */
async function untilDone(run: (attempt: number) => Promise<unknown>): Promise<number> {
  for (let attempt = 1; attempt < 500; attempt++)
    try {
      await run(attempt);
      return attempt;
    } catch (error) {
      if (!(error instanceof StoreFailure)) throw error;
    }
  throw new Error('500 attempts were not enough');
}

describe('a store that fails', () => {
  test.each([
    { what: 'a tenth of its calls, before or after their effect', rate: 0.1, lost: false },
    { what: 'to answer a tenth of its calls', rate: 0.1, lost: true },
  ])('$what loses and doubles nothing', async ({ rate, lost }) => {
    const undisturbed = await freshWorld();
    await importFiles(undisturbed, NAMES);
    const expected = await hashesOf(undisturbed);
    for (let seed = 1; seed <= 4; seed++) {
      const world = await freshWorld();
      const attempts = await untilDone((attempt) => {
        const around = failing({ seed: seed * 1000 + attempt, rate: attempt > 30 ? rate / 10 : rate, lost });
        return importFiles(world, NAMES, { around });
      });
      expect(attempts).toBeGreaterThan(1);
      await importFiles(world, []);
      expect({ seed, hashes: await hashesOf(world) }).toEqual({ seed, hashes: expected });
      expect(await problemsAtRest(world)).toEqual([]);
    }
  });

  test('under deliveries and sweeps ends with everything counted once and nothing waiting', async () => {
    const undisturbed = await freshWorld();
    for (const name of NAMES) await deliver(undisturbed, name);
    await sweepWorld(undisturbed);
    const expected = await hashesOf(undisturbed);
    for (let seed = 1; seed <= 4; seed++) {
      const world = await freshWorld();
      for (const name of NAMES)
        await deliver(world, name, failing({ seed: seed * 77 + name.length, rate: 0.1 })).catch((error) => {
          if (!(error instanceof StoreFailure)) throw error;
        });
      await untilDone((attempt) =>
        sweepWorld(world, failing({ seed: seed * 1000 + attempt, rate: attempt > 30 ? 0.005 : 0.05 })),
      );
      await sweepWorld(world);
      expect({ seed, hashes: await hashesOf(world) }).toEqual({ seed, hashes: expected });
      expect(await problemsAtRest(world)).toEqual([]);
      const waiting = [];
      for await (const row of world.store.observability.list('live/')) waiting.push(row);
      expect(waiting).toEqual([]);
    }
  });
});
