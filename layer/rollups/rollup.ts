import { CLASSES, type Class } from '@sgraph-backbone/layer/logs';
import type { Calendar, Span, Tile } from './calendar.ts';
import { contentHash } from './content-hash.ts';
import type { Counters } from './counters.ts';
import { covers } from './covering.ts';
import { type Headline, headlineOf } from './headline.ts';
import { type Measures, unknownMeasures } from './measures.ts';
import {
  partOfRollup,
  partOfWindow,
  perView,
  type RollupPart,
  type RollupSum,
  sumParts,
} from './rollup-part.ts';
import type { Kind } from './summary-builder.ts';
import type { EncodedSummary } from './summary-codec.ts';
import type { Period } from './time-key.ts';
import type { TopLists } from './top-list.ts';
import type { VisitorDays } from './totals.ts';

export const VIEWS = ['all', ...CLASSES] as const;
/** A class, or all of them together. */
export type View = (typeof VIEWS)[number];

export type Status = 'partial' | 'final';

/** What remains mergeable of a class; never in an API answer. Sketches and histograms are base64. */
export interface MergePart {
  readonly counters: Readonly<Partial<Counters>>;
  readonly time_taken: string;
  readonly ttfb: string;
  /** By key id; empty above a day. */
  readonly visitors: Readonly<Record<string, string>>;
  readonly paths: string;
  readonly agents: string;
}

export interface RollupChild {
  readonly period: Period;
  readonly time_key: string;
  readonly status: Status;
  readonly content_hash: string;
  /** Write counter that the child had when it was read. */
  readonly write: number;
  readonly headline: Readonly<Record<View, Headline>>;
}

/** What is said about any stretch of time, be it a stored roll-up or a range that an answer merged. */
export interface RollupContent {
  readonly feed: string;
  readonly host?: string;
  /** Epoch ms. */
  readonly window_start: number;
  /** Epoch ms, exclusive. */
  readonly window_end: number;
  readonly timezone: string;
  readonly status: Status;
  /** Epoch ms. */
  readonly computed_at: number;
  readonly content_hash: string;
  /** Versions of the rules that it was counted with, sorted. */
  readonly rules_version: readonly string[];
  /** Children that had data; of a half-hour its batches. */
  readonly source_count: number;
  /** How many of them are final. */
  readonly sources_final: number;
  /** There were more events in a half-hour than ids are kept of: one that came twice may count twice. */
  readonly repeats_unchecked?: true;
  /** Time keys of children that are missing and not covered: not known, not zero. */
  readonly gaps: readonly string[];
  readonly measures: Readonly<Record<View, Measures>>;
  readonly top: Readonly<Record<Class, TopLists>>;
  readonly children: readonly RollupChild[];
}

/** A roll-up as it follows from its children alone. */
export interface RollupValue extends RollupContent {
  readonly period: Period;
  readonly time_key: string;
  readonly merge: Readonly<Record<Class, MergePart>>;
}

/** A window as far as a half-hour needs it. */
export interface WindowPart {
  readonly batches: readonly unknown[];
  readonly summary: EncodedSummary;
  readonly hosts: Readonly<Record<string, EncodedSummary>>;
  readonly rules_versions: readonly string[];
  readonly repeats_unchecked?: true;
  readonly content_hash: string;
  readonly write: number;
}

/** A roll-up with the write counter of its bytes. */
export type StoredRollup = RollupValue & { readonly write: number };

/** A child by its place, with what is stored there; neither member: nothing is. */
export interface ChildInput extends Tile {
  /** Nothing is known of it, though it may lie inside coverage: of a host, from before it was named. */
  readonly unknown?: boolean;
  readonly rollup?: StoredRollup;
  readonly window?: WindowPart;
}

export interface RollupInput {
  readonly feed: string;
  readonly host?: string;
  readonly period: Period;
  readonly time_key: string;
  readonly calendar: Calendar;
  /** In time order: those of the calendar; of a half-hour its window, under the half-hour's own key. */
  readonly children: readonly ChildInput[];
  /** Event time for which everything delivered has been counted. */
  readonly coverage: readonly Span[];
  /** Epoch ms. */
  readonly now: number;
}

/**
 * The roll-up that follows from its children: counts, sets and histograms add up exactly, top lists are cut here.
 * It is final if coverage holds all of it and every child that exists is final; a child that does not exist is zero
 * inside coverage and a gap outside. Where nothing at all is known, measures are null.
 */
export function buildRollup(input: RollupInput): RollupValue {
  const { calendar, period } = input;
  const time_key = calendar.canonical(period, input.time_key);
  const span = calendar.span(period, time_key);
  const found = input.children.map((child) => readChild(input, child));
  const sources = found.filter((child) => child.part !== undefined) as Source[];
  const gaps = found.flatMap(({ part, covered, key }) => (part || covered ? [] : [key]));
  const parts = sources.map((source) => source.part);
  const sum = sumParts(
    parts,
    kindOf(input.feed),
    isLong(period) ? (view) => visitorDays(input, view) : undefined,
  );
  const settled = parts.filter((part) => part.status === 'final');
  const final = covers(input.coverage, span) && gaps.length === 0 && settled.length === parts.length;
  const unknown = parts.length === 0 && gaps.length > 0;
  const children = sources.map((source) => source.child(sum));
  const unchecked = input.children.some(({ rollup, window }) => (rollup ?? window)?.repeats_unchecked);
  const value = {
    status: final ? ('final' as const) : ('partial' as const),
    ...(unchecked && { repeats_unchecked: true as const }),
    gaps,
    measures: unknown ? perView(unknownMeasures) : sum.measures,
    top: sum.top,
    merge: sum.merge,
  };
  return {
    feed: input.feed,
    ...(input.host === undefined ? {} : { host: input.host }),
    period,
    time_key,
    window_start: span.start,
    window_end: span.end,
    timezone: calendar.timezone,
    computed_at: input.now,
    content_hash: rollupContentHash({ ...value, children }),
    rules_version: [...new Set(parts.flatMap((part) => part.rules_version))].sort(),
    source_count: countSources(parts),
    sources_final: countSources(settled),
    ...value,
    children,
  };
}

interface Source {
  readonly part: RollupPart;
  readonly child: (sum: RollupSum) => RollupChild;
}

type Found = { readonly key: string; readonly covered: boolean } & (Source | { readonly part?: undefined });

function readChild(input: RollupInput, child: ChildInput): Found {
  const span = input.calendar.span(child.period, child.time_key);
  const place = { key: child.time_key, covered: covers(input.coverage, span) };
  if (child.unknown || (child.rollup && isUnknown(child.rollup))) return { ...place, covered: false };
  if (child.rollup) return { ...place, ...rollupSource(input, child, asCutNow(child.rollup, span)) };
  if (!child.window) return place;
  const { window } = child;
  const isWhole = input.host === undefined || window.batches.length === 0;
  const summary = isWhole ? window.summary : window.hosts[input.host];
  // A window from before its host was named in the settings says nothing about it, whatever coverage says.
  if (!summary) return { ...place, covered: false };
  // Late data of other hosts changes the window, but is no change of this one.
  const content_hash = input.host === undefined ? window.content_hash : contentHash(summary);
  const status = place.covered ? 'final' : 'partial';
  return { ...place, ...windowSource(child, { ...window, content_hash }, summary, status) };
}

/** Days that were cut in another time zone overlap, or leave hours out: until they are cut anew nothing is final. */
function asCutNow(rollup: StoredRollup, { start, end }: Span): StoredRollup {
  const same = rollup.window_start === start && rollup.window_end === end;
  return same ? rollup : { ...rollup, status: 'partial' };
}

function rollupSource(input: RollupInput, { period, time_key }: Tile, rollup: StoredRollup): Source {
  const { status, content_hash, write } = rollup;
  const part = partOfRollup(rollup, isLong(input.period) ? 'without' : 'with');
  const headline = perView((view) =>
    headlineOf(rollup.measures[view], (name) => part.totals[view].counters[name]),
  );
  return { part, child: () => ({ period, time_key, status, content_hash, write, headline }) };
}

// The only child of a half-hour has its headline.
function windowSource(place: Tile, window: WindowPart, summary: EncodedSummary, status: Status): Source {
  const { period, time_key } = place;
  const { content_hash, write } = window;
  const child = ({ measures, totals }: RollupSum) => {
    const headline = perView((view) => headlineOf(measures[view], (name) => totals[view].counters[name]));
    return { period, time_key, status, content_hash, write, headline };
  };
  return { part: partOfWindow(window, summary, status), child };
}

// By definition the days' own numbers, so that nothing of their sketches is needed.
function visitorDays({ children }: RollupInput, view: View): VisitorDays {
  const measures = children.flatMap(({ rollup }) => (rollup ? [rollup.measures[view]] : []));
  return {
    days: measures.reduce((sum, of) => sum + (of.visitor_days ?? of.unique_visitors ?? 0), 0),
    upper: measures.some((of) => of.visitors_bound === 'upper'),
  };
}

/** Whether a roll-up says that nothing is known of its time. */
export function isUnknown({ measures }: Pick<RollupValue, 'measures'>): boolean {
  return measures.all.total_requests === null;
}

/** Whether a period is longer than the keys of its visitors live. */
export function isLong(period: Period): boolean {
  return period === 'weekly' || period === 'monthly' || period === 'yearly';
}

/** The kind of a feed, `<kind>.<name>`, or of all feeds of a kind. */
export function kindOf(feed: string): Kind {
  return feed.split('.', 1)[0] as Kind;
}

type Identity = Pick<
  RollupValue,
  'measures' | 'top' | 'merge' | 'status' | 'gaps' | 'repeats_unchecked' | 'children'
>;

/** Without times, counters and revisions: the same sources under the same rules are the same roll-up. */
export function rollupContentHash(identity: Identity): string {
  const { measures, top, merge, status, gaps, repeats_unchecked, children } = identity;
  const hashes = children.map(({ time_key, content_hash }) => [time_key, content_hash]);
  const unchecked = repeats_unchecked && { repeats_unchecked };
  return contentHash({ measures, top, merge, status, gaps, ...unchecked, children: hashes });
}

function countSources(parts: readonly RollupPart[]): number {
  return parts.reduce((count, part) => count + part.source_count, 0);
}
