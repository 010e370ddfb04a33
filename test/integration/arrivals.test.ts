import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { createLog } from '@sgraph-backbone/layer/runtime';
import { type Arrivals, watchArrivals } from '../../local/arrivals.ts';
import { aroundObjectStore, type StoreCall } from '../stores/index.ts';
import { temporaryFolder } from './folder.ts';
import { linesBetween, logFile } from './protocol/log-files.ts';

const MORNING = Date.parse('2026-02-16T08:00:00Z');
const STILLNESS = 40;
const PATIENCE = 400;
const still = () => new Promise((wake) => setTimeout(wake, STILLNESS + 20));
const longStill = () => new Promise((wake) => setTimeout(wake, PATIENCE + 20));

/** A watched folder that is looked at when the test says so. */
async function watched(before: (call: StoreCall) => void = () => {}) {
  const folder = temporaryFolder();
  const logged: string[] = [];
  const { observability } = await openStore('memory:');
  const arrived: string[] = [];
  const incomplete: string[] = [];
  const arrivals: Arrivals = await watchArrivals({
    folder,
    observability: aroundObjectStore(observability, async (call, run) => {
      before(call);
      return run();
    }),
    onArrival: (key) => void arrived.push(key),
    onIncomplete: (message) => void incomplete.push(message),
    log: createLog({ level: 'error', write: (line) => void logged.push(line), now: Date.now }),
    stillness: STILLNESS,
    patience: PATIENCE,
    interval: 1_000_000,
  });
  arrivals.stop();
  const put = (name: string, text: string | Uint8Array) => writeFileSync(join(folder, name), text);
  return {
    folder,
    logged,
    observability,
    arrived,
    incomplete,
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
    put('year/month/a.log', 'a\n');
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
    put('a.log', 'the second\n');
    await look();
    await still();
    await look();
    expect(arrived).toEqual([]);
    expect(isThere('a.log')).toBe(true);
    await observability.delete('live/a.log');
    await look();
    expect(arrived).toEqual(['live/a.log']);
    expect(Buffer.from((await observability.get('live/a.log'))?.bytes ?? []).toString()).toBe('the second\n');
  });

  test('that can not arrive is named once, stays, and does not hold up the others', async () => {
    const { look, put, arrived, logged, isThere } = await watched((call) => {
      if (call.key.endsWith('b.log')) throw new Error('no room for this one');
    });
    for (const name of ['a.log', 'b.log', 'c.log']) put(name, `${name}\n`);
    await look();
    await still();
    for (let round = 0; round < 3; round++) await look();
    expect(arrived).toEqual(['live/a.log', 'live/c.log']);
    expect(isThere('b.log')).toBe(true);
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatch(/b\.log.*no room for this one/);
  });
});

describe('a copy that pauses', () => {
  const whole = logFile(linesBetween(50, MORNING, MORNING + 3_600_000, 1));
  const text = Buffer.from('#Fields: date time\n2026-02-16\t08:00:00\n');
  const parts: [string, Uint8Array, Uint8Array, RegExp][] = [
    ['of a .gz', whole.subarray(0, 200), whole, /^arrivals\/a is incomplete: its gzip data ends too early;/],
    ['of a .gz, before its trailer', whole.subarray(0, -4), whole, /its gzip data ends too early/],
    ['behind the first byte', whole.subarray(0, 1), whole, /its gzip data ends too early/],
    ['before the first byte', new Uint8Array(), whole, /it is empty/],
    ['within a line', text.subarray(0, -3), text, /its last line has no end/],
    ['of Parquet', Buffer.from('PAR1..'), Buffer.from('PAR1....PAR1'), /its Parquet footer is missing/],
  ];

  test.each(parts)('%s is not taken before it is whole', async (_, part, all, message) => {
    const { look, put, arrived, incomplete, observability } = await watched();
    put('a', part);
    for (let round = 0; round < 3; round++) {
      await look();
      await still();
    }
    expect(arrived).toEqual([]);
    expect(incomplete).toEqual([expect.stringMatching(message)]);
    put('a', all);
    await look();
    await still();
    await look();
    expect(arrived).toEqual(['live/a']);
    expect(Buffer.compare((await observability.get('live/a'))?.bytes as Uint8Array, all)).toBe(0);
  });

  test('and never goes on is taken as it is in the end', async () => {
    const { look, put, arrived, isThere } = await watched();
    put('a.gz', whole.subarray(0, 200));
    await look();
    await still();
    await look();
    await longStill();
    await look();
    expect(arrived).toEqual(['live/a.gz']);
    expect(isThere('a.gz')).toBe(false);
  });

  test.each([
    ['JSON without a last newline', '{"date":"2026-02-16"}{"date":"2026-02-17"}'],
    ['a JSON array', '[{"date":"2026-02-16"}]'],
    ['damaged gzip data', Buffer.concat([whole.subarray(0, 100), Buffer.alloc(100, 255), whole])],
  ])('is not what %s looks like', async (_, content) => {
    const { look, put, arrived } = await watched();
    put('a', content);
    await look();
    await still();
    await look();
    expect(arrived).toEqual(['live/a']);
  });
});
