import { beforeAll, describe, expect, test } from '@jest/globals';
import { BadEvent, type PrivateEvent } from '@sgraph-backbone/layer/events';
import { NAMESPACES } from '@sgraph-backbone/layer/store';
import fc from 'fast-check';
import { crashing, Killed, recording, seededRandom } from '../../stores/index.ts';
import { createWorld, hashesOf, importFiles, problemsAtRest, type World } from '../protocol/world.ts';
import { normaliserOf, postedEvents, privateEvents, record } from './recorded-world.ts';

const NOW = Date.parse('2026-03-02T00:30:00Z');
// Over the end of a day, a week and a half-hour.
const FROM = Date.parse('2026-03-01T23:20:00Z');
const COUNT = 30;

let events: PrivateEvent[];
let expected: Record<string, string>;

const hashes = (world: World) => hashesOf(world, NAMESPACES.analytics);

beforeAll(async () => {
  const world = await createWorld(NOW);
  events = await privateEvents(world, postedEvents(COUNT, FROM, NOW));
  await record(world, events);
  await importFiles(world, []);
  expected = await hashes(world);
  expect(Object.keys(expected).length).toBeGreaterThan(12);
  expect(await problemsAtRest(world)).toEqual([]);
});

describe('events of applications', () => {
  test('count once, in whatever batches, however often and in whatever order they come', async () => {
    const some = fc.array(fc.nat({ max: COUNT - 1 }), { minLength: 1, maxLength: 15 });
    const all = fc.shuffledSubarray(
      events.map((_, index) => index),
      { minLength: COUNT },
    );
    const deliveries = fc.array(some, { maxLength: 4 });
    // Clocks of writers differ: what comes later may have the earlier name.
    const arrivals = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 6, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        deliveries,
        all,
        fc.nat(COUNT),
        arrivals,
        fc.boolean(),
        async (more, order, cut, at, carried) => {
          const world = await createWorld(NOW);
          const parts = [order.slice(0, cut), ...more, order.slice(cut)];
          for (const [index, part] of parts.entries()) {
            world.clock.now = NOW + (at[index] ?? 0);
            await record(
              world,
              part.map((number) => events[number]!),
              { carried },
            );
          }
          world.clock.now = NOW;
          await importFiles(world, []);
          expect(await hashes(world)).toEqual(expected);
          expect(await problemsAtRest(world)).toEqual([]);
        },
      ),
      { numRuns: 12, seed: Number(process.env.SEED ?? 1) },
    );
  });

  test('are all there and none is there twice, wherever a process died and was asked again', async () => {
    const counting = crashing({ at: Number.POSITIVE_INFINITY });
    await record(await createWorld(NOW), events, { around: counting.around });
    const random = seededRandom(Number(process.env.SEED ?? 1));
    // Close to each other while they are written, then here and there while they are carried through.
    const step = (at: number) => (at < 30 ? 3 : counting.calls() / 5);
    for (let at = 1; at <= counting.calls(); at += 1 + Math.floor(random() * step(at))) {
      const world = await createWorld(NOW);
      const when = random() < 0.5 ? 'before' : 'after';
      await expect(record(world, events, { around: crashing({ at, when }).around })).rejects.toThrow(Killed);
      world.clock.now += 3_000;
      await record(world, events);
      // A marker of which nothing was written waits for an hour.
      world.clock.now += 3_600_001;
      await importFiles(world, []);
      expect({ at, when, hashes: await hashes(world) }).toEqual({ at, when, hashes: expected });
      expect({ at, when, problems: await problemsAtRest(world) }).toEqual({ at, when, problems: [] });
    }
  });

  test('are carried up to the year by the next who opens the store, when a process died after it wrote them', async () => {
    const world = await createWorld(NOW);
    await record(world, events, { carried: false });
    expect(await hashes(world)).toEqual({});
    await importFiles(world, []);
    expect(await hashes(world)).toEqual(expected);
    expect(await problemsAtRest(world)).toEqual([]);
  });

  test('of two writers at once count once', async () => {
    const world = await createWorld(NOW);
    await Promise.all([
      record(world, events),
      record(world, events.slice(5)),
      record(world, events.slice(0, 20)),
    ]);
    await importFiles(world, []);
    expect(await hashes(world)).toEqual(expected);
    expect(await problemsAtRest(world)).toEqual([]);
  });

  test('can be recorded, whatever is accepted', async () => {
    const world = await createWorld(NOW);
    const names = fc.stringMatching(/^[A-Za-z0-9._:-]{1,64}$/);
    const posted = fc.record(
      {
        event_id: names,
        event_type: fc.oneof(
          fc.constantFrom('page_view', 'constructor'),
          fc.stringMatching(/^[a-z][a-z0-9_]{0,47}$/),
        ),
        timestamp: fc.integer({ min: NOW - 86_400_000, max: NOW + 300_000 }),
        app: fc.constantFrom('main', '.hidden', '-', 'A.b_c', '..'),
        method: fc.constantFrom('GET', 'post', 'x'),
        path: fc.oneof(
          fc.webPath(),
          fc.webUrl({ withQueryParameters: true }),
          fc.constant('/?token=__proto__'),
        ),
        status_code: fc.integer({ min: 0, max: 599 }),
        duration_ms: fc.double({ min: 0, max: 86_400_000, noNaN: true }),
        content_bytes: fc.oneof(fc.nat(), fc.constant(2 ** 40)),
        ip: fc.oneof(fc.ipV4(), fc.ipV6()),
        user_agent: fc.string({ unit: 'binary' }),
        referrer: fc.oneof(fc.webUrl(), fc.string()),
        country: fc.constantFrom('PT', 'zz'),
        transfer_id: fc.stringMatching(/^[A-Za-z0-9_-]{1,128}$/),
        token: fc.stringMatching(/^[a-z0-9]{3,64}$/),
      },
      { requiredKeys: ['event_type', 'timestamp'] },
    );
    const accepted: PrivateEvent[] = [];
    const normaliser = await normaliserOf(world);
    for (const one of fc.sample(posted, { numRuns: 500, seed: Number(process.env.SEED ?? 1) }))
      try {
        accepted.push(await normaliser.normalise(one));
      } catch (error) {
        expect(error).toBeInstanceOf(BadEvent);
      }
    expect(accepted.length).toBeGreaterThan(20);
    await record(world, accepted);
    expect(await problemsAtRest(world)).toEqual([]);
  });

  test('cost their window one read of a batch each, however many it holds', async () => {
    const world = await createWorld(NOW);
    const window = events.filter(({ app, timestamp }) => app === 'main' && timestamp < FROM + 600_000);
    for (const event of window) {
      world.clock.now += 50;
      await record(world, [event]);
    }
    expect(window.length).toBeGreaterThan(3);
    const { around, calls } = recording();
    world.clock.now += 50;
    await record(world, [{ ...window[0]!, event_id: 'one-more' }], { around });
    const read = calls.filter(({ method, key }) => method === 'get' && key.endsWith('.parquet'));
    expect(read).toHaveLength(1);
  });
});
