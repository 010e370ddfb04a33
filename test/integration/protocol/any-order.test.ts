import { tmpdir } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { DEFAULT_SETTINGS } from '@sgraph-backbone/layer/settings';
import fc from 'fast-check';
import { forget } from '../../../lambdas/corrections/forget.ts';
import { reprocess } from '../../../lambdas/corrections/reprocess.ts';
import { linesBetween, logFile } from './log-files.ts';
import {
  createWorld,
  hashesOf,
  importFiles,
  openSession,
  problemsAtRest,
  totalRequests,
  type World,
} from './world.ts';

const NOW = Date.parse('2026-03-02T12:00:00Z');
const FROM = Date.parse('2025-12-31T22:00:00Z');
const TO = FROM + 4 * 3_600_000;
const LINES = linesBetween(60, FROM, TO, 7);

/** The same lines, packed into files as `sizes` says, in this order. */
function worldOf(world: World, lines: readonly string[], sizes: readonly number[]): string[] {
  const names: string[] = [];
  let at = 0;
  for (const size of [...sizes, lines.length]) {
    if (at >= lines.length) break;
    const name = `part-${names.length}.gz`;
    world.files.set(name, logFile(lines.slice(at, at + size)));
    names.push(name);
    at += size;
  }
  return names;
}

async function hashesOfOneFile(): Promise<Record<string, string>> {
  const world = await createWorld(NOW);
  await importFiles(world, worldOf(world, LINES, []));
  return hashesOf(world);
}

describe('the same requests', () => {
  test('give the same numbers in any order, split and repetition', async () => {
    const expected = await hashesOfOneFile();
    const splits = fc.record({
      lines: fc.shuffledSubarray(LINES, { minLength: LINES.length }),
      sizes: fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 6 }),
      repeated: fc.array(fc.nat({ max: 5 }), { maxLength: 4 }),
      rounds: fc.integer({ min: 1, max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(splits, async ({ lines, sizes, repeated, rounds }) => {
        const world = await createWorld(NOW);
        const names = worldOf(world, lines, sizes);
        const again = repeated.map((index) => names[index % names.length] as string);
        for (let round = 0; round < rounds; round++) await importFiles(world, [...names, ...again]);
        expect(await hashesOf(world)).toEqual(expected);
        expect(await totalRequests(world)).toBe(LINES.length);
      }),
      { numRuns: 25 },
    );
  });

  test('give the same numbers after any forgetting, importing again and reprocessing under the same rules', async () => {
    const expected = await hashesOfOneFile();
    const step = fc.tuple(fc.constantFrom('forget', 'import', 'reprocess'), fc.nat({ max: 2 }));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), async (steps) => {
        const world = await createWorld(NOW);
        const names = worldOf(world, LINES, [10, 20]);
        await importFiles(world, names);
        for (const [action, index] of steps) {
          const session = await openSession(world);
          const options = { actor: 'test', temporaryFolder: tmpdir() };
          if (action === 'forget') await forget(session.pipeline, { location: `*/${names[index]}` }, 'test');
          if (action === 'reprocess') await reprocess(session.pipeline, DEFAULT_SETTINGS, {}, options);
          await session.carryThrough();
          if (action === 'import') await importFiles(world, [names[index] as string]);
        }
        await importFiles(world, names);
        expect(await hashesOf(world)).toEqual(expected);
      }),
      { numRuns: 5, seed: Number(process.env.SEED ?? 1) },
    );
  });

  test('count once from copies, whatever they are called and however they are packed', async () => {
    const world = await createWorld(NOW);
    const [name] = worldOf(world, LINES, []) as [string];
    world.files.set('copy.gz', world.files.get(name) as Uint8Array);
    const { gunzipSync, gzipSync } = await import('node:zlib');
    world.files.set('plain.log', gunzipSync(world.files.get(name) as Uint8Array));
    world.files.set('twice.gz', gzipSync(world.files.get(name) as Uint8Array));
    const answers = await importFiles(world, [name, 'copy.gz', 'plain.log', 'twice.gz']);
    expect(answers.map(({ outcome }) => outcome)).toEqual([
      'ingested',
      'already_known',
      'already_known',
      'already_known',
    ]);
    expect(await totalRequests(world)).toBe(LINES.length);
    expect(await problemsAtRest(world)).toEqual([]);
  });

  test('imported in two halves by two commands equal one import', async () => {
    const expected = await hashesOfOneFile();
    const world = await createWorld(NOW);
    const names = worldOf(world, LINES, [10, 20, 10]);
    await importFiles(world, names.slice(0, 2));
    await importFiles(world, names.slice(2));
    expect(await hashesOf(world)).toEqual(expected);
  });

  test('imported by two commands at the same time count once', async () => {
    const expected = await hashesOfOneFile();
    const { yielding } = await import('../../stores/index.ts');
    for (let seed = 1; seed <= 12; seed++) {
      const world = await createWorld(NOW);
      const names = worldOf(world, LINES, [10, 20, 10]);
      await Promise.all([
        importFiles(world, names, { around: yielding({ seed }) }),
        importFiles(world, [...names].reverse(), { around: yielding({ seed: seed + 1000 }) }),
      ]);
      expect({ seed, hashes: await hashesOf(world) }).toEqual({ seed, hashes: expected });
      expect(await problemsAtRest(world)).toEqual([]);
    }
  });
});
