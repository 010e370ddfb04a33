import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { adminKey, createLog, httpLambda } from '@sgraph-backbone/layer/runtime';
import { eraseTransfer, postTransferEvent } from '@sgraph-backbone/layer/transfers';
import { transferRoutes } from '../../lambdas/admin-api/transfers/transfer-routes.ts';
import { ask } from '../unit/runtime/http-events.ts';
import { normaliserOf, record } from './events/recorded-world.ts';
import { createWorld, importFiles } from './protocol/world.ts';

test('What happened to all transfers of a day and a month follows from their events, erased or not', async () => {
  const world = await createWorld(Date.parse('2026-02-16T14:30:00Z'));
  const { data } = world.store;
  const normaliser = await normaliserOf(world);
  const take = async (events: Parameters<typeof record>[1]) => {
    await record(world, events, { carried: false });
    return [];
  };
  const now = () => world.clock.now;
  const context = { data, now, newId: randomUUID, sink: { take }, internal: normaliser.internal };
  const log = createLog({ level: 'error', write: () => {}, now });
  const source = () => ({
    data,
    steps: undefined as never,
    store: 'real' as const,
    events: context.sink,
    normaliser: async () => normaliser,
  });
  const routes = transferRoutes({ source, now, version: '0.0.0' });
  const api = httpLambda({ name: 'test', routes, keyring: () => [adminKey('the-admin-key')], log });
  const activity = async (path: string) => (await ask(api, `/api/transfers/activity/${path}`)).json;

  for (const event of ['created', 'upload_completed', 'viewed', 'viewed', 'download_started'] as const)
    await postTransferEvent(context, 'one', { event, bytes: 10 });
  world.clock.now += 24 * 3_600_000;
  const again = { event: 'viewed', event_id: 'v1', timestamp: world.clock.now } as const;
  for (const id of ['one', 'two', 'one']) await postTransferEvent(context, id, again);
  await postTransferEvent(context, 'two', { event: 'download_completed', ip: '203.0.113.9' });
  await eraseTransfer(context, 'one');
  await importFiles(world, []);

  expect(await activity('daily/2026-02-16')).toMatchObject({
    total_views: 2,
    total_downloads: 0,
    counts: { created: 1, upload_completed: 1, viewed: 2, download_started: 1, deleted: 0 },
  });
  expect(await activity('daily/2026-02-17')).toMatchObject({ total_views: 2, total_downloads: 1 });
  expect(await activity('monthly/2026-02')).toMatchObject({
    period: 'monthly',
    key: '2026-02',
    total_views: 4,
    total_downloads: 1,
    finality: { status: 'partial' },
  });
});
