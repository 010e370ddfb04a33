import { tmpdir } from 'node:os';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { openStore } from '@sgraph-backbone/layer/drivers';
import type { Messages, RollupOfFeed, WindowOfFeed } from '@sgraph-backbone/layer/ledger';
import { HALF_HOUR, windowStart } from '@sgraph-backbone/layer/rollups';
import type { Store } from '@sgraph-backbone/layer/store';
import type { EventBridgeEvent, SQSEvent } from 'aws-lambda';
import { createAggregateHandler } from '../../lambdas/aggregate/handler.ts';
import { createConsolidateHandler } from '../../lambdas/consolidate/handler.ts';
import { pipelineFrom } from '../../lambdas/environment/open-pipeline.ts';
import { createIngestHandler } from '../../lambdas/ingest/handler.ts';
import { DEFAULT_RETENTION } from '../../lambdas/sweep/expire.ts';
import { createSweepHandler } from '../../lambdas/sweep/handler.ts';
import { aroundStore, recording } from '../stores/index.ts';
import { linesBetween, logFile } from './protocol/log-files.ts';

const START = windowStart(Date.now() - 26 * HALF_HOUR);
const LINES = 10_000;
const DAYS = new Date(
  Date.UTC(new Date(START).getUTCFullYear(), new Date(START).getUTCMonth() + 1, 0),
).getUTCDate();
const { around, calls } = recording();

/** Messages that wait, each group once, as in its slot. */
const windows = new Map<string, WindowOfFeed>();
const rollups = new Map<string, RollupOfFeed>();
const messages: Messages = {
  consolidate: async (sent) => {
    for (const window of sent) windows.set(`${window.feed} ${window.window}`, window);
  },
  aggregate: async (sent) => {
    for (const rollup of sent) rollups.set(`${rollup.feed} ${rollup.period} ${rollup.time_key}`, rollup);
  },
};

let store: Store;
const open = pipelineFrom({ BACKBONE_STORE: 'memory:' }, async () => aroundStore(store, around), tmpdir(), {
  memory: true,
  messages,
});
const ingest = createIngestHandler(open);
const consolidate = createConsolidateHandler(async () => (await open()).pipeline);
const aggregate = createAggregateHandler(async () => (await open()).pipeline);

const event = (key: string) =>
  ({ 'detail-type': 'Object Created', detail: { object: { key } } }) as EventBridgeEvent<
    'Object Created',
    { object: { key: string } }
  >;
const queue = (body: unknown) => ({ Records: [{ messageId: 'm', body: JSON.stringify(body) }] }) as SQSEvent;

const keyOf = (number: number) => `live/E2EXAMPLE.2026-02-16-10.abcdef0${number}.gz`;

async function deliver(number: number): Promise<void> {
  const lines = linesBetween(LINES, START, START + HALF_HOUR, number);
  await store.observability.put(keyOf(number), logFile(lines));
  await ingest(event(keyOf(number)));
}

/** Requests of a step, by what they are about. */
async function requestsOf(step: () => Promise<unknown>): Promise<Record<string, number>> {
  calls.length = 0;
  await step();
  const counts: Record<string, number> = {};
  for (const { method, half, key } of calls) {
    const what = `${method} ${half === 'observability' ? key.split('/')[0] : subjectOf(key)}`;
    counts[what] = (counts[what] ?? 0) + 1;
  }
  return counts;
}

/** `sa-cloudfront-ledger/data/key-based/objects/…` → `objects` */
function subjectOf(key: string): string {
  const [namespace = '', , , folder = ''] = key.split('/');
  return namespace.endsWith('-ledger') ? folder : namespace.replace('sa-cloudfront-', '');
}

async function drain(): Promise<void> {
  for (const window of [...windows.values()]) await consolidate(queue(window));
  windows.clear();
  while (rollups.size > 0) {
    const [name, rollup] = [...rollups][0]!;
    rollups.delete(name);
    await aggregate(queue(rollup));
  }
}

describe('what one log object of 10,000 lines costs, in requests, to a process that has seen another', () => {
  beforeAll(async () => {
    process.env.BACKBONE_LOG_LEVEL = 'error';
    store = await openStore('memory:');
    for (const number of [1, 3]) await deliver(number);
    await drain();
  });

  test('to ingest: one read of it, two of the ledger and of whether it is still there, four writes and a batch', async () => {
    expect(await requestsOf(() => deliver(2))).toEqual({
      'get live': 1,
      'head live': 1,
      'get objects': 1,
      'put objects': 1,
      'put pending': 1,
      'put locations': 1,
      'put raw': 1,
    });
  });

  test('to consolidate a window: one listing, and of each new batch a part and its ledger entry', async () => {
    const [window] = [...windows.values()];
    windows.clear();
    expect(await requestsOf(() => consolidate(queue(window)))).toEqual({
      'list raw': 1,
      'get raw': 1,
      'get objects': 1,
      'get consolidated': 1,
      'put consolidated': 1,
    });
  });

  test('to aggregate a level: its own roll-up, its children, one write', async () => {
    const levels: Record<string, Record<string, number>> = {};
    while (rollups.size > 0) {
      const [name, rollup] = [...rollups][0]!;
      rollups.delete(name);
      levels[rollup.period] = await requestsOf(() => aggregate(queue(rollup)));
    }
    const reads = (children: number) => ({ 'get aggregate': 1 + children, 'put aggregate': 1 });
    expect(levels).toEqual({
      // Whether the kind has a second feed is asked where a half-hour is made.
      '30min': { 'get aggregate': 1, 'get consolidated': 1, 'put aggregate': 1, 'list consolidated': 1 },
      hourly: reads(2),
      daily: reads(24),
      weekly: reads(7),
      monthly: reads(DAYS),
      yearly: reads(12),
    });
  });

  test('a sweep deletes one marker an object, and notes each feed once', async () => {
    const sweep = createSweepHandler(async () => {
      const { pipeline, options } = await open();
      return { pipeline, options, openSource: async () => undefined, retention: DEFAULT_RETENTION };
    });
    const { 'delete pending': markers, 'put coverage': coverage } = await requestsOf(() => sweep({}));
    expect({ markers, coverage }).toEqual({ markers: 3, coverage: 1 });
  });
});
