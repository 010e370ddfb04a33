import { type Kind, kindOf, readCoverage } from '@sgraph-backbone/layer/ledger';
import { CLASSES, type Class } from '@sgraph-backbone/layer/logs';
import { estimateSketch } from '@sgraph-backbone/layer/rollups';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { addSum, emptySum, type MinuteSum, sumMinutes, visitorsOf } from './minute-sum.ts';
import { createPulseBatches, liveFeeds, type PulseBatch, type PulseBatches, SKEW } from './pulse-batches.ts';
import { MOST_RECENT, type NewestRow, type RecentEvent } from './recent-events.ts';

/** A feed that the pulse reads, and how fresh it is. */
export interface PulseSource {
  readonly feed: string;
  /** Whether its numbers are those of the pulse: kinds describe the same requests twice and are never added up. */
  readonly counted: boolean;
  readonly active_requests: number;
  readonly active_visitors: number | null;
  /** Epoch ms of its newest event and of its last delivery; null: not known. */
  readonly newest_event: number | null;
  readonly last_delivery: number | null;
}

/** Is anyone using the site right now? Null: not measured. */
export interface Pulse {
  /** Epoch ms. */
  readonly computed_at: number;
  readonly window_minutes: number;
  /** Epoch ms: the minute in which the time asked for begins is counted as a whole. */
  readonly window_start: number;
  readonly active_requests: number | null;
  /** Events of applications that are no requests as well. */
  readonly active_events: number | null;
  readonly active_visitors: number | null;
  readonly active_transfers: number | null;
  /** The newest first. */
  readonly recent_events: readonly RecentEvent[];
  readonly sources: readonly PulseSource[];
  /** Requests of the classes that were not asked for. */
  readonly filtered: Readonly<Partial<Record<Class, number>>>;
}

export interface PulseQuestion {
  /** Epoch ms. */
  readonly now: number;
  /** 1–60. */
  readonly minutes: number;
  readonly class: Class | 'all';
  /** The kind that counts where it is live. @default real-time logs while they bring something, else applications */
  readonly primary?: Kind;
}

const MINUTE = 60_000;

/** Computed anew each time, from the batches that the last minutes touch: cost depends on these, not on the store's age. */
export async function readPulse(data: ObjectStore, question: PulseQuestion): Promise<Pulse> {
  const { now, minutes } = question;
  const start = now - minutes * MINUTE;
  const span = { from: start - (start % MINUTE), to: now + SKEW };
  const batches = batchesOf(data);
  const feeds = await Promise.all(
    (await liveFeeds(data)).map((feed) => readFeed(data, feed, batches, span, question)),
  );
  const kind = countedKind(feeds, question.primary);
  const counted = feeds.filter(({ feed }) => kindOf(feed) === kind);
  const sum = sumOf(counted, question.class);
  return {
    computed_at: now,
    window_minutes: minutes,
    window_start: span.from,
    active_requests: kind === undefined ? null : sum.requests,
    active_events: kind === undefined ? null : sum.events,
    active_visitors: kind === undefined ? null : visitorsOf(sum),
    active_transfers: transfersOf(feeds, question.class),
    recent_events: await recentEvents(counted, batches, span, question.class),
    sources: feeds.map((feed) => sourceOf(feed, question.class, counted.includes(feed))),
    filtered: kind === undefined ? {} : leftOut(counted, question.class),
  };
}

interface LiveFeed {
  readonly feed: string;
  readonly batches: readonly PulseBatch[];
  readonly sums: Readonly<Record<Class, MinuteSum>>;
  readonly newest_event: number | null;
  readonly last_delivery: number | null;
}

async function readFeed(
  data: ObjectStore,
  feed: string,
  known: PulseBatches,
  span: { readonly from: number; readonly to: number },
  { now }: PulseQuestion,
): Promise<LiveFeed> {
  const [batches, coverage] = await Promise.all([
    known.touching(feed, span.from, now),
    readCoverage(data, feed),
  ]);
  const newest = batches.flatMap(({ minutes }) => minutes.map((minute) => minute.newest));
  const arrivals = batches.map(({ arrived }) => arrived);
  return {
    feed,
    batches,
    sums: sumMinutes(
      batches.flatMap(({ minutes }) => minutes),
      span,
    ),
    newest_event: latest([coverage?.newest_event ?? 0, ...newest]),
    last_delivery: latest([coverage?.last_delivery ?? 0, ...arrivals]),
  };
}

function latest(times: readonly number[]): number | null {
  return times.reduce((last, time) => Math.max(last, time), 0) || null;
}

function countedKind(feeds: readonly LiveFeed[], primary: Kind | undefined): Kind | undefined {
  const kinds = feeds.map(({ feed }) => kindOf(feed));
  if (primary !== undefined && kinds.includes(primary)) return primary;
  const busy = feeds.some(
    ({ feed, sums }) => kindOf(feed) === 'realtime' && CLASSES.some((name) => sums[name].events > 0),
  );
  if (busy || !kinds.includes('application')) return kinds.includes('realtime') ? 'realtime' : undefined;
  return 'application';
}

function sumOf(feeds: readonly Pick<LiveFeed, 'sums'>[], choice: Class | 'all'): MinuteSum {
  const sum = emptySum();
  for (const { sums } of feeds)
    for (const name of choice === 'all' ? CLASSES : [choice]) addSum(sum, sums[name]);
  return sum;
}

/** Only applications know of transfers. */
function transfersOf(feeds: readonly LiveFeed[], choice: Class | 'all'): number | null {
  const applications = feeds.filter(({ feed }) => kindOf(feed) === 'application');
  return applications.length === 0 ? null : estimateSketch(sumOf(applications, choice).transfers);
}

function sourceOf(live: LiveFeed, choice: Class | 'all', counted: boolean): PulseSource {
  const sum = sumOf([live], choice);
  return {
    feed: live.feed,
    counted,
    active_requests: sum.requests,
    active_visitors: visitorsOf(sum),
    newest_event: live.newest_event,
    last_delivery: live.last_delivery,
  };
}

function leftOut(feeds: readonly LiveFeed[], choice: Class | 'all'): Partial<Record<Class, number>> {
  const others = choice === 'all' ? [] : CLASSES.filter((name) => name !== choice);
  return Object.fromEntries(others.map((name) => [name, sumOf(feeds, name).requests]));
}

/** Rows are read of the batches with the newest events alone, until no other can have a newer one. */
async function recentEvents(
  feeds: readonly LiveFeed[],
  known: PulseBatches,
  { from, to }: { readonly from: number; readonly to: number },
  choice: Class | 'all',
): Promise<RecentEvent[]> {
  const seen = new Set<number>();
  const isAsked = ({ event: { class: own, timestamp }, hash }: NewestRow) => {
    if (timestamp < from || timestamp >= to || (choice !== 'all' && own !== choice)) return false;
    if (hash === undefined) return true;
    const first = !seen.has(hash);
    seen.add(hash);
    return first;
  };
  const candidates = feeds
    .flatMap(({ batches }) => batches)
    .map((batch) => ({ batch, newest: newestOf(batch, choice) }))
    .filter(({ newest }) => newest >= from)
    .sort((a, b) => b.newest - a.newest);
  let found: RecentEvent[] = [];
  for (const { batch, newest } of candidates) {
    if (found.length === MOST_RECENT && found.at(-1)!.timestamp >= newest) break;
    found.push(...(await known.newest(batch)).filter(isAsked).map(({ event }) => event));
    found.sort((a, b) => b.timestamp - a.timestamp);
    found = found.slice(0, MOST_RECENT);
  }
  return found;
}

function newestOf({ minutes }: PulseBatch, choice: Class | 'all'): number {
  const own = minutes.filter(({ classes }) => choice === 'all' || classes[choice] !== undefined);
  return own.reduce((newest, minute) => Math.max(newest, minute.newest), 0);
}

const KNOWN = new WeakMap<ObjectStore, PulseBatches>();

/** One memory per store, however often it is asked. */
function batchesOf(data: ObjectStore): PulseBatches {
  const known = KNOWN.get(data) ?? createPulseBatches(data);
  KNOWN.set(data, known);
  return known;
}
