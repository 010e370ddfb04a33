import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { listFeeds, listMarkers } from '@sgraph-backbone/layer/ledger';
import { NAMESPACES, OBSERVABILITY, type Store, writeJson } from '@sgraph-backbone/layer/store';
import { examineStore, type Observation } from '../../../local/doctor/index.ts';
import { aroundStore, recording } from '../../stores/index.ts';
import { backbone } from '../command.ts';
import { temporaryFolder } from '../folder.ts';
import { type Importing, openImporting } from '../importing.ts';
import { linesBetween, logFile } from '../protocol/log-files.ts';

const HOUR = 3_600_000;
const MORNING = Date.parse('2026-02-16T06:00:00Z');
const LINES = linesBetween(1_200, MORNING, MORNING + 6 * HOUR, 3);

describe('A store', () => {
  let folder: string;
  let store: Store;
  let importing: Importing;
  beforeEach(async () => {
    folder = temporaryFolder();
    store = await openStore('memory:');
    importing = await openImporting(store);
  });

  async function add(lines: readonly string[], name: string, distribution = 'E1'): Promise<void> {
    const path = join(folder, name);
    writeFileSync(path, logFile(lines));
    await importing.add(path, { distribution });
    await importing.session.carryThrough();
  }

  async function seen(now = Date.now(), examined = store): Promise<Observation[]> {
    const all: Observation[] = [];
    const examination = { store: examined, now, rawRetentionDays: 90, freshnessHours: 24 };
    for await (const observation of examineStore(examination)) all.push(observation);
    return all;
  }

  const faults = async (now?: number) =>
    (await seen(now))
      .filter(({ outcome }) => outcome === 'fault')
      .map(({ check, what }) => `${check}: ${what}`);

  test('with nothing wrong has no fault, and is not touched by being looked at', async () => {
    await add(LINES, 'one.gz');
    const { around, calls } = recording();
    const all = await seen(undefined, aroundStore(store, around));
    expect(all.filter(({ outcome }) => outcome === 'fault')).toEqual([]);
    expect(all.find(({ check }) => check === 'buckets')?.what).toBe('skipped: the store is not on S3');
    expect(new Set(calls.map(({ method }) => method))).toEqual(new Set(['get', 'head', 'list']));
  });

  test('that is empty says so, and has no fault', async () => {
    expect(
      (await seen(undefined, await openStore('memory:'))).filter(({ outcome }) => outcome === 'note'),
    ).toEqual([
      expect.objectContaining({ what: 'the store is empty: nothing was ever written to it' }),
      expect.objectContaining({ check: 'buckets' }),
      expect.objectContaining({ what: 'no log has been counted yet' }),
    ]);
  });

  test('with a log object that nobody counts says which, after an hour', async () => {
    await add(LINES, 'one.gz');
    await store.observability.put(`${OBSERVABILITY.live}E1.2026-02-16-10.abc.gz`, logFile(LINES.slice(0, 3)));
    expect(await faults()).toEqual([]);
    expect(await faults(Date.now() + 2 * HOUR)).toEqual([
      'live/: a log object is (live/E1.2026-02-16-10.abc.gz) not counted after an hour',
    ]);
  });

  test('whose batches are gone says so', async () => {
    await add(LINES.slice(0, 50), 'one.gz');
    const raw: string[] = [];
    for await (const row of store.data.list(`${NAMESPACES.cloudfront.raw}/`))
      if ('key' in row) raw.push(row.key);
    await store.data.delete(raw[0]!);
    expect(await faults()).toEqual([`ledger: 1 batches of counted objects are missing (${raw[0]})`]);
  });

  test('with work that nobody finishes says since when', async () => {
    const path = join(folder, 'one.gz');
    writeFileSync(path, logFile(LINES));
    await importing.add(path);
    expect(await listMarkers(store.data)).toHaveLength(1);
    expect(await faults()).toEqual([]);
    expect(await faults(Date.now() + 2 * HOUR)).toEqual([
      expect.stringMatching(/^pending: 1 operations were begun and not finished, the oldest at 2/),
    ]);
  });

  test('with two feeds of the same requests says which two, and two of like traffic are none', async () => {
    await add(LINES, 'one.gz', 'E1');
    await add(linesBetween(1_500, MORNING, MORNING + 6 * HOUR, 4), 'other.gz', 'E2');
    expect(await faults()).toEqual([]);
    // The same requests in another file, as the old and the new logging of one distribution bring them.
    await add([...LINES].reverse(), 'twice.gz', 'local');
    expect(await faults()).toEqual([
      expect.stringMatching(
        /^double feeds: standard.E1 and standard.local have nearly the same requests in \d hours/,
      ),
    ]);
  });

  test('whose feed brings nothing any more, or whose coverage stands still, says since when', async () => {
    await add(LINES, 'one.gz');
    const [coverage] = await listFeeds(store.data);
    const now = Date.now();
    const key = (await keysOf(store, `${NAMESPACES.cloudfront.ledger}/`)).find((name) =>
      name.includes('/coverage/'),
    )!;
    const delivered = (last_delivery: number) =>
      writeJson(store.data, key, {
        ...coverage,
        last_delivery,
        intervals: [{ start: MORNING, end: MORNING + HOUR }],
      });
    await delivered(now - 30 * HOUR);
    expect(await faults(now)).toEqual([
      expect.stringMatching(/^freshness: standard.E1: nothing was delivered since/),
    ]);
    await delivered(now - HOUR);
    expect(await faults(now)).toEqual([
      'freshness: standard.E1: counted as complete only up to 2026-02-16T07:00Z',
    ]);
  });
});

test('The command ends with 1 where there is a fault, and with 2 where there is no store', async () => {
  const cwd = temporaryFolder();
  expect(await backbone(['doctor'], { cwd })).toMatchObject({
    code: 2,
    stderr: 'There is no store at .backbone\n',
  });
  mkdirSync(join(cwd, 'logs'));
  writeFileSync(join(cwd, 'logs', 'one.gz'), logFile(LINES.slice(0, 20)));
  expect((await backbone(['import', 'logs'], { cwd })).code).toBe(0);
  const well = await backbone(['doctor', '--json'], { cwd });
  expect(well).toMatchObject({ code: 0, stderr: '' });
  expect(
    well.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).outcome),
  ).not.toContain('fault');
  const store = await openStore(`disk:${join(cwd, '.backbone')}`);
  for (const key of await keysOf(store, `${NAMESPACES.cloudfront.raw}/`)) await store.data.delete(key);
  await store.close();
  const ill = await backbone(['doctor'], { cwd });
  expect(ill.code).toBe(1);
  expect(ill.stdout).toMatch(/^fault ledger: .*\n {6}why it matters: .*\n {6}what to do: /m);
});

async function keysOf({ data }: Store, folder: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const row of data.list(folder)) if ('key' in row) keys.push(row.key);
  return keys;
}
