import { describe, expect, test } from '@jest/globals';
import { daysBetween, type ReadDayTraffic } from '@sgraph-backbone/layer/costs';
import { DEFAULT_SETTINGS, readStampedSettings, replaceSettings } from '@sgraph-backbone/layer/settings';
import { dayTraffic } from '../../lambdas/collect-costs/day-traffic.ts';
import { privateEvents, record } from './events/recorded-world.ts';
import { linesBetween, logFile } from './protocol/log-files.ts';
import { createWorld, importFiles, openSession, type World } from './protocol/world.ts';

const DAY = 86_400_000;
// Lisbon's clocks go forward on the second of these days.
const FROM = Date.parse('2026-03-28T00:00:00Z');
const DAYS = daysBetween('2026-03-28', '2026-03-31');

const HOUR = 3_600_000;

/** Requests around the midnights of UTC and of the sites, uploads among them. */
const LINES = DAYS.flatMap((_, day) => [0, 4, 18, 23].map((hour) => FROM + day * DAY + hour * HOUR))
  .flatMap((start, seed) => linesBetween(50, start, start + HOUR, seed + 1))
  .map((line) => (line.includes('/transfers/complete/') ? line.replace('\tGET\t', '\tPOST\t') : line));

async function worldIn(timezone: string, distributions: readonly string[] = ['ONE']): Promise<World> {
  const world = await createWorld(FROM + 4 * DAY);
  const { data } = world.store;
  await replaceSettings(data, { ...DEFAULT_SETTINGS, timezone }, (await readStampedSettings(data)).stamp);
  for (const [index, distribution] of distributions.entries()) {
    const own = LINES.filter((_, line) => line % distributions.length === index);
    world.files.set(`${distribution}.gz`, logFile(own));
    await importFiles(world, [`${distribution}.gz`], { distribution });
  }
  return world;
}

async function readerOf(world: World): Promise<ReadDayTraffic> {
  const { pipeline, ingestOptions } = await openSession(world);
  return dayTraffic(pipeline, ingestOptions.settings);
}

const ofDay = (date: string) => LINES.filter((line) => line.startsWith(date));
const isPerson = (line: string) => line.includes('Chrome') && !line.includes('/.env');
const addresses = (lines: readonly string[]) => new Set(lines.map((line) => line.split('\t')[4])).size;
const uploadsIn = (lines: readonly string[]) =>
  lines.filter((line) => line.includes('\tPOST\t') && line.includes('\t200\t')).length;

describe('The traffic of AWS’s days', () => {
  test.each(['UTC', 'America/New_York', 'Asia/Kolkata', 'Europe/Lisbon'])(
    'is that of the UTC day on a site in %s',
    async (timezone) => {
      const read = await readerOf(await worldIn(timezone));
      for (const date of DAYS) {
        const lines = ofDay(date);
        const { requests, transfers, transfers_from, visitors, visitors_bound, feed, status } =
          await read(date);
        expect({ requests, transfers, transfers_from, feed, status }).toEqual({
          requests: lines.length,
          transfers: uploadsIn(lines),
          transfers_from: 'logs',
          feed: 'standard',
          status: 'partial',
        });
        const people = addresses(lines.filter(isPerson));
        // A UTC day that holds parts of two days of the site has the hashes of two keys.
        if (timezone === 'UTC') expect([visitors, visitors_bound]).toEqual([people, 'exact']);
        else expect(visitors! >= people && visitors! <= 2 * people).toBe(true);
      }
    },
  );

  test('is that of all distributions together', async () => {
    const read = await readerOf(await worldIn('UTC', ['ONE', 'TWO']));
    for (const date of DAYS) expect((await read(date)).requests).toBe(ofDay(date).length);
  });

  test('has the transfers that applications tell of, where they tell of any', async () => {
    const world = await worldIn('America/New_York');
    const noon = FROM + DAY / 2;
    world.clock.now = noon + HOUR;
    const posted = await privateEvents(
      world,
      Array.from({ length: 5 }, (_, index) => ({
        event_id: `e${index}`,
        event_type: 'file_upload',
        timestamp: noon + index,
      })),
    );
    // The last two are what the route of transfers emits.
    const events = posted.map((event, index) =>
      index < 3 ? event : { ...event, event_type: 'transfer_upload_completed' },
    );
    await record(world, events);
    world.clock.now = FROM + 4 * DAY;
    const read = await readerOf(world);
    expect(await read(DAYS[0]!)).toMatchObject({ transfers: 2, transfers_from: 'application' });
    expect(await read(DAYS[1]!)).toMatchObject({
      transfers: uploadsIn(ofDay(DAYS[1]!)),
      transfers_from: 'logs',
    });
  });

  test('that nobody has counted is unknown, never zero', async () => {
    const unknown = {
      status: 'unknown',
      requests: null,
      visitors: null,
      transfers: null,
      transfers_from: null,
    };
    const before = '2026-03-01';
    expect(await (await readerOf(await worldIn('UTC')))(before)).toMatchObject(unknown);
    const empty = await readerOf(await createWorld(FROM));
    expect(await empty(before)).toMatchObject(unknown);
  });

  test('has another mark when it has changed, and the same while it has not', async () => {
    const world = await worldIn('Asia/Kolkata');
    const marks = async () =>
      Promise.all(DAYS.map(async (date) => (await (await readerOf(world))(date)).mark));
    const before = await marks();
    expect(await marks()).toEqual(before);
    world.files.set('late.gz', logFile(linesBetween(3, FROM + DAY, FROM + DAY + HOUR, 99)));
    await importFiles(world, ['late.gz'], { distribution: 'ONE' });
    const after = await marks();
    expect(after[1]).not.toBe(before[1]);
    expect([after[0], after[2]]).toEqual([before[0], before[2]]);
  });
});
