import { BadBatch, type BatchMeta, batchContentHash, parseBatchMeta } from '@sgraph-backbone/layer/batches';
import {
  allFeedOf,
  type BatchName,
  entriesFolder,
  KINDS,
  kindOf,
  type LedgerEntry,
  listBatches,
  listFeeds,
  readEntry,
  rollupFolder,
  type WindowOfFeed,
  windowFeedFolder,
} from '@sgraph-backbone/layer/ledger';
import type { Rules } from '@sgraph-backbone/layer/logs';
import { type EncodedSummary, PERIODS, rollupContentHash } from '@sgraph-backbone/layer/rollups';
import { readRules } from '@sgraph-backbone/layer/settings';
import { type ObjectStore, readJson } from '@sgraph-backbone/layer/store';
import { activityOf } from './activity.ts';
import { isAllKept } from './all-feeds.ts';
import { type DerivedContext, mergeChildren, readRollup } from './rollup-object.ts';
import { hashFromRows } from './verify-batch.ts';
import { readWindow, sumOfBatches, windowContentHash } from './window-object.ts';

/** One thing that was compared. `unverifiable`: what it was made from is gone, which is not the same as right. */
export interface Finding {
  readonly outcome: 'same' | 'different' | 'unverifiable';
  /** `batch <key>`, `window <feed> <window>`, `roll-up <feed> <period> <key>`, `object <id> …`. */
  readonly what: string;
  /** Absent when it is the same. */
  readonly why?: string;
}

/**
 * Recomputes everything from what it was made of: each batch's summary from its rows, each window from its
 * batches, each roll-up from its children, and what the ledger calls active from the windows and their rows.
 */
export async function* verifyStore(context: DerivedContext): AsyncIterable<Finding> {
  const held: Held = new Map();
  for (const { feed } of await listFeeds(context.data)) {
    for await (const window of windowsOf(context.data, feed)) {
      const batches = await listBatches(context.data, window);
      for (const batch of batches) yield await verifyBatch(context.data, window, batch, { batches, held });
      yield await verifyWindow(context, window, batches);
    }
    yield* verifyRollups(context, feed);
  }
  for (const kind of KINDS)
    if (await isAllKept(context.data, kind)) yield* verifyRollups(context, allFeedOf(kind));
  for await (const entry of entries(context.data)) {
    yield* verifyEntry(context.data, entry);
    yield* verifyRecords(entry, held);
  }
}

/** Requests in the batches of an object's generation, kept as rows or excluded, and how many batches these are. */
type Held = Map<string, { readonly batches: number; readonly requests: number }>;

async function* verifyRollups(context: DerivedContext, feed: string): AsyncIterable<Finding> {
  for (const period of PERIODS)
    for (const host of [undefined, ...context.hosts])
      for await (const time_key of keysIn(context.data, rollupFolder(feed, period, host)))
        yield await verifyRollup(context, { feed, period, time_key, host });
}

async function verifyBatch(
  data: ObjectStore,
  window: WindowOfFeed,
  batch: BatchName,
  { batches, held }: { readonly batches: readonly BatchName[]; readonly held: Held },
): Promise<Finding> {
  const what = `batch ${batch.key}`;
  const found = await data.get(batch.key);
  if (found === undefined)
    return { outcome: 'unverifiable', what, why: 'it went away while it was looked at' };
  const activity = activityOf({ window, held: [], listed: batches, entryOf: entryReader(data) });
  if (!(await activity.isActive(batch.name))) return { outcome: 'different', what, why: uncounted(window) };
  try {
    const meta = parseBatchMeta(found.bytes, batch.key);
    if (batchContentHash(meta) !== meta.content_hash) return damaged(what);
    hold(held, batch.name, meta);
    const rules = await readRules(data, meta.rules_version);
    if (rules === undefined)
      return { outcome: 'unverifiable', what, why: `rules ${meta.rules_version} are gone` };
    return compared(
      what,
      meta.content_hash,
      await hashFromRows(found.bytes, meta, rules as Rules),
      'its rows',
    );
  } catch (error) {
    // A damaged batch is a finding; the rest of the store is still looked at.
    if (error instanceof BadBatch) return { outcome: 'different', what, why: error.message };
    throw error;
  }
}

function uncounted({ feed }: WindowOfFeed): string {
  return kindOf(feed) === 'application'
    ? 'it was summed again, and a later generation counts'
    : 'the ledger does not count it';
}

function entryReader(data: ObjectStore) {
  return async (objectId: string) => (await readEntry(data, objectId))?.value;
}

async function verifyWindow(
  context: DerivedContext,
  window: WindowOfFeed,
  listed: readonly BatchName[],
): Promise<Finding> {
  const { data } = context;
  const batches = await countedBatches(data, window, listed);
  const what = `window ${window.feed} ${window.window}`;
  const stored = (await readWindow(data, window))?.value;
  if (stored === undefined)
    return { outcome: 'different', what, why: 'it has batches and was never consolidated' };
  if (windowContentHash(stored) !== stored.content_hash) return damaged(what);
  const there = new Set(batches.map(({ name }) => name));
  const held = new Set(stored.batches.map(({ name }) => name));
  const missed = batches.filter(({ name }) => !held.has(name)).map(({ name }) => name);
  if (missed.length > 0) return { outcome: 'different', what, why: `it does not hold ${missed.join(', ')}` };
  const gone = stored.batches.filter(({ name }) => !there.has(name));
  if (gone.length > 0)
    return { outcome: 'unverifiable', what, why: `raw data of ${gone.length} objects has expired` };
  const finding = compared(
    what,
    stored.content_hash,
    await sumOfBatches(context, window, batches),
    'its batches',
  );
  // Beyond a bound, what is kept depends on the order in which batches came.
  const bound = stored.summary.cut
    ? 'it has more values than a table keeps'
    : stored.repeats_unchecked && 'it has more events than ids are kept of';
  const isBound = bound && finding.outcome === 'different';
  return isBound ? { ...finding, outcome: 'unverifiable', why: bound } : finding;
}

/** Of recorded events the highest generation; what the ledger does not count of the others shows at the window. */
async function countedBatches(
  data: ObjectStore,
  window: WindowOfFeed,
  listed: readonly BatchName[],
): Promise<readonly BatchName[]> {
  if (kindOf(window.feed) !== 'application') return listed;
  const activity = activityOf({ window, held: [], listed, entryOf: entryReader(data) });
  const counted: BatchName[] = [];
  for (const batch of listed) if (await activity.isActive(batch.name)) counted.push(batch);
  return counted;
}

async function verifyRollup(
  context: DerivedContext,
  name: Parameters<typeof mergeChildren>[1],
): Promise<Finding> {
  const host = name.host === undefined ? '' : ` ${name.host}`;
  const what = `roll-up ${name.feed}${host} ${name.period} ${name.time_key}`;
  const stored = await readRollup(context.data, name);
  if (stored === undefined)
    return { outcome: 'unverifiable', what, why: 'it went away while it was looked at' };
  if (rollupContentHash(stored) !== stored.content_hash) return damaged(what);
  return compared(
    what,
    stored.content_hash,
    (await mergeChildren(context, name)).content_hash,
    'its children',
  );
}

async function* verifyEntry(data: ObjectStore, entry: LedgerEntry): AsyncIterable<Finding> {
  if (entry.state !== 'active') return;
  const name = `${entry.object_id}.${entry.generation}`;
  for (const window of entry.windows) {
    const held = (await readWindow(data, window))?.value.batches.some((batch) => batch.name === name);
    const what = `object ${entry.object_id} in ${window.feed} ${window.window}`;
    yield held
      ? { outcome: 'same', what }
      : { outcome: 'different', what, why: 'the window does not hold it' };
  }
}

function hold(held: Held, name: string, { rows, summary }: BatchMeta): void {
  const { batches, requests } = held.get(name) ?? { batches: 0, requests: 0 };
  const { excluded_requests } = summary as EncodedSummary;
  held.set(name, { batches: batches + 1, requests: requests + rows + excluded_requests });
}

/** What the ledger says of an object against its rows, where they are all there: others have findings of their own. */
function* verifyRecords(entry: LedgerEntry, held: Held): Iterable<Finding> {
  const { object_id, generation, windows, records, quarantined } = entry;
  const own = held.get(`${object_id}.${generation}`) ?? { batches: 0, requests: 0 };
  if (entry.state !== 'active' || own.batches !== windows.length) return;
  const what = `object ${object_id} (${entry.locations[0] ?? 'nowhere seen'})`;
  const expected = records - quarantined;
  yield own.requests === expected
    ? { outcome: 'same', what }
    : {
        outcome: 'different',
        what,
        why: `the ledger has ${expected} requests of it, its batches ${own.requests}`,
      };
}

/** What is stored must first be what its own hash says, also where nothing is left to compare it with. */
function damaged(what: string): Finding {
  return { outcome: 'different', what, why: 'its content is not what its own hash stands for' };
}

function compared(what: string, stored: string, computed: string, from: string): Finding {
  if (stored === computed) return { outcome: 'same', what };
  return {
    outcome: 'different',
    what,
    why: `${stored.slice(0, 12)} is stored, ${computed.slice(0, 12)} follows from ${from}`,
  };
}

/** Windows that are consolidated, in time order. A batch without a window shows at its object. */
async function* windowsOf(data: ObjectStore, feed: string): AsyncIterable<WindowOfFeed> {
  const folder = windowFeedFolder(feed);
  for await (const row of data.list(folder))
    if (!('prefix' in row)) yield { feed, window: row.key.slice(folder.length, -'/summary.json'.length) };
}

async function* keysIn(data: ObjectStore, folder: string): AsyncIterable<string> {
  for await (const row of data.list(folder))
    if (!('prefix' in row)) yield row.key.slice(folder.length, -'.json'.length);
}

async function* entries(data: ObjectStore): AsyncIterable<LedgerEntry> {
  for await (const row of data.list(entriesFolder())) {
    const found = 'prefix' in row ? undefined : await readJson<LedgerEntry>(data, row.key);
    if (found) yield found.value;
  }
}
