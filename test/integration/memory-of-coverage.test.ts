import { expect, test } from '@jest/globals';
import { aggregateRollup, carryThrough, readRollup, settleFeed } from '@sgraph-backbone/layer/derived';
import { extendCoverage } from '@sgraph-backbone/layer/ledger';
import { HALF_HOUR, windowKey, windowStart } from '@sgraph-backbone/layer/rollups';
import { withMemory } from '../../lambdas/environment/memory.ts';
import { linesBetween, logFile } from './protocol/log-files.ts';
import { createWorld, deliver, openSession } from './protocol/world.ts';

const START = windowStart(Date.UTC(2026, 1, 16, 10));
const FEED = 'standard.EWORLD';

test('coverage that is remembered of before takes nothing final back', async () => {
  const world = await createWorld(START + HALF_HOUR);
  world.files.set('a.gz', logFile(linesBetween(50, START, START + 1000, 1)));
  await deliver(world, 'a.gz');
  const { pipeline } = await openSession(world);
  const memory = { ...withMemory(world.store, () => world.clock.now), fresh: world.store.data };
  const remembering = { ...pipeline, ...memory };
  const halfHour = {
    feed: FEED,
    period: '30min' as const,
    time_key: pipeline.calendar.keyAt('30min', START),
  };
  const statusOf = async () => (await readRollup(world.store.data, halfHour))?.status;

  await aggregateRollup(remembering, halfHour);
  await extendCoverage(world.store.data, FEED, { start: START, end: START + HALF_HOUR });
  expect(await statusOf()).toBe('partial');
  // The memory knows nothing of it yet, and does no harm while nothing is final.
  await aggregateRollup(remembering, halfHour);
  expect(await statusOf()).toBe('partial');

  await settleFeed(pipeline, FEED);
  expect(await statusOf()).toBe('final');
  await carryThrough(remembering, [{ feed: FEED, window: windowKey(START) }]);
  expect(await statusOf()).toBe('final');
});
