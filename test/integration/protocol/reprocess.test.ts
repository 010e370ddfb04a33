import { tmpdir } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { settleFeed } from '@sgraph-backbone/layer/derived';
import { extendCoverage, listMarkers } from '@sgraph-backbone/layer/ledger';
import { DEFAULT_SETTINGS, type SiteSettings } from '@sgraph-backbone/layer/settings';
import { NAMESPACES } from '@sgraph-backbone/layer/store';
import { forget } from '../../../lambdas/corrections/forget.ts';
import { recutDays, reprocess } from '../../../lambdas/corrections/reprocess.ts';
import { type Around, crashing, Killed, seededRandom, yielding } from '../../stores/index.ts';
import { linesBetween, logFile } from './log-files.ts';
import {
  createWorld,
  hashesOf,
  importFiles,
  openSession,
  problemsAtRest,
  rollupsOf,
  sweepWorld,
  totalRequests,
  type World,
} from './world.ts';

const START = Date.parse('2026-02-16T10:00:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NAMES = ['a.gz', 'b.gz', 'c.gz'];
const MORE_PAGES: SiteSettings = { ...DEFAULT_SETTINGS, page_rules: [{ path: '/api/*', page: true }] };
const WITHOUT_SEND: SiteSettings = { ...DEFAULT_SETTINGS, exclude: [{ path: '/send/*' }] };

async function freshWorld(): Promise<World> {
  const world = await createWorld(START + DAY);
  for (const [index, name] of NAMES.entries())
    world.files.set(name, logFile(linesBetween(15, START, START + 2 * HOUR, index + 1)));
  await importFiles(world, NAMES);
  return world;
}

async function reprocessWorld(world: World, settings: SiteSettings, around?: Around) {
  const session = await openSession(world, around);
  const options = { actor: 'test', temporaryFolder: tmpdir() };
  const answer = await reprocess(session.pipeline, settings, {}, options);
  await session.carryThrough();
  return answer;
}

async function measuresOf(world: World) {
  const year = (await rollupsOf(world)).find(({ period }) => period === 'yearly');
  return year?.measures.all;
}

describe('reprocess', () => {
  test('under unchanged rules changes no content hash', async () => {
    const world = await freshWorld();
    const before = await hashesOf(world);
    expect(await reprocessWorld(world, DEFAULT_SETTINGS)).toEqual({ summed: 3, kept: 0 });
    expect(await hashesOf(world)).toEqual(before);
    expect(await problemsAtRest(world)).toEqual([]);
  });

  test('counts what is kept under the rules of today, and restates what was final with that reason', async () => {
    const world = await freshWorld();
    const feed = 'standard.EWORLD';
    await extendCoverage(world.store.data, feed, { start: START - DAY, end: START + DAY });
    await settleFeed((await openSession(world)).pipeline, feed);
    const before = await measuresOf(world);
    await reprocessWorld(world, MORE_PAGES);
    const after = await measuresOf(world);
    expect(after?.total_requests).toBe(before?.total_requests);
    expect(after?.unique_visitors).toBe(before?.unique_visitors);
    expect(after?.page_views as number).toBeGreaterThan(before?.page_views as number);
    const restated = (await rollupsOf(world)).filter(({ revision }) => revision > 1);
    expect(restated.length).toBeGreaterThan(0);
    for (const rollup of restated) expect(rollup.restated?.reason).toBe('rules');

    const counted = (await measuresOf(world))?.total_requests as number;
    await reprocessWorld(world, WITHOUT_SEND);
    const excluded = await measuresOf(world);
    expect(excluded?.excluded_requests as number).toBeGreaterThan(0);
    expect((excluded?.total_requests as number) + (excluded?.excluded_requests as number)).toBe(counted);
    expect(await problemsAtRest(world)).toEqual([]);
  });

  test('keeps the sums of what has expired', async () => {
    const world = await freshWorld();
    world.clock.now += 100 * DAY;
    await sweepWorld(world);
    const before = await hashesOf(world);
    expect(await reprocessWorld(world, MORE_PAGES)).toEqual({ summed: 0, kept: 0 });
    expect(await hashesOf(world)).toEqual(before);
    // One object came late: its window holds expired batches, so that it keeps its sums as well.
    world.files.set('late.gz', logFile(linesBetween(5, START, START + HOUR, 9)));
    await importFiles(world, ['late.gz']);
    expect(await reprocessWorld(world, MORE_PAGES)).toEqual({ summed: 0, kept: 1 });
    expect(await totalRequests(world)).toBe(50);
  });

  test('killed anywhere and run again, with the same or with other rules, is whole', async () => {
    const expected = await freshWorld();
    await reprocessWorld(expected, MORE_PAGES);
    const hashes = await hashesOf(expected);
    const random = seededRandom(Number(process.env.SEED ?? 5));
    for (let at = 1; at < 260; at += 1 + Math.floor(random() * 24)) {
      const world = await freshWorld();
      const { around } = crashing({ at, when: random() < 0.5 ? 'before' : 'after' });
      await reprocessWorld(world, random() < 0.5 ? MORE_PAGES : WITHOUT_SEND, around).catch((error) => {
        if (!(error instanceof Killed)) throw error;
      });
      if (random() < 0.5) await reprocessWorld(world, MORE_PAGES);
      // What was reserved and never decided is taken back an hour later.
      world.clock.now += 2 * HOUR;
      await importFiles(world, []);
      expect({ at, markers: await listMarkers(world.store.data) }).toEqual({ at, markers: [] });
      expect({ at, problems: await problemsAtRest(world) }).toEqual({ at, problems: [] });
      world.clock.now -= 2 * HOUR;
      // Exclusions leave rows out for good; what is left of them is compared with nothing.
      if ((await totalRequests(world)) < 45) continue;
      await reprocessWorld(world, MORE_PAGES);
      expect({ at, hashes: await hashesOf(world) }).toEqual({ at, hashes });
    }
  });

  test('beside late deliveries, another reprocess and a forget counts everything once', async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const world = await freshWorld();
      world.files.set('late.gz', logFile(linesBetween(5, START, START + 2 * HOUR, 77)));
      const other = await openSession(world, yielding({ seed: seed + 300 }));
      await Promise.all([
        reprocessWorld(world, MORE_PAGES, yielding({ seed })),
        reprocessWorld(world, MORE_PAGES, yielding({ seed: seed + 100 })),
        importFiles(world, ['late.gz'], { around: yielding({ seed: seed + 200 }) }),
        forget(other.pipeline, { location: '*/b.gz' }, 'test').then(() => other.carryThrough()),
      ]);
      world.clock.now += 2 * HOUR;
      await importFiles(world, []);
      expect({ seed, total: await totalRequests(world) }).toEqual({ seed, total: 35 });
      expect({ seed, problems: await problemsAtRest(world) }).toEqual({ seed, problems: [] });
    }
  });

  test('cuts days anew after a change of the time zone, with that reason', async () => {
    const world = await createWorld(START + 10 * DAY);
    world.files.set('a.gz', logFile(linesBetween(60, START, START + 2 * DAY, 1)));
    await importFiles(world, ['a.gz']);
    const feed = 'standard.EWORLD';
    await extendCoverage(world.store.data, feed, { start: START - 40 * DAY, end: START + 9 * DAY });
    await settleFeed((await openSession(world)).pipeline, feed);
    const { createCalendar } = await import('@sgraph-backbone/layer/rollups');
    const { pipeline } = await openSession(world);
    const tokyo = { ...pipeline, calendar: createCalendar('Asia/Tokyo') };
    await recutDays(tokyo, {});
    const days = (await rollupsOf(world)).filter(({ period }) => period === 'daily');
    expect(days.map(({ timezone }) => timezone)).toEqual(days.map(() => 'Asia/Tokyo'));
    expect(days.reduce((sum, { measures }) => sum + (measures.all.total_requests ?? 0), 0)).toBe(60);
    expect(days.some(({ restated }) => restated?.reason === 'timezone')).toBe(true);
    expect(await totalRequests(world)).toBe(60);
  });
});

test('forget and reprocess leave an audit entry each', async () => {
  const world = await freshWorld();
  await reprocessWorld(world, MORE_PAGES);
  const session = await openSession(world);
  await forget(session.pipeline, { location: '*/a.gz' }, 'command line');
  await session.carryThrough();
  const keys = [];
  for await (const row of world.store.data.list(`${NAMESPACES.audit}/`))
    if (!('prefix' in row)) keys.push(row.key);
  expect(keys).toHaveLength(2);
  expect(await totalRequests(world)).toBe(30);
});
