import { tmpdir } from 'node:os';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { readAudit } from '@sgraph-backbone/layer/ledger';
import type { Store } from '@sgraph-backbone/layer/store';
import type { SQSEvent } from 'aws-lambda';
import { CollectionFailed } from '../../lambdas/collect-costs/collection-failed.ts';
import { type CorrectionMessage, createCorrectionsHandler } from '../../lambdas/corrections/handler.ts';
import {
  beginOperation,
  type Operation,
  operationKey,
  readOperation,
} from '../../lambdas/corrections/operations.ts';
import { pipelineFrom } from '../../lambdas/environment/open-pipeline.ts';
import { ingestLive } from '../../lambdas/ingest/ingest-live.ts';
import { aroundStore, failing } from '../stores/index.ts';
import { linesBetween, logFile } from './protocol/log-files.ts';

const START = Date.now() - 3 * 3_600_000;
const FILES = 5;
const keyOf = (file: number) => `live/E2EXAMPLE.2026-02-16-10.abcdef0${file}.gz`;

let store: Store;
let handed: Store;
const open = () => pipelineFrom({ BACKBONE_STORE: 'memory:' }, async () => handed, tmpdir())();

beforeEach(async () => {
  store = await openStore('memory:');
  handed = store;
  for (let file = 0; file < FILES; file++)
    await store.observability.put(keyOf(file), logFile(linesBetween(20, START, START + 1000, file)));
});

async function ingestAll(): Promise<void> {
  const { pipeline, options } = await open();
  for (let file = 0; file < FILES; file++) await ingestLive(pipeline, options, keyOf(file));
}

/** What AWS would answer is another test's subject: here it has no costs of March. */
async function collectCosts({ from = '2026-02-01', to = '2026-02-20' }) {
  if (from.startsWith('2026-03')) throw new CollectionFailed('DataUnavailableException', 'no data yet');
  return { at: 1, finished_at: 2, outcome: 'done' as const, from, to, calls: 3, days: 19, changed: 0 };
}

/** A command that was asked for, and its messages carried out with so many milliseconds each. */
async function carryOut(command: Operation['command'], request: object, remaining: number) {
  const operation_id = `${command}-1`;
  await beginOperation(store.data, { operation_id, command, request: { ...request }, actor: 'admin' }, 1);
  const waiting: CorrectionMessage[] = [{ operation_id, part: 0 }];
  const handler = createCorrectionsHandler(async () => {
    const { pipeline, options } = await open();
    return { pipeline, options, collectCosts, send: async (message) => void waiting.push(message) };
  });
  let calls = 0;
  for (let message = waiting.shift(); message !== undefined; message = waiting.shift()) {
    const event = { Records: [{ messageId: 'm', body: JSON.stringify(message) }] } as SQSEvent;
    const context = { getRemainingTimeInMillis: () => remaining };
    const { batchItemFailures } = await handler(event, context);
    // What failed comes again, as from SQS.
    if (batchItemFailures.length > 0) waiting.unshift(message);
    if (++calls > 30) throw new Error('it never ends');
  }
  return { calls, operation: await readOperation(store.data, operation_id), handler };
}

test('costs are collected, or not, once: a repetition would ask and pay again', async () => {
  const done = await carryOut('collect-costs', { from: '2026-02-01', to: '2026-02-20' }, 300_000);
  expect(done.operation).toMatchObject({ state: 'done', answer: { calls: 3, days: 19 } });
  await store.data.delete(operationKey('collect-costs-1'));
  const failed = await carryOut('collect-costs', { from: '2026-03-01' }, 300_000);
  expect(failed.operation).toMatchObject({ state: 'failed', error: 'no data yet' });
});

describe('a long command behind the queue', () => {
  test('goes on with the next message where its time was up, and does nothing twice', async () => {
    await ingestAll();
    const { calls, operation } = await carryOut('reprocess', {}, 60_000);
    expect(calls).toBe(FILES);
    expect(operation).toMatchObject({ state: 'done', answer: { summed: FILES, kept: 0 }, progress: null });
    const day = new Date().toISOString().slice(0, 10);
    const audits = (await readAudit(store.data, day)).filter(({ action }) => action === 'reprocess');
    expect(audits).toMatchObject([{ actor: 'admin', detail: { summed: FILES } }]);
  });

  test('is done at once where there is time', async () => {
    await ingestAll();
    expect(await carryOut('reprocess', {}, 900_000)).toMatchObject({
      calls: 1,
      operation: { state: 'done' },
    });
  });

  test('ingests what waits in as many calls as it takes', async () => {
    const { calls, operation } = await carryOut('ingest', { limit: 100 }, 60_000);
    expect(calls).toBe(FILES);
    const objects = Array.from({ length: FILES }, (_, file) => ({
      log_file_key: `live:${keyOf(file)}`,
      outcome: 'ingested',
    }));
    expect(operation).toMatchObject({ state: 'done', answer: { objects } });
  });

  test('that fails for a while is carried out in the end', async () => {
    await ingestAll();
    handed = aroundStore(store, failing({ seed: 3, rate: 0.01 }));
    const { calls, operation } = await carryOut('forget', { location: 'live:*' }, 900_000);
    expect(calls).toBeGreaterThan(1);
    expect(operation).toMatchObject({ state: 'done', error: null });
  });

  test('that asks for what can’t be fails once and for all', async () => {
    await ingestAll();
    const request = { rollups: [{ feed: 'nonsense', period: 'daily', time_key: '2026-02-16' }] };
    const { calls, operation, handler } = await carryOut('aggregate', request, 900_000);
    expect(calls).toBe(1);
    expect(operation).toMatchObject({ state: 'failed', error: expect.stringContaining('nonsense') });
    const again = { Records: [{ messageId: 'm', body: '{"operation_id":"aggregate-1","part":0}' }] };
    expect(await handler(again as SQSEvent)).toEqual({ batchItemFailures: [] });
  });
});
