import { tmpdir } from 'node:os';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createBatchSet } from '@sgraph-backbone/layer/batches';
import { openStore } from '@sgraph-backbone/layer/drivers';
import type { PrivateEvent } from '@sgraph-backbone/layer/events';
import { rawBatchKey } from '@sgraph-backbone/layer/ledger';
import { windowKey, windowStart } from '@sgraph-backbone/layer/rollups';
import { createLog } from '@sgraph-backbone/layer/runtime';
import { OBSERVABILITY, type ObjectStore } from '@sgraph-backbone/layer/store';
import { type Pulse, readPulse } from '../../../../lambdas/admin-api/analytics/pulse.ts';
import { recordEvents } from '../../../../lambdas/record-events/record-events.ts';
import { type Backbone, createBackbone } from '../../../../local/backbone.ts';
import { allRows, OPTIONS } from '../../batches/one-batch.ts';
import { randomBlock } from '../../batches/random-blocks.ts';
import { BARE, FIREFOX, FULL, NOW } from '../../events/events.ts';

const MINUTE = 60_000;
const log = createLog({
  level: 'error',
  write: (line) => void process.stderr.write(`${line}\n`),
  now: Date.now,
});

interface World {
  readonly data: ObjectStore;
  readonly reads: string[];
  readonly clock: { now: number };
  /** Brings a real-time log: a request at each of these moments, each from another address. */
  deliver(...times: number[]): Promise<void>;
  record(...events: Partial<PrivateEvent>[]): Promise<void>;
  pulse(question?: Partial<Parameters<typeof readPulse>[1]>): Promise<Pulse>;
}

let ids = 0;
const visitor = (n: number) => ({ key_id: 'k1', hash: n.toString(16).padStart(16, '0') });

async function world(): Promise<World> {
  const clock = { now: NOW };
  const store = await openStore('memory:', { now: () => clock.now });
  const backbone: Backbone = await createBackbone(store, log, { now: () => clock.now, quiet: true });
  const reads: string[] = [];
  const data: ObjectStore = {
    ...store.data,
    get: (key, options) => {
      reads.push(key);
      return store.data.get(key, options);
    },
  };
  return {
    data,
    reads,
    clock,
    record: async (...events) => {
      const { pipeline, options } = await backbone.here();
      ids += events.length;
      const whole = events.map((event, index) => ({ ...BARE, event_id: `e-${ids}-${index}`, ...event }));
      await recordEvents({ pipeline, ...options, marked: false }, whole);
    },
    deliver: async (...times) => {
      const lines = times.map(
        (time, n) =>
          `${time / 1_000}\t192.0.2.${n}\t200\t1000\tsend.example.org\t/\tMozilla/5.0%20Firefox/140.0`,
      );
      const fields = '#Fields: timestamp c-ip sc-status sc-bytes cs-host cs-uri-stem cs-user-agent';
      const key = `${OBSERVABILITY.live}E2EXAMPLE.${ids++}.gz`;
      await store.observability.put(key, gzipSync(`${fields}\n${lines.join('\n')}\n`));
      await backbone.arrived(key);
    },
    pulse: (question = {}) => readPulse(data, { now: clock.now, minutes: 5, class: 'all', ...question }),
  };
}

describe('a pulse', () => {
  test('of a store without live feeds says that nothing was measured', async () => {
    const { pulse } = await world();
    expect(await pulse()).toEqual({
      computed_at: NOW,
      window_minutes: 5,
      window_start: NOW - 5 * MINUTE,
      active_requests: null,
      active_events: null,
      active_visitors: null,
      active_transfers: null,
      recent_events: [],
      sources: [],
      filtered: {},
    });
  });

  test('counts requests, visitors and transfers of the last minutes over all batches', async () => {
    const { record, pulse, clock } = await world();
    await record(
      { timestamp: NOW, method: 'GET', visitor: visitor(1), transfer: visitor(9) },
      { timestamp: NOW, visitor: visitor(2) },
    );
    clock.now = NOW + MINUTE;
    await record({ timestamp: NOW + MINUTE, method: 'GET', visitor: visitor(1), transfer: visitor(9) });
    await record({ timestamp: NOW + MINUTE, method: 'GET', app: 'other', visitor: visitor(3) });
    expect(await pulse()).toMatchObject({
      active_requests: 3,
      active_events: 4,
      active_visitors: 3,
      active_transfers: 1,
    });
    expect((await pulse()).sources).toEqual([
      {
        feed: 'application.main',
        counted: true,
        active_requests: 2,
        active_visitors: 2,
        newest_event: NOW + MINUTE,
        last_delivery: NOW + MINUTE,
      },
      expect.objectContaining({ feed: 'application.other', active_requests: 1, active_visitors: 1 }),
    ]);
  });

  test('forgets what is older, and is zero when nobody is there', async () => {
    const { record, pulse, clock } = await world();
    await record({ timestamp: NOW, method: 'GET', visitor: visitor(1) });
    clock.now = NOW + 5 * MINUTE;
    expect(await pulse()).toMatchObject({ active_requests: 1 });
    clock.now = NOW + 6 * MINUTE;
    expect(await pulse()).toMatchObject({ active_requests: 0, active_visitors: 0, recent_events: [] });
    expect(await pulse({ minutes: 10 })).toMatchObject({ active_requests: 1 });
    expect((await pulse()).sources[0]).toMatchObject({ newest_event: NOW, last_delivery: NOW });
  });

  test('finds events on both sides of a half-hour, late ones and those of clocks that are ahead', async () => {
    const { record, pulse, clock } = await world();
    const half = windowStart(NOW) + 1_800_000;
    clock.now = half + MINUTE;
    await record(
      { timestamp: half - 1, method: 'GET' },
      { timestamp: half + 1, method: 'GET' },
      { timestamp: half + 5 * MINUTE, method: 'GET' },
    );
    await record({ timestamp: half - 50 * MINUTE, method: 'GET' });
    expect((await pulse()).active_requests).toBe(3);
    expect((await pulse({ minutes: 60 })).active_requests).toBe(4);
    // By its own time it still counts when its arrival is long past.
    clock.now = half + 9 * MINUTE;
    expect((await pulse()).active_requests).toBe(1);
  });

  test('reads nothing that arrived before its time', async () => {
    const { record, pulse, clock, reads } = await world();
    for (let minute = 0; minute < 25; minute++) {
      clock.now = NOW - 10 * MINUTE + minute * MINUTE;
      await record({ timestamp: clock.now, method: 'GET' });
    }
    reads.length = 0;
    await pulse();
    const batches = reads.filter((key) => key.endsWith('.parquet')).map((key) => /(\d{13})-/.exec(key)?.[1]);
    expect(Math.min(...batches.map(Number))).toBeGreaterThanOrEqual(clock.now - 11 * MINUTE);
    expect(batches.length).toBeLessThan(25);
  });

  test('reads a batch once, however often it is asked', async () => {
    const { record, pulse, reads } = await world();
    await record({ timestamp: NOW, method: 'GET' });
    const first = await pulse();
    reads.length = 0;
    expect(await pulse()).toEqual(first);
    expect(reads.filter((key) => key.endsWith('.parquet'))).toEqual([]);
  });

  test('counts a class by itself and says how many others there were', async () => {
    const { record, pulse } = await world();
    await record(
      { timestamp: NOW, method: 'GET', visitor: visitor(1) },
      { timestamp: NOW + 1, method: 'GET', class: 'bot', visitor: visitor(2) },
      { timestamp: NOW + 2, method: 'GET', class: 'probe' },
    );
    const humans = await pulse({ class: 'human' });
    expect(humans).toMatchObject({
      active_requests: 1,
      active_visitors: 1,
      filtered: { bot: 1, probe: 1, monitor: 0 },
    });
    expect(humans.recent_events.map((event) => event.class)).toEqual(['human']);
    expect(await pulse({ class: 'probe' })).toMatchObject({ active_requests: 1, active_visitors: null });
  });

  test('counts an event once that was recorded twice, and what came with it too', async () => {
    const { record, pulse, clock } = await world();
    const first = { ...FULL, class: 'human' as const, event_id: 'twice', timestamp: NOW };
    await record(first);
    clock.now = NOW + 1_000;
    await record(first, { timestamp: NOW, visitor: visitor(77) }, { timestamp: NOW, method: 'GET' });
    for (let round = 0; round < 2; round++) {
      const found = await pulse();
      expect(found).toMatchObject({ active_requests: 2, active_events: 3, active_visitors: 2 });
      expect(found.recent_events).toHaveLength(3);
    }
  });

  test('counts a batch that was summed again once', async () => {
    const { record, pulse, data } = await world();
    await record({ timestamp: NOW, method: 'GET' });
    for await (const row of data.list('sa-analytics-raw/data/key-based/')) {
      if ('prefix' in row || !row.key.endsWith('.1.parquet')) continue;
      const found = await data.get(row.key);
      await data.put(row.key.replace('.1.parquet', '.2.parquet'), found!.bytes);
    }
    expect((await pulse()).active_requests).toBe(1);
  });
});

describe('the recent events of a pulse', () => {
  test('are the ten newest of all batches, without anything that tells visitors apart', async () => {
    const { record, pulse } = await world();
    for (let batch = 0; batch < 4; batch++)
      await record(
        ...Array.from({ length: 6 }, (_, n) => ({
          ...FULL,
          event_id: `r-${batch}-${n}`,
          class: 'human' as const,
          timestamp: NOW - n * 4_000 - batch * 1_000,
        })),
      );
    const { recent_events } = await pulse();
    expect(recent_events.map(({ timestamp }) => NOW - timestamp)).toEqual(
      Array.from({ length: 10 }, (_, n) => n * 1_000),
    );
    expect(recent_events[0]).toEqual({
      timestamp: NOW,
      event_type: 'file_upload',
      method: 'POST',
      path: '/transfers/complete/{id}',
      status_code: 201,
      country: 'PT',
      browser: FIREFOX.browser,
      class: 'human',
    });
  });
});

describe('real-time logs', () => {
  test('are in the pulse as soon as they have been read', async () => {
    const { deliver, pulse } = await world();
    await deliver(NOW - 1_000, NOW - 2 * MINUTE);
    await deliver(NOW - 30 * MINUTE, NOW - 1_500);
    expect(await pulse()).toMatchObject({
      active_requests: 3,
      active_visitors: 2,
      active_transfers: null,
      sources: [{ counted: true, newest_event: NOW - 1_000, last_delivery: NOW }],
    });
    expect((await pulse({ minutes: 60 })).active_requests).toBe(4);
  });
});

describe('kinds of feeds', () => {
  let both: World;

  beforeAll(async () => {
    both = await world();
    await both.record({ timestamp: NOW, method: 'GET', visitor: visitor(1) });
    const block = { ...randomBlock(20, 5, undefined, { realtime: false }) };
    block.timestamp.fill(NOW + 1_000);
    const set = createBatchSet(tmpdir());
    const window = windowKey(windowStart(NOW));
    set.add('realtime.E2EXAMPLE', window, block, allRows(block), block.length);
    const { bytes } = set.finish('realtime.E2EXAMPLE', window, OPTIONS);
    await both.data.put(rawBatchKey('realtime.E2EXAMPLE', window, OPTIONS.object_id, 1), bytes);
  });

  test('are never added up: real-time logs count while they bring something', async () => {
    const pulse = await both.pulse();
    expect(pulse.active_requests).toBe(20);
    expect(pulse.recent_events[0]).toMatchObject({ event_type: null, timestamp: NOW + 1_000 });
    expect(pulse.sources.map(({ feed, counted }) => [feed, counted])).toEqual([
      ['realtime.E2EXAMPLE', true],
      ['application.main', false],
    ]);
  });

  test('count as the settings say', async () => {
    expect((await both.pulse({ primary: 'application' })).active_requests).toBe(1);
    expect((await both.pulse({ primary: 'standard' })).active_requests).toBe(20);
  });

  test('give way to applications where real-time logs have gone silent', async () => {
    both.clock.now = NOW + 20 * MINUTE;
    await both.record({ timestamp: both.clock.now, method: 'GET' });
    expect((await both.pulse()).active_requests).toBe(1);
  });
});
