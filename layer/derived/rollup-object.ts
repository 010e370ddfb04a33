import {
  isAllFeed,
  kindOf,
  type Pipeline,
  type RollupOfFeed,
  rollupKey,
} from '@sgraph-backbone/layer/ledger';
import {
  buildRollup,
  type Calendar,
  type ChildInput,
  type RestatementReason,
  type Rollup,
  type RollupValue,
  revise,
  type Span,
  windowKey,
} from '@sgraph-backbone/layer/rollups';
import { Conflict, type ObjectStore, readJson, writeJson } from '@sgraph-backbone/layer/store';
import { coverageOfFeed, readSharedWindow, type SharedWindow } from './all-feeds.ts';
import { nameRollup } from './rollup-names.ts';
import { readWindow, type WindowContext } from './window-object.ts';

/** What derived objects are made with: a store, a clock, the calendar of the site's zone, the hosts it names. */
export interface DerivedContext extends WindowContext {
  readonly calendar: Calendar;
  readonly hosts: readonly string[];
  /** Windows, and roll-ups of one level, that are worked on at a time. @default 1 */
  readonly abreast?: number;
  /** The store without a memory, where `data` has one. */
  readonly fresh?: ObjectStore;
}

/** A pipeline with what the site's settings say about its derived objects. */
export interface SitePipeline extends Pipeline, DerivedContext {}

export interface Aggregated {
  /** Undefined when there is nothing to roll up. */
  readonly rollup: Rollup | undefined;
  /** False: it held this already. */
  readonly written: boolean;
}

/** A roll-up's place; `host` for one of a single host. */
export interface RollupName extends RollupOfFeed {
  readonly host?: string;
}

/** A child as it is stored, with what says why it changed. */
interface Child extends ChildInput {
  readonly window?: SharedWindow;
  readonly rollup?: Rollup;
}

export async function readRollup(data: ObjectStore, name: RollupName): Promise<Rollup | undefined> {
  return (await readStored(data, name))?.value;
}

/** Aggregates a roll-up of a feed from its children, and with it those of the hosts. Events of applications have none. */
export async function aggregateRollup(context: DerivedContext, name: RollupOfFeed): Promise<Aggregated> {
  const hosts = kindOf(name.feed) === 'application' ? [] : context.hosts;
  for (const host of hosts) await aggregateOne(context, { ...name, host });
  return aggregateOne(context, name);
}

/** The roll-up as it follows from its children now, without writing it: what a question about live time reads. */
export async function mergeChildren(context: DerivedContext, name: RollupName): Promise<RollupValue> {
  const { coverage, children } = await readSources(context, name);
  const { calendar, now } = context;
  return buildRollup({ ...name, calendar, coverage, children, now: now() });
}

async function aggregateOne(context: DerivedContext, name: RollupName): Promise<Aggregated> {
  for (;;) {
    // The order is the protocol's: its own ETag, then coverage, then the children, then the conditional write.
    const stored = await readStored(context.data, name);
    const { value, children } = await sourcesValue(context, name, stored?.value);
    if (stored === undefined && children.every(({ rollup, window }) => !rollup && !window))
      return { rollup: undefined, written: false };
    const { calendar, now } = context;
    if (stored && isSame(stored.value, value)) return { rollup: stored.value, written: false };
    const at = now();
    const rollup = revise(stored?.value, value, {
      at,
      reason: reasonOf(stored?.value, children, calendar.timezone),
    });
    if (stored === undefined && name.host === undefined) await nameRollup(context, name);
    if (await write(context.data, name, stored?.etag, rollup)) return { rollup, written: true };
  }
}

/** Coverage only grows. Where one that is remembered would take finality back, it is the memory that is old. */
async function sourcesValue(context: DerivedContext, name: RollupName, stored: Rollup | undefined) {
  const { calendar, now, fresh } = context;
  const { coverage, children } = await readSources(context, name);
  const value = buildRollup({ ...name, calendar, coverage, children, now: now() });
  if (fresh === undefined || stored?.status !== 'final' || value.status === 'final')
    return { value, children };
  return sourcesValue({ ...context, data: fresh, fresh: undefined }, name, stored);
}

async function write(
  data: ObjectStore,
  name: RollupName,
  etag: string | undefined,
  rollup: Rollup,
): Promise<boolean> {
  const condition = etag === undefined ? { ifNoneMatch: '*' as const } : { ifMatch: etag };
  try {
    await writeJson(data, keyOf(name), rollup, { ...condition, gzip: true });
    return true;
  } catch (error) {
    if (error instanceof Conflict) return false;
    throw error;
  }
}

/** The same children in the same states, and the same finality: nothing to write. */
function isSame(stored: Rollup, value: RollupValue): boolean {
  return (
    stored.status === value.status &&
    stored.content_hash === value.content_hash &&
    stored.timezone === value.timezone &&
    stored.children.length === value.children.length &&
    stored.children.every((child, index) => {
      const other = value.children[index];
      return (
        other?.time_key === child.time_key &&
        other.content_hash === child.content_hash &&
        other.write === child.write
      );
    })
  );
}

/** Why the children that are not as recorded have changed; what somebody did weighs more than what came late. */
function reasonOf(
  stored: Rollup | undefined,
  children: readonly Child[],
  timezone: string,
): RestatementReason {
  if (stored !== undefined && stored.timezone !== timezone) return 'timezone';
  const known = new Map(stored?.children.map((child) => [child.time_key, child.content_hash]));
  const changed = children.filter(
    ({ time_key, rollup, window }) => known.get(time_key) !== (rollup ?? window)?.content_hash,
  );
  const reasons = changed.map(({ rollup, window }) => window?.reason ?? rollup?.restated?.reason);
  return reasons.find((reason) => reason !== undefined && reason !== 'late-data') ?? 'late-data';
}

interface Sources {
  readonly coverage: readonly Span[];
  readonly children: readonly Child[];
}

/** What a roll-up follows from, coverage first. */
async function readSources(context: DerivedContext, name: RollupName): Promise<Sources> {
  const coverage = await coverageOfFeed(context.data, name.feed);
  if (name.period === '30min' && isAllFeed(name.feed)) return readSharedHalfHour(context, name, coverage);
  return { coverage, children: await readChildren(context, name) };
}

/** The windows of all feeds of a kind as one. It is as final as they are, whatever is covered in common. */
async function readSharedHalfHour(
  { calendar, data }: DerivedContext,
  { feed, time_key }: RollupName,
  coverage: readonly Span[],
): Promise<Sources> {
  const span = calendar.span('30min', time_key);
  const shared = await readSharedWindow(data, kindOf(feed), windowKey(span.start), span);
  const child = { period: '30min' as const, time_key: calendar.canonical('30min', time_key) };
  return { coverage: shared.settled ? coverage : [], children: [{ ...child, window: shared.window }] };
}

async function readChildren(context: DerivedContext, name: RollupName): Promise<Child[]> {
  const { calendar, data } = context;
  if (name.period === '30min') return [await readHalfHour(context, name)];
  return Promise.all(
    calendar.children(name.period, name.time_key).map(async (tile) => {
      const rollup = await readRollup(data, { feed: name.feed, host: name.host, ...tile });
      const unknown = rollup === undefined && (await isBeforeNaming(data, { ...name, ...tile }));
      return { ...tile, rollup, unknown };
    }),
  );
}

/** Hosts are aggregated before their feed: where only the feed has a roll-up, the host was not yet named. */
async function isBeforeNaming(data: ObjectStore, { host, feed, period, time_key }: RollupName) {
  if (host === undefined) return false;
  return (await data.head(rollupKey(feed, period, time_key))) !== undefined;
}

async function readHalfHour({ calendar, data }: DerivedContext, name: RollupName): Promise<Child> {
  const { start } = calendar.span('30min', name.time_key);
  const window = windowKey(start);
  const time_key = calendar.keyAt('30min', start);
  return { period: '30min', time_key, window: (await readWindow(data, { feed: name.feed, window }))?.value };
}

function readStored(data: ObjectStore, name: RollupName) {
  return readJson<Rollup>(data, keyOf(name));
}

function keyOf({ feed, period, time_key, host }: RollupName): string {
  return rollupKey(feed, period, time_key, host);
}
