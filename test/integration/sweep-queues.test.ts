import { tmpdir } from 'node:os';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { listFeeds, listMarkers, type Messages, readLocation } from '@sgraph-backbone/layer/ledger';
import type { ObjectStore, Store } from '@sgraph-backbone/layer/store';
import type { SQSEvent } from 'aws-lambda';
import { pipelineFrom } from '../../lambdas/environment/open-pipeline.ts';
import { createIngestHandler } from '../../lambdas/ingest/handler.ts';
import { DEFAULT_RETENTION } from '../../lambdas/sweep/expire.ts';
import { createSweepHandler } from '../../lambdas/sweep/handler.ts';
import { linesBetween, logFile } from './protocol/log-files.ts';

const HOUR = 3_600_000;
const START = Date.now() - 3 * HOUR;
const log = (seed: number) => logFile(linesBetween(20, START, START + 1000, seed));
const messages: Messages = { consolidate: async () => {}, aggregate: async () => {} };

let clock = { now: START };
let store: Store;
let bucket: ObjectStore;
let open: ReturnType<typeof pipelineFrom>;
let announced: unknown[];

beforeEach(async () => {
  clock = { now: START };
  announced = [];
  store = await openStore('memory:', { now: () => clock.now });
  bucket = (await openStore('memory:', { now: () => clock.now })).observability;
  const environment = { BACKBONE_STORE: 'memory:' };
  open = pipelineFrom(environment, async () => store, tmpdir(), { messages, openBucket: async () => bucket });
});

const sources = [
  { bucket: 'older-logs', prefix: 'cdn/', kind: 'standard' as const, store: async () => bucket },
];

function sweep(remaining?: () => number) {
  const handler = createSweepHandler(async () => {
    const { pipeline, options } = await open();
    const announce = async (sent: readonly unknown[]) => void announced.push(...sent);
    const openSource = async () => undefined;
    return { pipeline, options, openSource, retention: DEFAULT_RETENTION, announce, sources };
  });
  return handler({}, remaining && { getRemainingTimeInMillis: remaining });
}

async function ingestAnnounced() {
  const Records = announced
    .splice(0)
    .map((body, index) => ({ messageId: `m${index}`, body: JSON.stringify(body) }));
  return createIngestHandler(open)({ Records } as SQSEvent);
}

describe('a sweep beside queues', () => {
  test('announces what lies in live/ longer than an event takes, and leaves the rest to its event', async () => {
    await store.observability.put('live/E2EXAMPLE.2026-02-16-10.abcdef01.gz', log(1));
    clock.now = Date.now();
    await store.observability.put('live/E2EXAMPLE.2026-02-16-10.abcdef02.gz', log(2));
    expect(await sweep()).toMatchObject({ ingested: 1, archived: 0 });
    expect(announced).toEqual([{ detail: { object: { key: 'live/E2EXAMPLE.2026-02-16-10.abcdef01.gz' } } }]);
    expect(await ingestAnnounced()).toEqual({ batchItemFailures: [] });
    expect(await sweep()).toMatchObject({ ingested: 0, archived: 1 });
    expect(announced).toEqual([]);
  });

  test('announces what is new in buckets of others, once it is counted no more, and moves nothing there', async () => {
    const key = 'cdn/E2EXAMPLE.2026-02-16-10.abcdef01.gz';
    await bucket.put(key, log(1));
    await bucket.put('cdn/E2EXAMPLE.2026-02-16-10.foreign.gz', new TextEncoder().encode('not a log\n'));
    expect(await sweep()).toMatchObject({ found: 2 });
    expect(announced).toContainEqual({ location: `s3:older-logs/${key}`, kind: 'standard' });
    expect(await ingestAnnounced()).toEqual({ batchItemFailures: [] });
    expect(await readLocation(store.data, `s3:older-logs/${key}`)).toBeDefined();
    expect(await bucket.head(key)).toBeDefined();
    // What was refused is not read again and again.
    expect(await sweep()).toMatchObject({ found: 0, finished: 1 });
    expect(await listFeeds(store.data)).toMatchObject([{ feed: 'standard.E2EXAMPLE', last_delivery: START }]);
  });

  test('that has no time does nothing that the next one can’t do', async () => {
    await bucket.put('cdn/E2EXAMPLE.2026-02-16-10.abcdef01.gz', log(1));
    await sweep();
    await ingestAnnounced();
    expect(await sweep(() => 1_000)).toMatchObject({ found: 0, finished: 0, waiting: 1, archived: 0 });
    expect(await listMarkers(store.data)).toHaveLength(1);
    expect(await sweep(() => 900_000)).toMatchObject({ finished: 1, waiting: 0 });
    expect(await listMarkers(store.data)).toEqual([]);
  });
});
