import { describe, expect, test } from '@jest/globals';
import { settleFeed } from '@sgraph-backbone/layer/derived';
import { extendCoverage } from '@sgraph-backbone/layer/ledger';
import type { Rollup } from '@sgraph-backbone/layer/rollups';
import { OBSERVABILITY } from '@sgraph-backbone/layer/store';
import { linesBetween, logFile } from './log-files.ts';
import {
  coverageOfWorld,
  createWorld,
  deliver,
  importFiles,
  openSession,
  problemsAtRest,
  rollupsOf,
  sweepWorld,
  type World,
} from './world.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-02-16T00:00:00Z');
const FEED = 'standard.EWORLD';

/** One file for each hour, delivered ten minutes after its end. */
async function deliverHours(world: World, hours: readonly number[]): Promise<void> {
  for (const hour of hours) {
    const from = START + hour * HOUR;
    const name = `hour-${hour}.gz`;
    world.files.set(name, logFile(linesBetween(20, from, from + HOUR, hour)));
    world.clock.now = from + HOUR + 600_000;
    await deliver(world, name);
    await sweepWorld(world);
  }
}

async function statusOf(world: World, period: string, key: string): Promise<string | undefined> {
  return (await find(world, period, key))?.status;
}

async function find(world: World, period: string, key: string): Promise<Rollup | undefined> {
  return (await rollupsOf(world)).find((rollup) => rollup.period === period && rollup.time_key === key);
}

describe('finality', () => {
  test('an import alone makes nothing final; --complete does, for the time it names', async () => {
    const world = await createWorld(START + 100 * HOUR);
    world.files.set('a.gz', logFile(linesBetween(40, START, START + 24 * HOUR, 1)));
    await importFiles(world, ['a.gz']);
    expect(new Set((await rollupsOf(world)).map(({ status }) => status))).toEqual(new Set(['partial']));
    await extendCoverage(world.store.data, FEED, { start: START, end: START + 24 * HOUR });
    await settleFeed((await openSession(world)).pipeline, FEED);
    expect(await statusOf(world, 'daily', '2026-02-16')).toBe('final');
    expect(await statusOf(world, 'weekly', '2026-W08')).toBe('partial');
    expect(await statusOf(world, 'yearly', '2026')).toBe('partial');
    expect(await problemsAtRest(world)).toEqual([]);
  });

  test('deliveries cover what is older than the grace time, up to the newest event', async () => {
    const world = await createWorld(START);
    await deliverHours(world, [0, 1, 2]);
    expect((await coverageOfWorld(world))[FEED]).toEqual([{ start: START, end: START }]);
    await deliverHours(world, [26]);
    // 27:10 − 24 h is 3:10, so that three whole hours and no more are known.
    await sweepWorld(world);
    expect((await coverageOfWorld(world))[FEED]).toEqual([{ start: START, end: START + 3 * HOUR }]);
    expect(await statusOf(world, 'hourly', '2026-02-16-02')).toBe('final');
    expect(await statusOf(world, 'daily', '2026-02-16')).toBe('partial');
    await deliverHours(world, [49]);
    await sweepWorld(world);
    expect(await statusOf(world, 'daily', '2026-02-16')).toBe('final');
    expect(await problemsAtRest(world)).toEqual([]);
  });

  test('silence stays partial until the next delivery closes it', async () => {
    const world = await createWorld(START);
    await deliverHours(world, [0, 1]);
    world.clock.now = START + 70 * HOUR;
    await sweepWorld(world);
    const [silent] = (await coverageOfWorld(world))[FEED] ?? [];
    expect(silent?.end).toBeLessThanOrEqual(START + 2 * HOUR);
    expect(await statusOf(world, 'daily', '2026-02-16')).toBe('partial');
    await deliverHours(world, [72]);
    await sweepWorld(world);
    expect(await statusOf(world, 'daily', '2026-02-16')).toBe('final');
  });

  test('what waits in live/ holds coverage back', async () => {
    const world = await createWorld(START);
    await deliverHours(world, [0]);
    world.clock.now = START + 2 * HOUR;
    // A file that arrived and can't be ingested yet: its sweep dies at the first write.
    await world.store.observability.put(
      `${OBSERVABILITY.live}stuck.gz`,
      logFile(linesBetween(5, START, START + HOUR, 9)),
    );
    world.clock.now = START + 60 * HOUR;
    world.files.set('late.gz', logFile(linesBetween(5, START + 59 * HOUR, START + 60 * HOUR, 10)));
    await deliver(world, 'late.gz');
    await sweepWorld(world);
    const [held] = (await coverageOfWorld(world))[FEED] ?? [];
    expect(held?.end).toBe(START);
    await sweepWorld(world);
    const [free] = (await coverageOfWorld(world))[FEED] ?? [];
    expect(free?.end).toBe(START + 36 * HOUR);
  });

  test('history that is copied in covers nothing', async () => {
    const world = await createWorld(START + 1000 * HOUR);
    world.files.set('old.gz', logFile(linesBetween(5, START, START + HOUR, 3)));
    await deliver(world, 'old.gz');
    await sweepWorld(world);
    expect((await coverageOfWorld(world))[FEED]).toEqual([]);
  });

  test('late data restates exactly the windows that it touches, up to the year, and says what changed', async () => {
    const world = await createWorld(START + 1000 * HOUR);
    world.files.set('a.gz', logFile(linesBetween(200, START, START + 48 * HOUR, 1)));
    await importFiles(world, ['a.gz']);
    await extendCoverage(world.store.data, FEED, {
      start: Date.parse('2026-01-01T00:00:00Z'),
      end: Date.parse('2027-01-01T00:00:00Z'),
    });
    await settleFeed((await openSession(world)).pipeline, FEED);
    const before = await rollupsOf(world);
    expect(new Set(before.map(({ status }) => status))).toEqual(new Set(['final']));

    const late = START + 5 * HOUR + 60_000;
    world.files.set('late.gz', logFile(linesBetween(3, late, late + 60_000, 2)));
    await importFiles(world, ['late.gz']);
    const touched = [
      '30min 2026-02-16-0500',
      'hourly 2026-02-16-05',
      'daily 2026-02-16',
      'weekly 2026-W08',
      'monthly 2026-02',
      'yearly 2026',
    ];
    for (const rollup of await rollupsOf(world)) {
      const name = `${rollup.period} ${rollup.time_key}`;
      const old = before.find((other) => `${other.period} ${other.time_key}` === name);
      expect({ name, revision: rollup.revision }).toEqual({
        name,
        revision: touched.includes(name) && old ? 2 : 1,
      });
      if (rollup.revision === 2) {
        expect(rollup.status).toBe('final');
        expect(rollup.restated).toMatchObject({
          reason: 'late-data',
          difference: { all: { total_requests: 3 } },
        });
      } else if (old) expect(rollup.content_hash).toBe(old.content_hash);
    }
    expect(await problemsAtRest(world)).toEqual([]);
  });
});
