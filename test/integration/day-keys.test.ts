import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { readRollup } from '@sgraph-backbone/layer/derived';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { createLog } from '@sgraph-backbone/layer/runtime';
import { DEFAULT_SETTINGS } from '@sgraph-backbone/layer/settings';
import { OBSERVABILITY, readJson, type Store } from '@sgraph-backbone/layer/store';
import { createBackbone } from '../../local/backbone.ts';
import { localPipeline } from '../../local/pipeline.ts';
import { createSession } from '../../local/session.ts';

const FIELDS = 'date time c-ip cs-method cs-uri-stem sc-status';
const FEED = { feed: 'standard.E2EXAMPLEKEYS1', period: 'daily' } as const;
const log = createLog({ level: 'error', write: () => undefined, now: Date.now });

/** A site with a clock, where the same two people come with every delivery. */
async function createSite(start: string) {
  const clock = { now: Date.parse(start) };
  const now = () => clock.now;
  const store = await openStore('memory:', { now });
  const backbone = await createBackbone(store, log, { now, quiet: true });
  return {
    store,
    clock,
    sweep: () => backbone.sweep(),
    deliver: async (at: string, ...times: string[]) => {
      clock.now = Date.parse(at);
      const lines = times.flatMap((time) =>
        ['192.0.2.1', '2001:db8::2'].map(
          (address) => `${time.replace('T', '\t')}:00\t${address}\tGET\t/\t200`,
        ),
      );
      const key = `${OBSERVABILITY.live}E2EXAMPLEKEYS1.2026-02-16-00.${clock.now.toString(16).slice(-8)}.gz`;
      await store.observability.put(key, gzipSync(`#Fields: ${FIELDS}\n${lines.join('\n')}\n`));
      await backbone.arrived(key);
      await backbone.sweep();
    },
    day: async (time_key: string) => (await readRollup(store.data, { ...FEED, time_key }))?.measures.all,
  };
}

/** Ids of the keys that there are, by day. */
async function keysOf({ observability }: Store): Promise<Record<string, string>> {
  const keys: Record<string, string> = {};
  for await (const row of observability.list(OBSERVABILITY.days)) {
    const found = 'prefix' in row ? undefined : await readJson<{ id: string }>(observability, row.key);
    if (found && !('prefix' in row))
      keys[row.key.slice(OBSERVABILITY.days.length, -'.json'.length)] = found.value.id;
  }
  return keys;
}

describe('the key of a day', () => {
  test('is destroyed by the sweeper 48 hours after the end of its day', async () => {
    const site = await createSite('2026-02-16T10:00:00Z');
    await site.deliver('2026-02-16T10:30:00Z', '2026-02-16T10:00');
    site.clock.now = Date.parse('2026-02-18T23:59:59.999Z');
    await site.sweep();
    expect(Object.keys(await keysOf(site.store))).toEqual(['2026-02-16']);
    site.clock.now = Date.parse('2026-02-19T00:00:00Z');
    await site.sweep();
    expect(await keysOf(site.store)).toEqual({});
  });

  test('of a day that was over lives 48 hours from its creation, and goes with the next command', async () => {
    const site = await createSite('2026-02-20T10:00:00Z');
    await site.deliver('2026-02-20T10:00:00Z', '2026-02-16T10:00');
    const open = async () => {
      const machine = localPipeline(site.store, DEFAULT_SETTINGS, SILENT);
      await createSession(site.store, { machine: { ...machine, now: () => site.clock.now } });
    };
    site.clock.now = Date.parse('2026-02-22T09:59:59Z');
    await open();
    expect(Object.keys(await keysOf(site.store))).toEqual(['2026-02-16']);
    site.clock.now = Date.parse('2026-02-22T10:00:00Z');
    await open();
    expect(await keysOf(site.store)).toEqual({});
  });

  test('counts a visitor once while it lives, whichever file tells of them', async () => {
    const site = await createSite('2026-02-16T10:00:00Z');
    await site.deliver('2026-02-16T10:30:00Z', '2026-02-16T10:00');
    await site.deliver('2026-02-17T11:30:00Z', '2026-02-16T11:00', '2026-02-17T11:00');
    const [first, second] = Object.values(await keysOf(site.store));
    expect(first).not.toBe(second);
    expect(await site.day('2026-02-16')).toMatchObject({ unique_visitors: 2, visitors_bound: 'exact' });
    expect(await site.day('2026-02-17')).toMatchObject({ unique_visitors: 2, visitors_bound: 'exact' });
  });

  test('once destroyed is never made again: late data gets another key, and the sum is an upper bound', async () => {
    const site = await createSite('2026-02-16T10:00:00Z');
    await site.deliver('2026-02-16T10:30:00Z', '2026-02-16T10:00');
    const before = (await keysOf(site.store))['2026-02-16'];
    site.clock.now = Date.parse('2026-02-20T00:00:00Z');
    await site.sweep();
    await site.deliver('2026-02-20T00:01:00Z', '2026-02-16T11:00');
    const after = (await keysOf(site.store))['2026-02-16'];
    expect(after).toEqual(expect.any(String));
    expect(after).not.toBe(before);
    expect(await site.day('2026-02-16')).toMatchObject({
      total_requests: 4,
      unique_visitors: 4,
      visitors_bound: 'upper',
    });
  });
});

const SILENT = { consolidate: async () => {}, aggregate: async () => {} };
