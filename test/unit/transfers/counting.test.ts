import { describe, expect, test } from '@jest/globals';
import { BadEvent } from '@sgraph-backbone/layer/events';
import {
  addRecipient,
  BadTransfer,
  CHUNK,
  eventsBefore,
  type PostedTransferEvent,
  postTransferEvent,
  REMEMBERED_IDS,
  readTransfer,
  summaryOf,
  TRANSFER_EVENTS,
  TransferBusy,
  type TransferRecord,
} from '@sgraph-backbone/layer/transfers';
import fc from 'fast-check';
import { aWorld, ID, keysOf, START, streamIds, type World } from './a-transfer.ts';

type Posted = PostedTransferEvent & { readonly event_id: string; readonly timestamp: number };

const posted: fc.Arbitrary<Posted> = fc.record(
  {
    event: fc.constantFrom(...TRANSFER_EVENTS),
    event_id: fc.stringMatching(/^[a-z]{1,3}$/),
    timestamp: fc.integer({ min: START - 23 * 3_600_000, max: START }),
    bytes: fc.nat(10_000),
    country: fc.constantFrom('PT', 'DE', 'FR'),
  },
  { requiredKeys: ['event', 'event_id', 'timestamp'] },
);

async function summaryIn({ data }: World, id = ID) {
  const found = (await readTransfer(data, id))!;
  return summaryOf(found.cacheId, found.stored as TransferRecord);
}

async function posting(events: readonly Posted[], id = ID): Promise<World> {
  const world = aWorld();
  for (const event of events) await postTransferEvent(world, id, event);
  return world;
}

describe('What is counted of a transfer', () => {
  test('is each event id once, in whatever order and however often events come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(posted, { selector: ({ event_id }) => event_id, minLength: 1, maxLength: 25 }),
        fc.infiniteStream(fc.nat()),
        async (events, numbers) => {
          const mixed = [...events, ...events].map((event) => ({
            event,
            at: numbers.next().value as number,
          }));
          const order = mixed.sort((a, b) => a.at - b.at).map(({ event }) => event);
          const [straight, shuffled] = [await posting(events), await posting(order)];
          const summary = await summaryIn(shuffled);
          expect(summary).toEqual(await summaryIn(straight));
          expect(summary.total_events).toBe(events.length);
          for (const name of TRANSFER_EVENTS)
            expect(summary.counts[name]).toBe(events.filter(({ event }) => event === name).length);
          expect(summary.last_activity_at).toBe(Math.max(...events.map(({ timestamp }) => timestamp)));
          expect(shuffled.taken).toHaveLength(events.length);
          expect(streamIds(shuffled).sort()).toEqual(streamIds(straight).sort());
        },
      ),
      { numRuns: 60 },
    );
  });

  test('tells views from downloads, and what was started from what was completed', async () => {
    const world = aWorld();
    for (const event of [
      'viewed',
      'viewed',
      'download_started',
      'download_completed',
      'upload_completed',
    ] as const)
      await postTransferEvent(world, ID, { event, bytes: 7, country: 'PT' });
    expect(await summaryIn(world)).toMatchObject({
      total_views: 2,
      total_downloads: 1,
      completed_bytes: 7,
      uploaded_bytes: 7,
      state: 'uploaded',
      created_at: null,
      last_activity_at: START,
      active_hours: ['2026-02-16-14'],
      active_countries: ['PT'],
    });
  });

  test.each([
    [['created'], 'created'],
    [['upload_started', 'created'], 'uploading'],
    [['viewed'], 'uploaded'],
    [['expired', 'upload_completed'], 'expired'],
    [['deleted', 'expired', 'viewed'], 'deleted'],
  ] as const)('puts a transfer with %j into the state %s', async (events, state) => {
    const world = aWorld();
    for (const event of events) await postTransferEvent(world, ID, { event });
    expect((await summaryIn(world)).state).toBe(state);
  });

  test('says null, and not 0, of bytes that no download has told', async () => {
    const world = aWorld();
    await postTransferEvent(world, ID, { event: 'created' });
    expect(await summaryIn(world)).toMatchObject({ completed_bytes: 0, uploaded_bytes: 0 });
    await postTransferEvent(world, ID, { event: 'download_completed' });
    expect(await summaryIn(world)).toMatchObject({ completed_bytes: null, uploaded_bytes: 0 });
    await postTransferEvent(world, ID, { event: 'download_completed', bytes: 5 });
    expect(await summaryIn(world)).toMatchObject({ completed_bytes: 5 });
  });

  test('belongs to one transfer: the same event id of another counts there', async () => {
    const world = aWorld();
    const event = { event: 'viewed', event_id: 'v1', timestamp: START } as const;
    await postTransferEvent(world, ID, event);
    await postTransferEvent(world, 'another', event);
    expect(streamIds(world)).toHaveLength(2);
    expect((await summaryIn(world, 'another')).total_views).toBe(1);
  });
});

describe('A busy transfer', () => {
  test(`knows an event id for ${REMEMBERED_IDS} events, keeps all events in sealed chunks, and its record small`, async () => {
    const world = aWorld();
    const post = (n: number) =>
      postTransferEvent(world, ID, { event: 'viewed', event_id: `v${n}`, timestamp: START, bytes: n });
    for (let n = 0; n < REMEMBERED_IDS; n++) await post(n);
    expect((await post(0)).duplicate).toBe(true);
    await post(REMEMBERED_IDS);
    expect((await post(0)).duplicate).toBe(false);
    const { cacheId, stored } = (await readTransfer(world.data, ID))!;
    expect(JSON.stringify(stored).length).toBeLessThan(64_000);
    const total = REMEMBERED_IDS + 2;
    expect((await summaryIn(world)).total_views).toBe(total);
    const seen: number[] = [];
    for (let before: number | undefined; before !== 0; before = seen.at(-1)!) {
      const page = await eventsBefore(world.data, cacheId, stored as TransferRecord, { before, limit: 50 });
      seen.push(...page.map(({ seq }) => seq));
    }
    expect(seen).toEqual(Array.from({ length: total }, (_, n) => total - 1 - n));
    const chunks = (await keysOf(world.data)).filter((key) => key.includes('/events/'));
    expect(chunks).toHaveLength(Math.floor((total - 1) / CHUNK) - 1);
  });

  test('has a record of at most 400 kB, whatever is reported of it and however long the stream takes nothing', async () => {
    const world = aWorld();
    for (let n = 0; n < 100; n++) await addRecipient(world, ID, `${n} ${'会'.repeat(76)}`);
    const found = (await readTransfer(world.data, ID))!;
    const { recipient } = (found.stored as TransferRecord).recipients[0]!;
    const longest = (n: number) => ({
      event: 'download_completed' as const,
      event_id: `${'x'.repeat(58)}-${1000 + n}`,
      timestamp: world.clock.now,
      bytes: 2 ** 40,
      duration_ms: 86_400_000,
      recipient,
      user_agent: `${'x'.repeat(8_000)}/1.0`,
      referrer: `https://${'x'.repeat(60)}.${'y'.repeat(60)}.example/`,
      ip: '2001:db8:85a3::8a2e:370:7334',
      app: 'x'.repeat(64),
      country: 'PT',
    });
    for (let n = 0; n < 530; n++) {
      world.clock.now += 60_000;
      world.sink.refuses = n >= 270;
      await postTransferEvent(world, ID, longest(n)).catch((error) =>
        expect(error).toBeInstanceOf(TransferBusy),
      );
    }
    const { stored } = (await readTransfer(world.data, ID))!;
    expect(stored.outbox).toHaveLength(256);
    expect(Buffer.byteLength(JSON.stringify(stored))).toBeLessThan(380_000);
  });

  test('writes one marker an hour, and leaves none of an attempt behind', async () => {
    const world = aWorld();
    for (let n = 0; n < 5; n++) await postTransferEvent(world, ID, { event: 'viewed' });
    world.clock.now += 3_600_000;
    await postTransferEvent(world, ID, { event: 'viewed' });
    const keys = await keysOf(world.data);
    expect(keys.filter((key) => key.includes('/activity/'))).toHaveLength(2);
    expect(keys.filter((key) => key.includes('/pending/'))).toEqual([]);
  });
});

describe('What is refused', () => {
  test.each(['', '../x', 'a/b', 'a.b', 'ä', 'a b', 'x'.repeat(129), 'a%2fb', 'jane@example.org', 'a\0b'])(
    'an id such as %j',
    async (id) => {
      await expect(postTransferEvent(aWorld(), id, { event: 'viewed' })).rejects.toThrow(BadTransfer);
    },
  );

  test.each([
    [{ event_id: '203.0.113.77', timestamp: START }, BadEvent],
    [{ event_id: 'jane@example.org', timestamp: START }, BadEvent],
    [{ event_id: '', timestamp: START }, BadEvent],
    [{ event_id: 'v1' }, BadTransfer],
    [{ timestamp: START / 1000 }, BadTransfer],
    [{ timestamp: START - 25 * 3_600_000 }, BadTransfer],
    [{ timestamp: START + 6 * 60_000 }, BadTransfer],
    [{ timestamp: Number.NaN }, BadTransfer],
    [{ ip: 'nobody' }, BadEvent],
    [{ country: 'Portugal' }, BadEvent],
  ])('a member such as %j, and nothing is written', async (members, error) => {
    const world = aWorld();
    await expect(postTransferEvent(world, ID, { event: 'viewed', ...members })).rejects.toThrow(error);
    expect(await keysOf(world.data)).toEqual([]);
  });

  test.each([
    '',
    '  ',
    'jane@example.org',
    'Jane <jane.doe@mail.example.org>',
    'jane @ example.org',
    'jane＠example.org',
    '203.0.113.77',
    'Jane at 2001:db8::1',
    'two\nlines',
    'x'.repeat(81),
    '\u202eevil',
    '\ud800',
  ])('a label such as %j', async (label) => {
    await expect(addRecipient(aWorld(), ID, label)).rejects.toThrow(BadTransfer);
  });
});
