import { tmpdir } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { type AuditEntry, readAudit } from '@sgraph-backbone/layer/ledger';
import { DEFAULT_SETTINGS, readSettings } from '@sgraph-backbone/layer/settings';
import { changeSettings } from '../../../lambdas/admin-api/settings/change-settings.ts';
import { forget } from '../../../lambdas/corrections/forget.ts';
import { reprocess } from '../../../lambdas/corrections/reprocess.ts';
import { settleByHand } from '../../../lambdas/corrections/settle.ts';
import { type Around, aroundStore, crashing, Killed } from '../../stores/index.ts';
import { linesBetween, logFile } from './log-files.ts';
import { createWorld, hashesOf, importFiles, openSession, type World } from './world.ts';

const DAY = '2026-02-16';
const START = Date.parse(`${DAY}T10:00:00Z`);
const HALF_HOUR = 1_800_000;
const CHANGED = { ...DEFAULT_SETTINGS, monitors: ['curl'] };

async function freshWorld(): Promise<World> {
  const world = await createWorld(START + HALF_HOUR);
  world.files.set('a.gz', logFile(linesBetween(3, START, START + HALF_HOUR, 1)));
  await importFiles(world, ['a.gz']);
  return world;
}

/** What is done under an entry, and by what a reader sees that it has been. */
type Action = readonly [action: string, run: (world: World, around: Around) => Promise<unknown>];

const corrections: readonly Action[] = [
  [
    'forget',
    async (world, around) => {
      const pipeline = await openPipeline(world, around);
      await forget(pipeline, { location: '*/a.gz' }, 'test');
    },
  ],
  [
    'reprocess',
    async (world, around) => {
      const pipeline = await openPipeline(world, around);
      await reprocess(pipeline, CHANGED, {}, { actor: 'test', temporaryFolder: tmpdir() });
    },
  ],
  [
    'settle',
    async (world, around) => {
      const pipeline = await openPipeline(world, around);
      const claim = { feed: 'standard.EWORLD', from: START, through: START + HALF_HOUR };
      await settleByHand(pipeline, claim, 'test');
    },
  ],
  [
    'settings',
    async ({ store, clock }, around) => {
      const { data } = aroundStore(store, around);
      await changeSettings(data, { settings: CHANGED, from: '*', actor: 'test', at: clock.now });
    },
  ],
];

/** Nobody dies while the store is opened. */
async function openPipeline(world: World, around: Around) {
  let isOpen = false;
  const { pipeline } = await openSession(world, (call, run) => (isOpen ? around(call, run) : run()));
  isOpen = true;
  return pipeline;
}

/** What an action may have changed, as a reader sees it once everything that was begun is finished. */
async function stateOf(world: World): Promise<unknown> {
  world.clock.now += 2 * 3_600_000;
  await importFiles(world, []);
  return { settings: await readSettings(world.store.data), hashes: await hashesOf(world) };
}

function ofAction(entries: readonly AuditEntry[], action: string): AuditEntry[] {
  return entries.filter((entry) => entry.action === action && entry.actor === 'test');
}

describe.each(corrections)('%s', (action, run) => {
  test('that dies at any call has left who did it, if it changed anything', async () => {
    const before = await stateOf(await freshWorld());
    const outcomes = new Set<string>();
    for (let at = 1, died = true; died; at++) {
      const world = await freshWorld();
      died = await isKilled(run(world, crashing({ at }).around));
      const entries = ofAction(await readAudit(world.store.data, DAY), action);
      const changed = !isSame(await stateOf(world), before);
      if (changed) expect({ at, entries }).toMatchObject({ at, entries: [{ actor: 'test' }] });
      if (!died) expect({ changed, entries }).toMatchObject({ changed: true, entries: [{ action }] });
      outcomes.add(`${changed ? 'changed' : 'unchanged'}, ${entryState(entries)}`);
    }
    // Some deaths came before everything, some in the middle with an open entry, and one run had none.
    expect(outcomes).toContain('unchanged, no entry');
    expect(outcomes).toContain('changed, unfinished');
    expect(outcomes).toContain('changed, finished');
  });
});

function entryState([entry]: readonly AuditEntry[]): string {
  if (entry === undefined) return 'no entry';
  return entry.unfinished ? 'unfinished' : 'finished';
}

async function isKilled(running: Promise<unknown>): Promise<boolean> {
  try {
    await running;
    return false;
  } catch (error) {
    if (error instanceof Killed) return true;
    throw error;
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
