import { tmpdir } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { entriesFolder, type LedgerEntry } from '@sgraph-backbone/layer/ledger';
import { DEFAULT_SETTINGS } from '@sgraph-backbone/layer/settings';
import { OBSERVABILITY, readJson, type Store } from '@sgraph-backbone/layer/store';
import { forget } from '../../../lambdas/corrections/forget.ts';
import { reprocess } from '../../../lambdas/corrections/reprocess.ts';
import { SERVERS, type TestServer, temporaryBucket } from '../../contract/s3-servers.ts';
import { type Around, crashing, faultProxy, Killed, seededRandom, yielding } from '../../stores/index.ts';
import { linesBetween, logFile } from './log-files.ts';
import {
  createWorld,
  deliver,
  importFiles,
  openSession,
  problemsAtRest,
  sweepWorld,
  totalRequests,
  type World,
} from './world.ts';

const START = Date.parse('2026-02-28T22:00:00Z');
const HOUR = 3_600_000;
const FILES = ['a.gz', 'b.gz', 'c.gz', 'd.gz'];

const SETTINGS = [
  DEFAULT_SETTINGS,
  { ...DEFAULT_SETTINGS, page_rules: [{ path: '/api/*', page: true }] },
  { ...DEFAULT_SETTINGS, monitors: ['curl'] },
];

/** One thing that a process does, until it is done or dies. */
type Action = (world: World, name: string, around: Around, pick: () => number) => Promise<unknown>;

const ACTIONS: Record<string, Action> = {
  deliver: (world, name, around) => deliver(world, name, around),
  deliverAgain: (world, name, around) => deliver(world, name, around),
  copy: (world, name, around) => {
    world.files.set(`copy-${name}`, world.files.get(name) as Uint8Array);
    return deliver(world, `copy-${name}`, around);
  },
  import: (world, name, around) => importFiles(world, [name], { around }),
  forget: async (world, name, around) => {
    const session = await openSession(world, around);
    await forget(session.pipeline, { location: `*${name}` }, 'test');
    await session.carryThrough();
  },
  reprocess: async (world, _name, around, pick) => {
    const session = await openSession(world, around);
    const settings = SETTINGS[Math.floor(pick() * SETTINGS.length)] as typeof DEFAULT_SETTINGS;
    await reprocess(session.pipeline, settings, {}, { actor: 'test', temporaryFolder: tmpdir() });
    await session.carryThrough();
  },
  sweep: (world, _name, around) => sweepWorld(world, around),
};

/** Two processes that work at the same time on one store, each action of which may die at a call. */
async function runSchedule(
  seed: number,
  store?: Store,
): Promise<{ world: World; never: Set<string>; seen: Set<string> }> {
  const world = await createWorld(START + 3 * HOUR, store);
  for (const [index, name] of FILES.entries())
    world.files.set(name, logFile(linesBetween(6, START, START + 3 * HOUR, index + 1)));
  const never = new Set(FILES);
  const seen = new Set<string>();
  await Promise.all([1, 2].map((process) => runProcess(world, seed * 10 + process, never, seen)));
  return { world, never, seen };
}

async function runProcess(world: World, seed: number, never: Set<string>, seen: Set<string>): Promise<void> {
  const random = seededRandom(seed);
  for (let step = 0; step < 5; step++) {
    const names = Object.keys(ACTIONS);
    const action = names[Math.floor(random() * names.length)] as string;
    const file = FILES[Math.floor(random() * FILES.length)] as string;
    if (action === 'forget') never.delete(file);
    if (action.startsWith('deliver') || action === 'copy') seen.add(file);
    const death = random() < 0.4 ? 1 + Math.floor(random() * 60) : Number.POSITIVE_INFINITY;
    const dying = crashing({ at: death, when: random() < 0.5 ? 'before' : 'after' });
    const slow = yielding({ seed: seed + step, turns: 2 });
    const around: Around = (call, run) => slow(call, () => dying.around(call, run));
    try {
      await (ACTIONS[action] as Action)(world, file, around, random);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }
}

async function countedByLedger(world: World): Promise<{ records: number; active: number }> {
  let records = 0;
  let active = 0;
  for await (const row of world.store.data.list(entriesFolder())) {
    if ('prefix' in row) continue;
    const entry = (await readJson<LedgerEntry>(world.store.data, row.key))?.value as LedgerEntry;
    if (entry.state !== 'active') continue;
    active++;
    records += entry.records - entry.quarantined - entry.excluded;
  }
  return { records, active };
}

/** Runs a schedule to its end, and three sweeps; everything has to be counted once then. */
async function countsOnce(seed: number, store?: Store): Promise<void> {
  const { world, never, seen } = await runSchedule(seed, store);
  for (let sweeps = 0; sweeps < 3; sweeps++) {
    world.clock.now += 2 * HOUR;
    await sweepWorld(world);
  }
  const { records, active } = await countedByLedger(world);
  const waiting = [];
  for await (const row of world.store.observability.list(OBSERVABILITY.live)) waiting.push(row);
  expect({ seed, problems: await problemsAtRest(world), waiting }).toEqual({
    seed,
    problems: [],
    waiting: [],
  });
  expect({ seed, counted: await totalRequests(world) }).toEqual({ seed, counted: records });
  // What was delivered and never forgotten counts; nothing counts that is not one of the files.
  const certain = [...seen].filter((name) => never.has(name)).length;
  expect({ seed, enough: active >= certain && active <= FILES.length }).toEqual({ seed, enough: true });
}

const first = Number(process.env.SEED ?? 1);

describe('any schedule of two processes', () => {
  test('that add, add again, copy, forget, reprocess and sweep, and die anywhere, ends with all counted once', async () => {
    const runs = Number(process.env.RUNS ?? 12);
    for (let seed = first; seed < first + runs; seed++) await countsOnce(seed);
  });

  // Without a server they are left out; the tests of the drivers say so.
  if (SERVERS.length > 0)
    test.each(SERVERS)('ends so on $name as well, behind a network that drops and refuses', (server) =>
      onS3(server, first + 100),
    );
});

async function onS3(server: TestServer, seed: number): Promise<void> {
  const { bucket, connection, remove } = await temporaryBucket(server);
  const proxy = await faultProxy(connection.endpoint);
  const s3 = { ...connection, endpoint: proxy.url };
  const store = await openStore(`s3://${bucket}`, { s3 });
  try {
    proxy.meet({ seed, rates: { 'slow-down': 0.03, drop: 0.02, cut: 0.02 } });
    await countsOnce(seed, store);
  } finally {
    await store.close();
    await proxy.close();
    await remove();
  }
}
