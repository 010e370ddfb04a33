import { createHash } from 'node:crypto';
import type { Messages, RollupOfFeed, WindowOfFeed } from '@sgraph-backbone/layer/ledger';
import type { QueueEntry } from './send-all.ts';
import { sendTo } from './sqs.ts';

/** URLs of the queues between the steps. */
export interface QueueUrls {
  readonly consolidate: string;
  /** Roll-ups of half-hours and hours. */
  readonly hours: string;
  /** Roll-ups of days and above. */
  readonly days: string;
}

/**
 * Seconds in which a message repeats itself once. Each queue delays its messages by at least its slot: the one message
 * of a slot runs after the last change that was made in it, and the first change of the next slot has a message of its
 * own.
 */
export const SLOTS = { consolidate: 60, hours: 60, days: 300 } as const;

type Send = (queueUrl: string, entries: readonly QueueEntry[]) => Promise<void>;

/**
 * What steps say to each other, through FIFO queues: a message only says "look at group G". `now` in epoch ms.
 * Returns when the queue has taken every message; throws NotSent.
 */
export function sqsMessages(urls: QueueUrls, now: () => number, send: Send = sendTo): Messages {
  const entries = <Body extends WindowOfFeed | RollupOfFeed>(bodies: readonly Body[], slot: number) => {
    const groups = new Map(bodies.map((body) => [groupOf(body), body]));
    const number = Math.floor(now() / 1000 / slot);
    return [...groups].map(([group, body]) => ({ body, group, deduplication: hash(`${group} ${number}`) }));
  };
  return {
    consolidate: (windows) => send(urls.consolidate, entries(windows, SLOTS.consolidate)),
    async aggregate(rollups) {
      const short = rollups.filter(isShort);
      const long = rollups.filter((rollup) => !isShort(rollup));
      await send(urls.hours, entries(short, SLOTS.hours));
      await send(urls.days, entries(long, SLOTS.days));
    },
  };
}

function isShort({ period }: RollupOfFeed): boolean {
  return period === '30min' || period === 'hourly';
}

function groupOf(body: WindowOfFeed | RollupOfFeed): string {
  return hash(
    'window' in body ? `${body.feed} ${body.window}` : `${body.feed} ${body.period} ${body.time_key}`,
  );
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
