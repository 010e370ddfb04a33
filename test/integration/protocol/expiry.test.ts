import { tmpdir } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { entriesFolder, type LedgerEntry, listMarkers } from '@sgraph-backbone/layer/ledger';
import { DEFAULT_SETTINGS } from '@sgraph-backbone/layer/settings';
import { OBSERVABILITY, readJson } from '@sgraph-backbone/layer/store';
import { archive } from '../../../lambdas/archive/archive.ts';
import { forget } from '../../../lambdas/corrections/forget.ts';
import { reprocess } from '../../../lambdas/corrections/reprocess.ts';
import { type Around, yielding } from '../../stores/index.ts';
import { linesBetween, logFile } from './log-files.ts';
import {
  createWorld,
  deliver,
  hashesOf,
  importFiles,
  openSession,
  sweepWorld,
  totalRequests,
  type World,
} from './world.ts';

const START = Date.parse('2026-02-16T10:00:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MORE_PAGES = { ...DEFAULT_SETTINGS, page_rules: [{ path: '/api/*', page: true }] };
const first = Number(process.env.SEED ?? 1);
const SEEDS = Array.from({ length: 5 }, (_, n) => first + n);

/** Two objects whose batches are old enough to go with the next sweep. */
async function oldWorld(): Promise<World> {
  const world = await createWorld(START + DAY);
  for (const [index, name] of ['a.gz', 'b.gz', 'late.gz'].entries())
    world.files.set(name, logFile(linesBetween(6, START, START + HOUR, index + 1)));
  await importFiles(world, ['a.gz', 'b.gz']);
  world.clock.now += 91 * DAY;
  return world;
}

async function forgetWorld(world: World, pattern: string, around?: Around) {
  const session = await openSession(world, around);
  const answers = await forget(session.pipeline, { location: pattern }, 'test');
  await session.carryThrough();
  return answers;
}

async function reprocessWorld(world: World, around?: Around) {
  const session = await openSession(world, around);
  const options = { actor: 'test', temporaryFolder: tmpdir() };
  const answer = await reprocess(session.pipeline, MORE_PAGES, {}, options);
  await session.carryThrough();
  return answer;
}

describe('expiry', () => {
  test.each(SEEDS)('beside late data loses nothing: numbers only grow (seed %i)', async (seed) => {
    const world = await oldWorld();
    await Promise.all([
      sweepWorld(world, yielding({ seed })),
      importFiles(world, ['late.gz'], { around: yielding({ seed: seed + 100 }) }),
    ]);
    expect(await totalRequests(world)).toBe(18);
    await sweepWorld(world);
    expect(await totalRequests(world)).toBe(18);
    expect(await listMarkers(world.store.data)).toEqual([]);
  });

  test.each(SEEDS)('beside forget refuses it by name and changes nothing (seed %i)', async (seed) => {
    const world = await oldWorld();
    const before = await hashesOf(world);
    const [, answers] = await Promise.all([
      sweepWorld(world, yielding({ seed })),
      forgetWorld(world, '*/a.gz', yielding({ seed: seed + 100 })),
    ]);
    expect(answers).toMatchObject([
      { outcome: 'refused', reason: expect.stringContaining('2026-02-16/10-00') },
    ]);
    expect(await hashesOf(world)).toEqual(before);
    expect(await listMarkers(world.store.data)).toEqual([]);
  });

  test.each(SEEDS)('beside reprocess keeps the sums of what goes (seed %i)', async (seed) => {
    const world = await oldWorld();
    await Promise.all([
      sweepWorld(world, yielding({ seed })),
      reprocessWorld(world, yielding({ seed: seed + 100 })),
    ]);
    world.clock.now += 2 * HOUR;
    await sweepWorld(world);
    expect(await totalRequests(world)).toBe(12);
    expect(await listMarkers(world.store.data)).toEqual([]);
    // What has gone stays in the sums when more comes.
    await importFiles(world, ['late.gz']);
    expect(await totalRequests(world)).toBe(18);
  });
});

describe('archive beside forget and a delivery of the same again', () => {
  test.each(SEEDS)('leaves each object counted or gone, and nothing in live/ (seed %i)', async (seed) => {
    const world = await createWorld(START + HOUR);
    for (const [index, name] of ['a.gz', 'b.gz'].entries())
      world.files.set(name, logFile(linesBetween(6, START, START + HOUR, index + 1)));
    for (const name of world.files.keys()) await deliver(world, name);
    await Promise.all([
      openSession(world, yielding({ seed, turns: 9 })).then(({ pipeline }) => archive(pipeline)),
      forgetWorld(world, '*a.gz', yielding({ seed: seed + 100, turns: 9 })),
      deliver(world, 'a.gz', yielding({ seed: seed + 200, turns: 9 })),
    ]);
    world.clock.now += 2 * HOUR;
    for (let sweeps = 0; sweeps < 2; sweeps++) await sweepWorld(world);
    const counted = await activeObjects(world);
    expect([1, 2]).toContain(counted);
    expect(await totalRequests(world)).toBe(6 * counted);
    const waiting = [];
    for await (const row of world.store.observability.list(OBSERVABILITY.live)) waiting.push(row);
    expect({ waiting, markers: await listMarkers(world.store.data) }).toEqual({ waiting: [], markers: [] });
  });
});

async function activeObjects({ store }: World): Promise<number> {
  let active = 0;
  for await (const row of store.data.list(entriesFolder()))
    if ('key' in row && (await readJson<LedgerEntry>(store.data, row.key))?.value.state === 'active')
      active++;
  return active;
}
