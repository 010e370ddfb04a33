import { describe, expect, test } from '@jest/globals';
import { keyBasedPath } from '@sgraph-backbone/layer/cache';
import { heldBatches, readRollup, readWindow, verifyStore } from '@sgraph-backbone/layer/derived';
import { listBatches, listFeeds, windowIdsKey } from '@sgraph-backbone/layer/ledger';
import { NAMESPACES, writeJson } from '@sgraph-backbone/layer/store';
import { forget } from '../../../lambdas/corrections/forget.ts';
import { reprocess } from '../../../lambdas/corrections/reprocess.ts';
import { recordedSince } from '../../../lambdas/sweep/recorded-since.ts';
import { consolidateWindow } from '../../../layer/derived/window-object.ts';
import { crashing, Killed } from '../../stores/index.ts';
import {
  coverageOfWorld,
  createWorld,
  importFiles,
  openSession,
  problemsAtRest,
  sweepWorld,
  type World,
} from '../protocol/world.ts';
import { postedEvents, privateEvents, record } from './recorded-world.ts';

const NOW = Date.parse('2026-03-02T00:30:00Z');
const FROM = Date.parse('2026-03-01T23:20:00Z');
const DAY = 86_400_000;
const HALF_HOUR = { feed: 'application.main', period: '30min' as const, time_key: '2026-03-01-2330' };
const WINDOW = { feed: 'application.main', window: '2026-03-01/23-30' };
const SETTINGS = keyBasedPath(NAMESPACES.settings, 'site', 'settings', 'json');

async function filledWorld(): Promise<World> {
  const world = await createWorld(NOW);
  const events = await privateEvents(world, postedEvents(30, FROM, NOW));
  await record(world, events.slice(0, 20));
  world.clock.now += 1_000;
  await record(world, events.slice(8));
  await importFiles(world, []);
  return world;
}

/** Sums everything again under rules by which one page is excluded. */
async function sumAgain(world: World, around?: Parameters<typeof openSession>[1]) {
  await writeJson(world.store.data, SETTINGS, { exclude: [{ path: '/page-1' }] });
  const { pipeline, ingestOptions } = await openSession(world, around);
  const { settings, temporaryFolder } = ingestOptions;
  return reprocess(pipeline, settings, {}, { actor: 'test', temporaryFolder });
}

const requests = async (world: World) => (await readRollup(world.store.data, HALF_HOUR))?.measures.all;

describe('events of applications that are summed again', () => {
  test('count under the rules of today, each once, in the next generation alone', async () => {
    const world = await filledWorld();
    const before = await requests(world);
    expect(await sumAgain(world)).toMatchObject({ kept: 0 });
    await importFiles(world, []);
    const after = await requests(world);
    expect(before?.excluded_requests).toBe(0);
    expect(after?.excluded_requests).toBeGreaterThan(0);
    expect(after!.total_requests!).toBeLessThan(before!.total_requests!);
    const generations = (await listBatches(world.store.data, WINDOW)).map(({ generation }) => generation);
    expect(generations).toEqual([2, 2]);
    expect(await problemsAtRest(world)).toEqual([]);
  });

  test('have the same numbers wherever it died and was begun again', async () => {
    const undisturbed = await filledWorld();
    await sumAgain(undisturbed);
    await importFiles(undisturbed, []);
    const expected = (await readWindow(undisturbed.store.data, WINDOW))?.value.content_hash;
    const counting = crashing({ at: Number.POSITIVE_INFINITY });
    await sumAgain(await filledWorld(), counting.around);
    for (let at = 7; at < counting.calls(); at += 23) {
      const world = await filledWorld();
      const { around } = crashing({ at, when: at % 2 === 0 ? 'before' : 'after' });
      await expect(sumAgain(world, around)).rejects.toThrow(Killed);
      await sumAgain(world);
      world.clock.now += 3_600_001;
      await importFiles(world, []);
      expect({ at, hash: (await readWindow(world.store.data, WINDOW))?.value.content_hash }).toEqual({
        at,
        hash: expected,
      });
      expect({ at, problems: await problemsAtRest(world) }).toEqual({ at, problems: [] });
    }
  });

  test('keep their sums where raw data has expired', async () => {
    const world = await filledWorld();
    const before = await requests(world);
    const [first] = await listBatches(world.store.data, WINDOW);
    await world.store.data.delete(first!.key);
    expect((await sumAgain(world)).kept).toBeGreaterThan(0);
    await importFiles(world, []);
    expect(await requests(world)).toEqual(before);
  });
});

describe('the raw data of events', () => {
  test('goes with its age and the ids beside it, and what was summed stays', async () => {
    const world = await filledWorld();
    const before = await requests(world);
    const ids = windowIdsKey(WINDOW.feed, WINDOW.window);
    expect(await world.store.data.head(ids)).toBeDefined();
    world.clock.now += 91 * DAY;
    await sweepWorld(world);
    expect(await listBatches(world.store.data, WINDOW)).toEqual([]);
    expect(await world.store.data.head(ids)).toBeUndefined();
    expect(await requests(world)).toEqual(before);
    const { pipeline } = await openSession(world);
    const outcomes = new Set<string>();
    for await (const { outcome, what } of verifyStore(pipeline))
      if (what.startsWith('window')) outcomes.add(outcome);
    expect([...outcomes]).toEqual(['unverifiable']);
  });

  test('is found out about from the rows again where its ids are gone or are those of other batches', async () => {
    const world = await filledWorld();
    const { data } = world.store;
    const hash = async () => (await readWindow(data, WINDOW))?.value.content_hash;
    const before = await hash();
    const again = await privateEvents(world, postedEvents(30, FROM, NOW));
    await data.delete(windowIdsKey(WINDOW.feed, WINDOW.window));
    world.clock.now += 1_000;
    await record(world, again.slice(3, 9));
    expect(await hash()).toBe(before);
    await data.put(windowIdsKey(WINDOW.feed, WINDOW.window), new Uint8Array(64));
    world.clock.now += 1_000;
    await record(world, again.slice(12, 19));
    expect(await hash()).toBe(before);
    expect(await problemsAtRest(world)).toEqual([]);
  });
});

describe('a half-hour with more events than ids are kept of', () => {
  test('says so, up to the year', async () => {
    const world = await createWorld(NOW);
    const events = (await privateEvents(world, postedEvents(30, FROM, NOW))).filter(
      ({ app }) => app === 'main',
    );
    const { pipeline } = await openSession(world);
    await record(world, events, { carried: false, marked: false });
    const names = await heldBatches(world.store.data)(WINDOW);
    expect(names).toEqual([]);
    const few = { ...pipeline, mostIds: 3 };
    expect(await consolidateWindow(few, WINDOW)).toMatchObject({ repeats_unchecked: true });
    world.clock.now += 1_000;
    await record(world, events, { carried: false, marked: false });
    const window = await consolidateWindow(few, WINDOW);
    expect(window).toMatchObject({ repeats_unchecked: true });
    const session = await openSession(world);
    await session.pipeline.messages.consolidate([WINDOW]);
    await session.carryThrough();
    for (const [period, time_key] of [
      ['30min', '2026-03-01-2330'],
      ['yearly', '2026'],
    ] as const)
      expect(await readRollup(world.store.data, { feed: WINDOW.feed, period, time_key })).toMatchObject({
        repeats_unchecked: true,
      });
  });
});

describe('the numbers of an application', () => {
  test('are final when a later delivery shows that a day has passed', async () => {
    const world = await filledWorld();
    expect((await readRollup(world.store.data, HALF_HOUR))?.status).toBe('partial');
    world.clock.now = NOW + 26 * 3_600_000;
    const later = { event_type: 'page_view', method: 'GET', path: '/' };
    await record(world, await privateEvents(world, [later]));
    await sweepWorld(world);
    expect((await readRollup(world.store.data, HALF_HOUR))?.status).toBe('final');
    const main = (await listFeeds(world.store.data)).find(({ feed }) => feed === 'application.main');
    expect(main?.intervals).toEqual([
      { start: Date.parse('2026-03-01T23:00:00Z'), end: NOW + 2 * 3_600_000 },
    ]);
    expect(await problemsAtRest(world)).toEqual([]);
  });

  test('stay partial while events wait among the dead letters of their queue', async () => {
    const world = await filledWorld();
    const later = { event_type: 'page_view', method: 'GET', path: '/' };
    world.clock.now = NOW + 30 * 3_600_000;
    await record(world, await privateEvents(world, [later]));
    let dead = 3;
    const more = {
      recordedSince: () =>
        recordedSince(
          async () => dead,
          () => world.clock.now,
        ),
    };
    await sweepWorld(world, undefined, more);
    expect((await readRollup(world.store.data, HALF_HOUR))?.status).toBe('partial');
    dead = 0;
    await sweepWorld(world, undefined, more);
    expect((await readRollup(world.store.data, HALF_HOUR))?.status).toBe('final');
    expect((await coverageOfWorld(world))[WINDOW.feed]?.at(-1)?.end).toBe(NOW + 4 * 3_600_000);
  });

  test('cannot be taken out by the name of a batch, and the answer says why', async () => {
    const world = await filledWorld();
    const { pipeline } = await openSession(world);
    const [batch] = await listBatches(world.store.data, WINDOW);
    const [answer] = await forget(pipeline, { object_id: batch!.object_id }, 'test');
    expect(answer).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining("can't be forgotten"),
    });
    expect(await listBatches(world.store.data, WINDOW)).toHaveLength(2);
  });
});
