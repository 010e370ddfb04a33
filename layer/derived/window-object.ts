import type { BatchMeta } from '@sgraph-backbone/layer/batches';
import {
  type BatchName,
  kindOf,
  listBatches,
  readEntry,
  type WindowOfFeed,
  windowObjectKey,
} from '@sgraph-backbone/layer/ledger';
import {
  contentHash,
  decodeSummary,
  type EncodedSummary,
  emptySummary,
  encodeSummary,
  HALF_HOUR,
  parseWindowKey,
  type RestatementReason,
  type Summary,
  sumSummaries,
} from '@sgraph-backbone/layer/rollups';
import { Conflict, type ObjectStore, readJson, writeJson } from '@sgraph-backbone/layer/store';
import { holdsAny, metaWithoutRepeats, repeats, seeBatches } from './repeated-lines.ts';
import { createSeenIds, MOST_IDS, readSeenIds, type SeenIds, writeSeenIds } from './seen-ids.ts';
import { type HeldBatch, planWindow } from './window-plan.ts';

/** A consolidated window: the sum of its batches, and which batches these are. No rows, nothing per request. */
export interface WindowObject {
  readonly format: 1;
  readonly feed: string;
  /** Epoch ms. */
  readonly window_start: number;
  /** Epoch ms, exclusive. */
  readonly window_end: number;
  /** In key order. */
  readonly batches: readonly HeldBatch[];
  readonly summary: EncodedSummary;
  readonly hosts: Readonly<Record<string, EncodedSummary>>;
  readonly rules_versions: readonly string[];
  /** There were more events than ids are kept of: one that came twice may count twice. */
  readonly repeats_unchecked?: true;
  /** Of the sums alone: however the same events were split into objects, it is the same. */
  readonly content_hash: string;
  /** Counts writes: the ETag changes with each, even where ETags are hashes of the bytes. */
  readonly write: number;
  /** Why the sums changed the last time that they did. */
  readonly reason: RestatementReason;
  /** Epoch ms. */
  readonly computed_at: number;
}

type Content = Pick<
  WindowObject,
  'batches' | 'summary' | 'hosts' | 'rules_versions' | 'repeats_unchecked' | 'reason'
>;

/** What a window is to hold, and the ids of it where they were gathered. */
interface Contained {
  readonly content: Content;
  readonly seen?: SeenIds;
}

export interface WindowContext {
  readonly data: ObjectStore;
  readonly now: () => number;
  /** Events of a window whose ids are kept. @default 1_000_000 */
  readonly mostIds?: number;
}

export async function readWindow(
  data: ObjectStore,
  { feed, window }: WindowOfFeed,
): Promise<{ value: WindowObject; etag: string } | undefined> {
  return readJson<WindowObject>(data, windowObjectKey(feed, window));
}

/** The names of the batches that a window holds. */
export function heldBatches(data: ObjectStore): (window: WindowOfFeed) => Promise<readonly string[]> {
  return async (window) => (await readWindow(data, window))?.value.batches.map((batch) => batch.name) ?? [];
}

/**
 * Makes a window hold what counts, once. It always writes, also when nothing changed: that is what makes
 * a slower writer, which has not seen what this one saw, lose and start again.
 */
export async function consolidateWindow(context: WindowContext, window: WindowOfFeed): Promise<WindowObject> {
  for (;;) {
    const stored = await readWindow(context.data, window);
    const listed = await listBatches(context.data, window);
    const { content, seen } = await contentOf(context, window, stored?.value, listed);
    const next = windowObject(window, content, (stored?.value.write ?? 0) + 1, context.now());
    try {
      const condition = stored ? { ifMatch: stored.etag } : { ifNoneMatch: '*' as const };
      await writeJson(context.data, windowObjectKey(window.feed, window.window), next, {
        ...condition,
        gzip: true,
      });
      if (seen && kindOf(window.feed) === 'application')
        await writeSeenIds(context.data, window, standingNames(content), seen);
      return next;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
}

/** The content hash of the sum of these batches, whatever is stored. */
export async function sumOfBatches(
  context: WindowContext,
  { feed }: WindowOfFeed,
  batches: readonly BatchName[],
): Promise<string> {
  const { content } = await addBatches(context.data, EMPTY, batches, noIds(context, feed));
  return windowContentHash(content);
}

/** What the content hash of a window stands for. */
export function windowContentHash({ summary, hosts, rules_versions, repeats_unchecked }: Content): string {
  return contentHash({ summary, hosts, rules_versions, ...(repeats_unchecked && { repeats_unchecked }) });
}

async function contentOf(
  context: WindowContext,
  window: WindowOfFeed,
  stored: WindowObject | undefined,
  listed: readonly BatchName[],
): Promise<Contained> {
  const { data } = context;
  const held = stored?.batches ?? [];
  const plan = await planWindow({
    window,
    held,
    listed,
    entryOf: async (objectId) => (await readEntry(data, objectId))?.value,
  });
  const anew = (batches: readonly BatchName[], reason: RestatementReason) =>
    addBatches(data, { ...EMPTY, reason }, batches, noIds(context, window.feed));
  if (plan.kind === 'anew') return anew(plan.batches, plan.reason);
  const batches = held.map((batch) =>
    plan.expired.has(batch.name) ? { ...batch, expired: true as const } : batch,
  );
  const reason = plan.add.length > 0 ? 'late-data' : (stored?.reason ?? 'late-data');
  if (plan.add.length === 0) return { content: { ...(stored ?? EMPTY), batches, reason } };
  const standing = new Set(standingNames({ batches }));
  const kept = listed.filter(({ name }) => standing.has(name));
  const seen = await idsHeld(context, window, kept, stored?.repeats_unchecked);
  // The copy in the first batch by key order counts, which an added one may be; what has expired stays as it is.
  const isFirst = kept.some(({ name }) => name > plan.add[0]!.name);
  if (seen && isFirst && plan.expired.size === 0 && (await holdsAny(data, plan.add, seen)))
    return anew(
      listed.filter((batch) => kept.includes(batch) || plan.add.includes(batch)),
      reason,
    );
  return addBatches(data, { ...(stored ?? EMPTY), batches, reason }, plan.add, seen);
}

/** Names of the batches whose rows are there. */
function standingNames({ batches }: Pick<Content, 'batches'>): string[] {
  return batches.filter(({ expired }) => !expired).map(({ name }) => name);
}

function noIds({ mostIds = MOST_IDS }: WindowContext, feed: string): SeenIds | undefined {
  if (!repeats(feed)) return undefined;
  return createSeenIds(kindOf(feed) === 'application' ? mostIds : undefined);
}

/** The ids of what a window holds: of events as they were left beside it, else from the rows. */
async function idsHeld(
  context: WindowContext,
  window: WindowOfFeed,
  kept: readonly BatchName[],
  unchecked: true | undefined,
): Promise<SeenIds | undefined> {
  const seen = noIds(context, window.feed);
  if (seen === undefined || kept.length === 0) return seen;
  if (kindOf(window.feed) === 'application') {
    const names = kept.map(({ name }) => name);
    const known = await readSeenIds(context.data, window, names);
    if (known) return createSeenIds(context.mostIds ?? MOST_IDS, known, unchecked);
  }
  await seeBatches(context.data, kept, seen);
  return seen;
}

async function addBatches(
  data: ObjectStore,
  base: Content,
  added: readonly BatchName[],
  seen: SeenIds | undefined,
): Promise<Contained> {
  let summary = decodeSummary(base.summary);
  let hosts = decodeHosts(base.hosts);
  const batches = [...base.batches];
  const versions = new Set(base.rules_versions);
  for (let from = 0; from < added.length; from += TOGETHER) {
    const metas = await readMetas(data, added.slice(from, from + TOGETHER), seen);
    summary = sumSummaries([summary, ...metas.map(({ meta }) => decodeSummary(meta.summary))]);
    const held = batches.length === 0 ? [] : [hosts];
    hosts = sumHosts([...held, ...metas.map(({ meta }) => decodeHosts(meta.hosts))]);
    for (const { name, meta } of metas) {
      batches.push({ name, content_hash: meta.content_hash });
      versions.add(meta.rules_version);
    }
  }
  const unchecked = base.repeats_unchecked || seen?.unchecked;
  const content = {
    batches: batches.sort((a, b) => (a.name < b.name ? -1 : 1)),
    summary: encodeSummary(summary),
    hosts: Object.fromEntries([...hosts].sort().map(([host, sum]) => [host, encodeSummary(sum)])),
    rules_versions: [...versions].sort(),
    ...(unchecked && { repeats_unchecked: true as const }),
    reason: base.reason,
  };
  return { content, seen };
}

// Sums that are in memory at a time: each addition copies what is there, and a window may have thousands of batches.
const TOGETHER = 16;

async function readMetas(
  data: ObjectStore,
  added: readonly BatchName[],
  seen: SeenIds | undefined,
): Promise<{ name: string; meta: BatchMeta }[]> {
  const found: { name: string; meta: BatchMeta }[] = [];
  for (const batch of added) {
    const meta = await metaWithoutRepeats(data, batch, seen);
    // Deleted since it was listed: whoever did that sends a message of its own.
    if (meta !== undefined) found.push({ name: batch.name, meta });
  }
  return found;
}

type Hosts = ReadonlyMap<string, Summary>;

function decodeHosts(hosts: WindowObject['hosts']): Hosts {
  return new Map(Object.entries(hosts).map(([host, sum]) => [host, decodeSummary(sum)]));
}

/**
 * A host has a sum as long as every batch has one: of what was read before the host was named in the settings
 * nothing is known, and a sum of the rest would be a wrong number.
 */
function sumHosts(several: readonly Hosts[]): Hosts {
  const names = [...(several[0]?.keys() ?? [])].filter((name) => several.every((hosts) => hosts.has(name)));
  return new Map(names.map((name) => [name, sumSummaries(several.flatMap((of) => of.get(name) ?? []))]));
}

function windowObject(
  { feed, window }: WindowOfFeed,
  content: Content,
  write: number,
  computed_at: number,
): WindowObject {
  const { batches, summary, hosts, rules_versions, repeats_unchecked, reason } = content;
  const window_start = parseWindowKey(window);
  return {
    format: 1,
    feed,
    window_start,
    window_end: window_start + HALF_HOUR,
    batches,
    summary,
    hosts,
    rules_versions,
    ...(repeats_unchecked && { repeats_unchecked }),
    content_hash: windowContentHash(content),
    write,
    reason,
    computed_at,
  };
}

const EMPTY: Content = {
  batches: [],
  summary: encodeSummary(emptySummary()),
  hosts: {},
  rules_versions: [],
  reason: 'late-data',
};
