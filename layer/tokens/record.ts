import { cacheIdOfPlace, hashOfString } from '@sgraph-backbone/layer/cache';
import type { PrivateEvent } from '@sgraph-backbone/layer/events';
import type { PackedUses } from './packed-uses.ts';
import type { Ranges } from './ranges.ts';

/** What the bearer of a token does with it. */
export const ACTIONS = ['page_opened', 'upload_initiated', 'upload_completed'] as const;
export type Action = (typeof ACTIONS)[number];

/** What a token is at a moment; the first three decide about it themselves, the last two follow from its numbers. */
export const STATUSES = ['active', 'paused', 'revoked', 'exhausted', 'expired'] as const;
export type Status = (typeof STATUSES)[number];

/** An accepted use as it is kept: what follows from the token and its number is left out. */
export type KeptUse = Omit<PrivateEvent, 'event_id' | 'event_type' | 'token'> & { readonly action: Action };

/** All there is of a token, in one object: what one decision reads and what it changes. */
export interface TokenRecord {
  readonly token_name: string;
  /** 0: unlimited. */
  readonly usage_limit: number;
  readonly usage_count: number;
  readonly state: 'active' | 'paused' | 'revoked';
  /** Raised by each edit, not by uses. */
  readonly generation: number;
  /** Epoch ms, as all times here. */
  readonly created_at: number;
  readonly created_by: string;
  /** From this moment on it is expired. */
  readonly expires_at: number | null;
  readonly revoked_at: number | null;
  readonly last_used_at: number | null;
  readonly metadata: Readonly<Record<string, MetadataValue>>;
  /** Accepted uses by day of the site's zone; the last 400 days. */
  readonly days: Readonly<Record<string, number>>;
  /** Hashes of the last 1,000 use ids, 10 characters each, the oldest first. */
  readonly recent: string;
  /** Numbers of the uses (the first is 1) whose events may not have reached the stream of events. */
  readonly pending: Ranges;
  /** The last uses; those before them are in sealed chunks. */
  readonly tail: PackedUses;
}

export type MetadataValue = string | number | boolean | null;

/** An accepted use with all that it left out. */
export interface NumberedUse {
  readonly number: number;
  readonly action: Action;
  readonly event: PrivateEvent;
}

/** What a token is at a moment. The hardest reason to refuse it wins. */
export function statusOf(record: TokenRecord, now: number): Status {
  if (record.state === 'revoked') return 'revoked';
  if (record.expires_at !== null && record.expires_at <= now) return 'expired';
  if (record.state === 'paused') return 'paused';
  return remainingOf(record) === 0 ? 'exhausted' : 'active';
}

/** Uses that are left; null: without end. */
export function remainingOf({ usage_limit, usage_count }: TokenRecord): number | null {
  return usage_limit === 0 ? null : Math.max(0, usage_limit - usage_count);
}

/** Hash by which clients of the cache service find a token. */
export function cacheHashOf(name: string): string {
  return hashOfString(name);
}

/** A UUID of version 8 that follows from the name. */
export function cacheIdOf(name: string): string {
  return cacheIdOfPlace(`token:${name}`);
}

/**
 * Id of the event of a use. It follows from the number and not from the use id: a use id may be used again later,
 * by another token and in posted events, and each of these events has to count.
 */
export function useEventId(name: string, number: number): string {
  return `use-${cacheHashOf(name)}-${number}`;
}

/** The event of a use as the stream of events takes it. */
export function numberedUse(name: string, number: number, { action, ...event }: KeptUse): NumberedUse {
  const event_id = useEventId(name, number);
  return { number, action, event: { ...event, event_id, event_type: 'token_use', token: name } };
}
