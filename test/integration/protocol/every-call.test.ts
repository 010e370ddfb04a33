import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { listMarkers } from '@sgraph-backbone/layer/ledger';
import { OBSERVABILITY } from '@sgraph-backbone/layer/store';
import { archive } from '../../../lambdas/archive/archive.ts';
import { type Around, crashing, failing, Killed, StoreFailure } from '../../stores/index.ts';
import { linesBetween, logFile } from './log-files.ts';
import {
  createWorld,
  deliver,
  hashesOf,
  importFiles,
  openSession,
  problemsAtRest,
  sweepWorld,
  type World,
} from './world.ts';

const HOUR = 3_600_000;
// Two half-hours on either side of the end of a month.
const MIDNIGHT = Date.parse('2026-03-01T00:00:00Z');
const FROM = MIDNIGHT - HOUR / 2;

/** What somebody does in a prepared world, and does again without `around` after a death. */
interface Case {
  readonly name: string;
  prepare(): Promise<World>;
  run(world: World, around?: Around): Promise<unknown>;
  /** How many calls there are from one death to the next, unless STRIDE says so. */
  readonly stride: number;
}

async function worldWith(files: Readonly<Record<string, Uint8Array>>): Promise<World> {
  const world = await createWorld(MIDNIGHT + 2 * HOUR);
  for (const [name, bytes] of Object.entries(files)) world.files.set(name, bytes);
  return world;
}

const log = (seed: number) => logFile(linesBetween(5, FROM, MIDNIGHT + HOUR / 2, seed));

const REALTIME = Array.from(
  { length: 8 },
  (_, n) =>
    `${FROM / 1000 + n * 400}.5\t192.0.2.${n % 3}\t200\t${1_000 + n}\ta.example\t/${n % 2}\tcurl/8.0\tid-${n}`,
);
const realtimeFile = (lines: readonly string[]) =>
  gzipSync(
    `#Fields: timestamp c-ip sc-status sc-bytes cs-host cs-uri-stem cs-user-agent x-edge-request-id\n${lines.join('\n')}\n`,
  );

const CASES: readonly Case[] = [
  {
    name: 'an import',
    stride: 13,
    prepare: () => worldWith({ 'a.gz': log(1) }),
    run: (world, around) => importFiles(world, ['a.gz'], { around }),
  },
  {
    name: 'an import that gives a kind its second feed, and with it all feeds together',
    stride: 41,
    prepare: async () => {
      const world = await worldWith({ 'a.gz': log(1), 'b.gz': log(2) });
      await importFiles(world, ['a.gz'], { distribution: 'EFIRST' });
      return world;
    },
    run: (world, around) => importFiles(world, ['b.gz'], { around, distribution: 'ESECOND' }),
  },
  {
    name: 'an import of lines that are partly counted already',
    stride: 13,
    prepare: async () => {
      const world = await worldWith({
        'a.gz': realtimeFile(REALTIME.slice(0, 5)),
        'b.gz': realtimeFile(REALTIME.slice(3)),
      });
      await importFiles(world, ['a.gz']);
      return world;
    },
    run: (world, around) => importFiles(world, ['b.gz'], { around }),
  },
  {
    name: 'an import of a file that has changed since',
    stride: 13,
    prepare: () => worldWith({ 'a.gz': log(1) }),
    run: async (world, around) => {
      if (around) await importFiles(world, ['a.gz'], { around });
      world.files.set('a.gz', log(2));
      await importFiles(world, ['a.gz'], { otherContent: 'replace' });
    },
  },
  {
    name: 'a sweep over a delivery that no event announced, and one that is to be archived',
    stride: 19,
    prepare: async () => {
      const world = await worldWith({ 'a.gz': log(1), 'b.gz': log(2) });
      await deliver(world, 'a.gz');
      await world.store.observability.put(`${OBSERVABILITY.live}b.gz`, log(2));
      return world;
    },
    run: (world, around) => sweepWorld(world, around),
  },
  {
    name: 'the archive',
    stride: 3,
    prepare: async () => {
      const world = await worldWith({ 'a.gz': log(1) });
      await deliver(world, 'a.gz');
      return world;
    },
    run: async (world, around) => archive((await openSession(world, around)).pipeline),
  },
];

/** What is there when everything that was begun is finished: what was not decided is taken back after an hour. */
async function atRest(world: World): Promise<unknown> {
  world.clock.now += 2 * HOUR;
  await sweepWorld(world);
  const places: string[] = [];
  for await (const row of world.store.observability.list(''))
    if ('key' in row && !row.key.startsWith(OBSERVABILITY.secrets)) places.push(row.key);
  const markers = (await listMarkers(world.store.data)).length;
  return { hashes: await hashesOf(world), places, markers };
}

const first = Number(process.env.SEED ?? 1);
/** 1 tries every single call; by default each case tries some of its calls, and others with another seed. */
const STRIDE = process.env.STRIDE === undefined ? undefined : Number(process.env.STRIDE);

describe.each(CASES)('$name', ({ prepare, run, stride }) => {
  async function undisturbed(): Promise<unknown> {
    const world = await prepare();
    await run(world);
    const state = await atRest(world);
    expect(state).toMatchObject({ markers: 0 });
    expect(await problemsAtRest(world)).toEqual([]);
    return state;
  }

  test('that dies at any single call is whole after the next one', async () => {
    const expected = await undisturbed();
    let died = true;
    for (let at = first; died; at += STRIDE ?? stride) {
      const world = await prepare();
      died = await hasEnded(run(world, crashing({ at }).around), Killed);
      await run(world);
      expect({ at, state: await atRest(world) }).toEqual({ at, state: expected });
      // What verify says costs more than all the rest.
      if (at % 3 === 0) expect({ at, problems: await problemsAtRest(world) }).toEqual({ at, problems: [] });
    }
  });

  test('on a store that begins to fail 30 % of its calls is whole after the next one', async () => {
    const expected = await undisturbed();
    let failures = 0;
    for (let seed = first; seed < first + 6; seed++) {
      const world = await prepare();
      // Later and later, so that every part of the work is met.
      for (const from of [0, 7 * seed, 14 * seed])
        if (
          await hasEnded(run(world, failing({ seed, rate: 0.3, lost: seed % 2 === 0, from })), StoreFailure)
        )
          failures++;
      await run(world);
      expect({ seed, state: await atRest(world) }).toEqual({ seed, state: expected });
      expect({ seed, problems: await problemsAtRest(world) }).toEqual({ seed, problems: [] });
    }
    expect(failures).toBeGreaterThan(5);
  });
});

/** False: nothing stopped it. */
async function hasEnded(running: Promise<unknown>, by: new (...given: never[]) => Error): Promise<boolean> {
  try {
    await running;
    return false;
  } catch (error) {
    if (error instanceof by) return true;
    throw error;
  }
}
