import { describe, expect, test } from '@jest/globals';
import { heldBatches } from '@sgraph-backbone/layer/derived';
import { RemovalRefused, removeObject } from '@sgraph-backbone/layer/ledger';
import { OBSERVABILITY } from '@sgraph-backbone/layer/store';
import { crashing, Killed, seededRandom } from '../../stores/index.ts';
import { linesBetween, logFile } from './log-files.ts';
import {
  createWorld,
  deliver,
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

async function freshWorld(): Promise<World> {
  const world = await createWorld(START + DAY);
  world.files.set('kept.gz', logFile(linesBetween(10, START, START + HOUR, 1)));
  world.files.set('path.gz', logFile(linesBetween(10, START, START + HOUR, 2)));
  await importFiles(world, ['kept.gz', 'path.gz']);
  return world;
}

const OTHER = logFile(linesBetween(7, START, START + HOUR, 3));

describe('other content under a known path', () => {
  test('is refused with the two ways out, and nothing changes', async () => {
    const world = await freshWorld();
    const before = await hashesOf(world);
    world.files.set('path.gz', OTHER);
    const [answer] = await importFiles(world, ['path.gz']);
    expect(answer).toMatchObject({ outcome: 'refused' });
    expect(answer?.errors[0]).toMatch(/--replace.*--add/);
    expect(await hashesOf(world)).toEqual(before);
  });

  test('replaces what was there with --replace, and counts beside it with --add', async () => {
    const replaced = await freshWorld();
    replaced.files.set('path.gz', OTHER);
    const [answer] = await importFiles(replaced, ['path.gz'], { otherContent: 'replace' });
    expect(answer).toMatchObject({ outcome: 'replaced' });
    expect(await totalRequests(replaced)).toBe(17);
    expect(await problemsAtRest(replaced)).toEqual([]);

    const added = await freshWorld();
    added.files.set('path.gz', OTHER);
    await importFiles(added, ['path.gz'], { otherContent: 'add' });
    expect(await totalRequests(added)).toBe(27);
    expect(await problemsAtRest(added)).toEqual([]);
  });

  test('replaced by a command that dies anywhere is either there or not, and whole after the next one', async () => {
    const undisturbed = await freshWorld();
    undisturbed.files.set('path.gz', OTHER);
    await importFiles(undisturbed, ['path.gz'], { otherContent: 'replace' });
    const expected = await hashesOf(undisturbed);
    const random = seededRandom(Number(process.env.SEED ?? 3));
    for (let at = 1; at < 110; at += 1 + Math.floor(random() * 8)) {
      const world = await freshWorld();
      world.files.set('path.gz', OTHER);
      const { around } = crashing({ at, when: random() < 0.5 ? 'before' : 'after' });
      await importFiles(world, ['path.gz'], { around, otherContent: 'replace' }).catch((error) => {
        if (!(error instanceof Killed)) throw error;
      });
      await importFiles(world, ['path.gz'], { otherContent: 'replace' });
      // A removal that was not decided when its command died is taken back an hour later.
      world.clock.now += 2 * HOUR;
      await importFiles(world, []);
      expect({ at, hashes: await hashesOf(world) }).toEqual({ at, hashes: expected });
      expect({ at, problems: await problemsAtRest(world) }).toEqual({ at, problems: [] });
    }
  });
});

describe('a removal', () => {
  test('restates final windows with its reason', async () => {
    const world = await freshWorld();
    const session = await openSession(world);
    const { extendCoverage } = await import('@sgraph-backbone/layer/ledger');
    const { settleFeed } = await import('@sgraph-backbone/layer/derived');
    await extendCoverage(world.store.data, 'standard.EWORLD', { start: START - DAY, end: START + DAY });
    await settleFeed(session.pipeline, 'standard.EWORLD');
    await remove(world, 'path.gz');
    const restated = (await rollupsOf(world)).filter(({ revision }) => revision === 2);
    expect(restated.map(({ period }) => period)).toEqual(['30min', '30min', 'hourly', 'daily']);
    for (const rollup of restated) expect(rollup.restated?.reason).toBe('forget');
    expect(await totalRequests(world)).toBe(10);
  });

  test('is refused by name where raw data of another object has expired, and nothing changes', async () => {
    const world = await freshWorld();
    const before = await hashesOf(world);
    world.clock.now += 100 * DAY;
    await sweepWorld(world);
    expect(await hashesOf(world)).toEqual(before);
    await expect(remove(world, 'path.gz')).rejects.toThrow(RemovalRefused);
    expect(await hashesOf(world)).toEqual(before);
    world.files.set('late.gz', OTHER);
    await importFiles(world, ['late.gz']);
    expect(await totalRequests(world)).toBe(27);
  });

  test('takes a copy out of live/, and a duplicate delivery afterwards is a new one', async () => {
    const world = await createWorld(START + HOUR);
    world.files.set('a.gz', OTHER);
    await deliver(world, 'a.gz');
    await remove(world, undefined);
    const waiting = [];
    for await (const row of world.store.observability.list(OBSERVABILITY.live)) waiting.push(row);
    expect(waiting).toEqual([]);
    await sweepWorld(world);
    expect(await totalRequests(world)).toBe(0);
    await deliver(world, 'a.gz');
    expect(await totalRequests(world)).toBe(7);
    expect(await problemsAtRest(world)).toEqual([]);
  });
});

async function remove(world: World, name: string | undefined): Promise<void> {
  const session = await openSession(world);
  const { readLocation, entriesFolder } = await import('@sgraph-backbone/layer/ledger');
  const place = name === undefined ? undefined : await readLocation(world.store.data, `file:/${name}`);
  let objectId = place?.object_id;
  if (objectId === undefined)
    for await (const row of world.store.data.list(entriesFolder()))
      if (!('prefix' in row)) objectId = row.key.split('/').at(-1)?.replace('.json', '');
  const context = { ...session.pipeline, heldBatches: heldBatches(session.pipeline.data) };
  await removeObject(context, objectId as string);
  await session.carryThrough();
}
