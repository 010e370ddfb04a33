import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { createLog } from '@sgraph-backbone/layer/runtime';
import { type Arrivals, watchArrivals } from '../../local/arrivals.ts';
import { aroundObjectStore, type StoreCall } from '../stores/index.ts';
import { temporaryFolder } from './folder.ts';

const STILLNESS = 40;
const still = () => new Promise((wake) => setTimeout(wake, STILLNESS + 20));

/** A watched folder that is looked at when the test says so. */
async function watched(before: (call: StoreCall) => void = () => {}) {
  const folder = temporaryFolder();
  const logged: string[] = [];
  const { observability } = await openStore('memory:');
  const arrived: string[] = [];
  const arrivals: Arrivals = await watchArrivals({
    folder,
    observability: aroundObjectStore(observability, async (call, run) => {
      before(call);
      return run();
    }),
    onArrival: (key) => void arrived.push(key),
    log: createLog({ level: 'error', write: (line) => void logged.push(line), now: Date.now }),
    stillness: STILLNESS,
    interval: 1_000_000,
  });
  arrivals.stop();
  const put = (name: string, text: string) => writeFileSync(join(folder, name), text);
  return {
    folder,
    logged,
    observability,
    arrived,
    look: arrivals.look,
    put,
    isThere: (name: string) => existsSync(join(folder, name)),
  };
}

describe('a file in arrivals/', () => {
  test('moves into live/ when it has stood still, and not before', async () => {
    const { look, put, arrived, observability, folder, isThere } = await watched();
    put('a.log', 'one\n');
    await look();
    await look();
    expect(arrived).toEqual([]);
    await still();
    appendFileSync(join(folder, 'a.log'), 'two\n');
    await look();
    expect(arrived).toEqual([]);
    await still();
    await look();
    expect(arrived).toEqual(['live/a.log']);
    expect(Buffer.from((await observability.get('live/a.log'))?.bytes ?? []).toString()).toBe('one\ntwo\n');
    expect(isThere('a.log')).toBe(false);
  });

  test('keeps the folders that it lies in, and what is hidden stays', async () => {
    const { look, put, arrived, folder, isThere } = await watched();
    mkdirSync(join(folder, 'year', 'month'), { recursive: true });
    put('year/month/a.log', 'a');
    put('.copying', 'half');
    await look();
    await still();
    await look();
    expect(arrived).toEqual(['live/year/month/a.log']);
    expect(isThere('.copying')).toBe(true);
  });

  test('waits while another one of its name is still in live/', async () => {
    const { look, put, arrived, observability, isThere } = await watched();
    await observability.put('live/a.log', Buffer.from('the first'));
    put('a.log', 'the second');
    await look();
    await still();
    await look();
    expect(arrived).toEqual([]);
    expect(isThere('a.log')).toBe(true);
    await observability.delete('live/a.log');
    await look();
    expect(arrived).toEqual(['live/a.log']);
    expect(Buffer.from((await observability.get('live/a.log'))?.bytes ?? []).toString()).toBe('the second');
  });

  test('that can not arrive is named once, stays, and does not hold up the others', async () => {
    const { look, put, arrived, logged, isThere } = await watched((call) => {
      if (call.key.endsWith('b.log')) throw new Error('no room for this one');
    });
    for (const name of ['a.log', 'b.log', 'c.log']) put(name, name);
    await look();
    await still();
    for (let round = 0; round < 3; round++) await look();
    expect(arrived).toEqual(['live/a.log', 'live/c.log']);
    expect(isThere('b.log')).toBe(true);
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatch(/b\.log.*no room for this one/);
  });
});
