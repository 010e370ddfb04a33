import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openStore } from '@sgraph-backbone/layer/drivers';
import type { APIGatewayProxyEventV2, EventBridgeEvent, S3Event, SQSEvent } from 'aws-lambda';
import { linesBetween, logFile } from './protocol/log-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'backbone-lambdas-'));
const STORE = `disk:${folder}`;
const START = Date.now() - 3 * 3_600_000;
const KEY = 'live/with a blank + plus/E2EXAMPLE.2026-02-16-10.abcdef01.gz';

beforeAll(async () => {
  process.env.BACKBONE_STORE = STORE;
  process.env.BACKBONE_ADMIN_KEY = 'admin-key-of-a-test';
  const store = await openStore(STORE);
  await store.observability.put(KEY, logFile(linesBetween(12, START, START + 60_000, 1)));
  await store.observability.put('live/foreign.gz', new TextEncoder().encode('not a log\nat all\n'));
  await store.close();
});

afterAll(() => {
  delete process.env.BACKBONE_STORE;
  delete process.env.BACKBONE_ADMIN_KEY;
  rmSync(folder, { recursive: true, force: true });
});

const eventBridge = (key: string) =>
  ({ 'detail-type': 'Object Created', detail: { object: { key } } }) as EventBridgeEvent<string, unknown>;
const queue = (...bodies: unknown[]) =>
  ({
    Records: bodies.map((body, index) => ({ messageId: `m${index}`, body: JSON.stringify(body) })),
  }) as SQSEvent;
const s3 = (key: string) =>
  ({ Records: [{ eventSource: 'aws:s3', s3: { object: { key } } }] }) as unknown as S3Event;

async function ask(path: string): Promise<{ status: number; body: Record<string, never> }> {
  const { handler } = await import('../../lambdas/admin-api/index.ts');
  const event = {
    version: '2.0',
    rawPath: path.split('?')[0],
    rawQueryString: path.split('?')[1] ?? '',
    headers: { authorization: 'Bearer admin-key-of-a-test' },
    requestContext: { http: { method: 'GET' }, stage: '$default' },
  } as unknown as APIGatewayProxyEventV2;
  const answer = await handler(event);
  return { status: answer.statusCode ?? 0, body: JSON.parse(answer.body ?? '') };
}

describe('the deployed handlers, on the store that the environment names', () => {
  test('ingest a key from EventBridge through a queue, and fail only the message that fails', async () => {
    const { handler } = await import('../../lambdas/ingest/index.ts');
    const answer = await handler(queue(eventBridge(KEY), { what: 'ever' }, eventBridge('archive/x.gz')));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    const day = new Date(START).toISOString().slice(0, 10);
    const { status, body } = await ask(`/api/sa/traffic/summary?period=daily&key=${day}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ data: { total_requests: 12 } });
  });

  test('ingest the same key again from S3, URL-encoded, without counting it twice', async () => {
    const { handler } = await import('../../lambdas/ingest/index.ts');
    const encoded = KEY.replaceAll('+', '%2B').replaceAll(' ', '+');
    expect(await handler(s3(encoded))).toEqual({ batchItemFailures: [] });
    const { body } = await ask('/api/sa/cloudfront/status');
    expect(body).toMatchObject({ steps: { ingest: { processed: 2, waiting: 2 } } });
  });

  test('consolidate and aggregate what messages name', async () => {
    const consolidate = await import('../../lambdas/consolidate/index.ts');
    const aggregate = await import('../../lambdas/aggregate/index.ts');
    const { windowKey } = await import('@sgraph-backbone/layer/rollups');
    const window = { feed: 'standard.E2EXAMPLE', window: windowKey(START) };
    const bad = { feed: 'nonsense', window: windowKey(START) };
    expect(await consolidate.handler(queue(window, bad))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm1' }],
    });
    const rollup = {
      feed: window.feed,
      period: 'yearly',
      time_key: new Date(START).toISOString().slice(0, 4),
    };
    expect(await aggregate.handler(queue(rollup))).toEqual({ batchItemFailures: [] });
  });

  test('sweep what no event announced, refuse what is foreign, archive what is done', async () => {
    const sweep = await import('../../lambdas/sweep/index.ts');
    expect(await sweep.handler({})).toMatchObject({ ingested: 1, waiting: 0, archived: 1 });
    const store = await openStore(STORE);
    expect(await store.observability.head(KEY)).toBeUndefined();
    expect(await store.observability.head(KEY.replace('live/', 'archive/'))).toBeDefined();
    const refused = await store.observability.head('refused/foreign.gz');
    expect(refused?.metadata?.reason).toMatch(/CloudFront/);
    await store.close();
    const archive = await import('../../lambdas/archive/index.ts');
    expect(await archive.handler({})).toEqual({ archived: [], kept: [] });
  });
});

test('the handlers are the only exports of the files that are deployed', () => {
  for (const step of ['ingest', 'consolidate', 'aggregate', 'archive', 'sweep', 'admin-api']) {
    const source = readFileSync(join(import.meta.dirname, `../../lambdas/${step}/index.ts`), 'utf8');
    expect(source.match(/^export /gm)).toEqual(['export ']);
    expect(source).toMatch(/^export const handler = /m);
  }
});
