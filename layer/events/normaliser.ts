import type { DayKey } from '@sgraph-backbone/layer/ledger';
import type { SiteSettings } from '@sgraph-backbone/layer/settings';
import type { InternalEvent } from './posted-event.ts';
import type { PrivateEvent } from './private-event.ts';

/** What events are made private with. */
export interface NormaliserContext {
  readonly settings: SiteSettings;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** A fresh `event_id`, for events that bring none. */
  readonly newId: () => string;
  /** The key of a day, shared by all workers. */
  readonly dayKey: (day: string) => Promise<DayKey>;
  /** The day of the site's zone that a moment lies in. */
  readonly dayOf: (ms: number) => string;
  /** Country of a canonical address, where the event says none. */
  readonly country?: (address: string) => string | undefined;
  /** Own addresses, whose events are counted as excluded. */
  readonly excludeAddress?: (address: string) => boolean;
}

export interface EventNormaliser {
  /** Throws BadEvent. */
  normalise(posted: unknown): Promise<PrivateEvent>;
  /** The same for events that only our routes may send. Throws BadEvent. */
  internal(event: InternalEvent): Promise<PrivateEvent>;
}

/** Makes events private: checks every member, and hashes what must be counted and not kept. */
export function createNormaliser(_context: NormaliserContext): EventNormaliser {
  throw new Error('not written yet');
}
