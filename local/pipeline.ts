import { randomBytes, randomUUID } from 'node:crypto';
import type { SitePipeline } from '@sgraph-backbone/layer/derived';
import type { Messages, Randomness } from '@sgraph-backbone/layer/ledger';
import { calendarOf } from '@sgraph-backbone/layer/rollups';
import type { SiteSettings } from '@sgraph-backbone/layer/settings';
import type { Store } from '@sgraph-backbone/layer/store';

const DAY = 86_400_000;

/** Retention of raw batches when BACKBONE_RAW_RETENTION_DAYS says nothing else, days. */
export const RAW_RETENTION_DAYS = 90;

/** A clock, fresh ids and randomness: what a pipeline may not have of its own. */
export type Machine = Pick<SitePipeline, 'now' | 'newId' | 'randomness'>;

/** The pipeline of a store with this machine's clock and randomness. */
export function localPipeline(
  { data, observability }: Store,
  settings: SiteSettings,
  messages: Messages,
  machine: Machine = THIS_MACHINE,
): SitePipeline {
  return {
    data,
    observability,
    messages,
    calendar: calendarOf(settings.timezone),
    hosts: settings.hosts,
    ...machine,
    rawRetention: rawRetentionDays(process.env.BACKBONE_RAW_RETENTION_DAYS) * DAY,
  };
}

const randomness: Randomness = {
  bytes: () => randomBytes(32),
  id: () => randomBytes(4).toString('hex'),
};

const THIS_MACHINE: Machine = { now: Date.now, newId: randomUUID, randomness };

function rawRetentionDays(text: string | undefined): number {
  if (text === undefined || text === '') return RAW_RETENTION_DAYS;
  const days = Number(text);
  if (Number.isInteger(days) && days >= 2) return days;
  throw new Error(`BACKBONE_RAW_RETENTION_DAYS is "${text}"; accepted: a whole number of days, at least 2`);
}
