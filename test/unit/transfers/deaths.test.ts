import { describe, expect, test } from '@jest/globals';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import {
  addRecipient,
  CHUNK,
  emitPending,
  eraseTransfer,
  isErased,
  OWNED_FOR,
  postTransferEvent,
  readTransfer,
  summaryOf,
  TransferBusy,
  TransferErased,
  type TransferRecord,
} from '@sgraph-backbone/layer/transfers';
import { crashing, failing, Killed, StoreFailure, yielding } from '../../stores/index.ts';
import { aWorld, ID, keysOf, START, streamIds, type World } from './a-transfer.ts';

const HOUR = 3_600_000;

/** Events of a transfer whose tail is nearly full, so that one of them seals a chunk. */
async function busyWorld(): Promise<World> {
  const world = aWorld();
  for (let n = 0; n < 2 * CHUNK - 2; n++) await post(world, `before-${n}`);
  return world;
}

function post(world: World, event_id: string) {
  return postTransferEvent(world, ID, { event: 'viewed', event_id, timestamp: START, country: 'PT' });
}

async function totalOf({ data }: World): Promise<number> {
  const found = await readTransfer(data, ID);
  return found === undefined ? 0 : summaryOf(found.cacheId, found.stored as TransferRecord).total_views;
}

/** The sweeper, long after. */
async function sweep(world: World): Promise<void> {
  world.clock.now += HOUR;
  await emitPending(world);
}

async function copyOf(world: World): Promise<World> {
  const data = memoryObjectStore();
  for (const key of await keysOf(world.data)) await data.put(key, (await world.data.get(key))!.bytes);
  const copy = aWorld(data);
  copy.taken.push(...world.taken);
  return copy;
}

describe('A process that dies anywhere', () => {
  test.each(['before', 'after'] as const)(
    'counts as many events as the stream gets, %s any of its calls',
    async (when) => {
      const start = await busyWorld();
      for (let at = 1, dies = true; dies; at++) {
        const world = await copyOf(start);
        const crash = crashing({ at, when });
        const dying = world.through(crash.around);
        for (const id of ['a', 'b', 'a', 'c', 'd'])
          await post(dying, id).catch((error) => expect(error).toBeInstanceOf(Killed));
        dies = crash.calls() >= at;
        await sweep(world);
        expect(streamIds(world)).toHaveLength(await totalOf(world));
        // Whoever got no answer asks again: then every event is counted, once.
        for (const id of ['a', 'b', 'c', 'd']) await post(world, id);
        await sweep(world);
        expect({ at, total: await totalOf(world) }).toEqual({ at, total: 2 * CHUNK + 2 });
        expect(streamIds(world)).toHaveLength(2 * CHUNK + 2);
        expect((await keysOf(world.data)).filter((key) => key.includes('/pending/'))).toEqual([]);
      }
    },
  );

  test('leaves its events to the next writer, who passes them on with its own', async () => {
    const world = aWorld();
    const dying = world.through(async (call, run) => {
      if (call.key === 'stream') throw new Killed('at the stream');
      return run();
    });
    expect((await post(dying, 'a')).delayed).toBeInstanceOf(Killed);
    expect(world.taken).toEqual([]);
    world.clock.now += OWNED_FOR;
    await post(world, 'b');
    expect(streamIds(world)).toHaveLength(2);
    expect(world.taken).toHaveLength(2);
  });

  test('leaves its events to a repetition of its own, at once', async () => {
    const world = aWorld();
    world.sink.refuses = true;
    await post(world, 'a');
    world.sink.refuses = false;
    expect((await post(world, 'a')).duplicate).toBe(true);
    expect(world.taken).toHaveLength(1);
  });
});

describe('A stream that takes nothing', () => {
  test('is tried again, and beyond 256 waiting events no more are counted', async () => {
    const world = aWorld();
    world.sink.refuses = true;
    for (let n = 0; n < 256; n++) await post(world, `v${n}`);
    await expect(post(world, 'one-more')).rejects.toThrow(TransferBusy);
    expect(await totalOf(world)).toBe(256);
    expect((await emitPending(world)).waiting).toBe(256);
    world.sink.refuses = false;
    await sweep(world);
    expect(streamIds(world)).toHaveLength(256);
    expect((await post(world, 'one-more')).duplicate).toBe(false);
    await sweep(world);
    expect(streamIds(world)).toHaveLength(257);
  });
});

describe('A store that fails now and then', () => {
  test('counts each event once that is sent until it is answered, answers lost or not', async () => {
    for (let seed = 0; seed < 30; seed++) {
      const world = aWorld();
      const shaky = world.through(failing({ seed, rate: 0.15 }));
      for (const id of ['a', 'b', 'c', 'd', 'e', 'f'])
        for (let tries = 0; tries < 50; tries++) {
          const done = await post(shaky, id).catch((error) => expect(error).toBeInstanceOf(StoreFailure));
          if (done) break;
        }
      await sweep(world);
      expect({ seed, total: await totalOf(world), stream: streamIds(world).length }).toEqual({
        seed,
        total: 6,
        stream: 6,
      });
    }
  });
});

describe('Several at once', () => {
  test('count each event once, whoever sends it', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const world = aWorld();
      const writers = Array.from({ length: 4 }, (_, n) => world.through(yielding({ seed: seed * 4 + n })));
      const sent = Array.from({ length: 60 }, (_, n) => post(writers[n % 4]!, `v${n % 40}`));
      const done = await Promise.all(sent);
      expect(done.filter(({ duplicate }) => !duplicate)).toHaveLength(40);
      await sweep(world);
      expect({ seed, total: await totalOf(world), stream: streamIds(world).length }).toEqual({
        seed,
        total: 40,
        stream: 40,
      });
    }
  });
});

describe('An erased history', () => {
  /** What is left must be the mark alone: no time of any event, no label, no country, no event id. */
  async function expectErased(world: World): Promise<void> {
    const keys = await keysOf(world.data);
    expect(keys.filter((key) => !key.includes('/records/'))).toEqual([]);
    const { stored } = (await readTransfer(world.data, ID))!;
    expect(stored).toEqual({ erased_at: expect.any(Number), outbox: [], hours: [] });
  }

  test('leaves a mark that refuses events and recipients, and nothing else; its events stay in the stream', async () => {
    const world = await busyWorld();
    for (const id of ['a', 'b', 'c']) await post(world, id);
    await addRecipient(world, ID, 'the lawyer');
    expect((await keysOf(world.data)).length).toBeGreaterThan(4);
    expect(await eraseTransfer(world, ID)).toBe(START);
    await expectErased(world);
    await expect(post(world, 'd')).rejects.toThrow(TransferErased);
    await expect(addRecipient(world, ID, 'the lawyer')).rejects.toThrow(TransferErased);
    expect(await eraseTransfer(world, ID)).toBe(START);
    expect(streamIds(world)).toHaveLength(2 * CHUNK + 1);
    await expectErased(world);
  });

  test('of a transfer that nobody has heard of is nothing', async () => {
    const world = aWorld();
    expect(await eraseTransfer(world, ID)).toBeUndefined();
    expect(await keysOf(world.data)).toEqual([]);
  });

  test('is erased to the end by the sweeper, wherever its eraser died', async () => {
    const start = await busyWorld();
    for (const id of ['a', 'b', 'c']) await post(start, id);
    for (let at = 1; at <= 25; at++) {
      const world = await copyOf(start);
      const dying = world.through(crashing({ at, when: at % 2 === 0 ? 'before' : 'after' }).around);
      await eraseTransfer(dying, ID).catch((error) => expect(error).toBeInstanceOf(Killed));
      await sweep(world);
      if (!isErased((await readTransfer(world.data, ID))!.stored)) await eraseTransfer(world, ID);
      await expectErased(world);
      expect(streamIds(world)).toHaveLength(2 * CHUNK + 1);
    }
  });

  test('stays erased when writers were slower than the eraser', async () => {
    const start = await busyWorld();
    for (let seed = 0; seed < 40; seed++) {
      const world = await copyOf(start);
      const writers = [1, 2, 3].map((n) => world.through(yielding({ seed: seed * 7 + n, turns: 8 })));
      const eraser = world.through(yielding({ seed, turns: 4 }));
      const posts = writers.map((writer, n) => post(writer, `late-${n}`).then(() => 1, refusedOnly));
      await eraseTransfer(eraser, ID);
      const counted = (await Promise.all(posts)).reduce((sum, one) => sum + one, 0);
      await sweep(world);
      await expectErased(world);
      expect({ seed, stream: streamIds(world).length }).toEqual({ seed, stream: 2 * CHUNK - 2 + counted });
    }
  });

  test('stays erased when writers died on the way', async () => {
    const start = await busyWorld();
    for (let at = 1; at <= 12; at++) {
      const world = await copyOf(start);
      const dying = world.through(crashing({ at }).around);
      for (const id of ['a', 'b', 'c'])
        await post(dying, id).catch((error) => expect(error).toBeInstanceOf(Killed));
      await eraseTransfer(world, ID);
      await sweep(world);
      await expectErased(world);
    }
  });

  function refusedOnly(error: unknown): number {
    expect(error).toBeInstanceOf(TransferErased);
    return 0;
  }
});
