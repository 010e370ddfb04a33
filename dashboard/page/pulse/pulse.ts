import type { Filtered, Value } from '../answers.ts';
import { exact } from '../numbers.ts';
import { ago } from '../times.ts';

/** The last minutes, as the API answers them. Instants are epoch ms; null: not measured. */
export interface Pulse {
  readonly computed_at: number;
  readonly window_minutes: number;
  readonly active_requests: Value;
  readonly active_events: Value;
  readonly active_visitors: Value;
  readonly active_transfers: Value;
  readonly recent_events: readonly RecentEvent[];
  readonly sources: readonly PulseSource[];
  readonly filtered: Filtered;
}

export interface RecentEvent {
  readonly timestamp: number;
  readonly event_type: string | null;
  readonly method: string | null;
  readonly path: string | null;
  readonly status_code: number | null;
  readonly country: string | null;
  readonly browser: string | null;
}

export interface PulseSource {
  readonly feed: string;
  /** Whether the numbers are its own: kinds describe the same requests twice. */
  readonly counted: boolean;
  readonly active_requests: number;
  readonly newest_event: number | null;
  readonly last_delivery: number | null;
}

const MINUTE = 60_000;

/** Without news for so long a source may have stopped as well as have nothing to tell, ms. */
export const STALE_AFTER = 60 * MINUTE;

/** How fresh a source is, in a word and in a sentence. */
export interface Freshness {
  readonly kind: 'fresh' | 'quiet' | 'stale';
  readonly word: string;
  readonly sentence: string;
}

export function freshnessOf(source: PulseSource, minutes: number, now: number): Freshness {
  const { newest_event } = source;
  if (newest_event !== null && now - newest_event <= minutes * MINUTE)
    return { kind: 'fresh', word: 'reporting', sentence: 'It has told something within this time.' };
  if (newest_event !== null && now - newest_event <= STALE_AFTER)
    return {
      kind: 'quiet',
      word: 'quiet',
      sentence: 'Nothing within this time, which is what it looks like when nobody is there.',
    };
  return {
    kind: 'stale',
    word: 'stale',
    sentence:
      'No news for an hour or more: nobody was there, or it has stopped reporting. Zeros do not tell which.',
  };
}

/** Whether anyone is using the site, in a word and in a sentence. */
export interface Verdict {
  readonly kind: 'yes' | 'no' | 'silent' | 'unknown';
  readonly word: string;
  readonly sentence: string;
}

export function verdictOf(pulse: Pulse, now: number): Verdict {
  const { window_minutes, active_requests } = pulse;
  const span = window_minutes === 60 ? 'hour' : `${window_minutes} minutes`;
  if (active_requests === null)
    return {
      kind: 'unknown',
      word: 'Not known.',
      sentence:
        'Nothing reports while it happens: no application posts events, and there are no real-time logs. Standard logs come up to an hour late.',
    };
  const activity = activityOf(pulse);
  if (activity !== undefined)
    return { kind: 'yes', word: 'Yes.', sentence: `${activity} in the last ${span}.` };
  const newest = newestOf(pulse);
  if (newest === undefined || now - newest > STALE_AFTER)
    return {
      kind: 'silent',
      word: 'No news.',
      sentence: `${newest === undefined ? 'Nothing has reported yet' : `The newest event was ${ago(newest, now)}`}: nobody is there, or nothing reports any more.`,
    };
  return {
    kind: 'no',
    word: 'No.',
    sentence: `Nobody in the last ${span}; the newest event was ${ago(newest, now)}.`,
  };
}

function activityOf({
  active_visitors,
  active_requests,
  active_events,
  active_transfers,
}: Pulse): string | undefined {
  const counts = [
    counted(active_visitors, 'visitor'),
    counted(active_requests, 'request'),
    counted(active_transfers, 'transfer'),
  ].filter((text) => text !== undefined);
  if (counts.length > 0) return listed(counts);
  return counted(active_events, 'event');
}

function counted(value: Value, name: string): string | undefined {
  return value ? `${exact(value)} ${name}${value === 1 ? '' : 's'}` : undefined;
}

function listed(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;
}

function newestOf({ sources }: Pulse): number | undefined {
  const times = sources.flatMap(({ counted: own, newest_event }) =>
    own && newest_event ? [newest_event] : [],
  );
  return times.length === 0 ? undefined : Math.max(...times);
}

const NAMES: Record<string, string> = {
  api_call: 'API call',
  token_use: 'Token used',
  token_rejected: 'Token refused',
};

/** What an event is called: `transfer_viewed` reads as "Transfer viewed". */
export function eventName(type: string | null): string {
  if (type === null) return 'Request';
  const words = NAMES[type] ?? type.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
