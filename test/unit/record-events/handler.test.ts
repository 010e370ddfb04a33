import { tmpdir } from 'node:os';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { PrivateEvent } from '@sgraph-backbone/layer/events';
import { type FeedCoverage, listBatches, listMarkers, readCoverage } from '@sgraph-backbone/layer/ledger';
import { createLog } from '@sgraph-backbone/layer/runtime';
import type { SQSEvent } from 'aws-lambda';
import { createRecordEventsHandler } from '../../../lambdas/record-events/handler.ts';
import { postedEvents, privateEvents } from '../../integration/events/recorded-world.ts';
import {
  createWorld,
  importFiles,
  openSession,
  problemsAtRest,
  type World,
} from '../../integration/protocol/world.ts';
import type { Around } from '../../stores/index.ts';

const NOW = Date.parse('2026-03-02T10:20:00Z');
const WINDOW = { feed: 'application.main', window: '2026-03-02/10-00' };
let world: World;
let events: PrivateEvent[];
let logged: string[];

beforeEach(async () => {
  world = await createWorld(NOW);
  events = (await privateEvents(world, postedEvents(20, NOW - 600_000, NOW))).filter(
    ({ app }) => app === 'main',
  );
  logged = [];
});

async function handle(bodies: readonly string[], around?: Parameters<typeof openSession>[1]) {
  const session = await openSession(world, around);
  const { settings, temporaryFolder = tmpdir() } = session.ingestOptions;
  const handler = createRecordEventsHandler(
    async () => ({ pipeline: session.pipeline, settings, temporaryFolder, marked: false }),
    createLog({ level: 'info', write: (line) => void logged.push(line), now: () => world.clock.now }),
  );
  const Records = bodies.map((body, index) => ({ messageId: `message-${index}`, body }));
  const answer = await handler({ Records } as SQSEvent);
  await session.carryThrough();
  return answer;
}

const message = (own: readonly PrivateEvent[]) => JSON.stringify({ events: own });

describe('messages of events', () => {
  test('of an invocation are one batch per window, without a marker', async () => {
    const answer = await handle([message(events.slice(0, 9)), message(events.slice(5))]);
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(await listBatches(world.store.data, WINDOW)).toHaveLength(1);
    expect(await listMarkers(world.store.data)).toEqual([]);
    expect(await problemsAtRest(world)).toEqual([]);
    const { last_delivery, newest_delivered } = (await readCoverage(
      world.store.data,
      WINDOW.feed,
    )) as FeedCoverage;
    expect([last_delivery, newest_delivered]).toEqual([NOW, events.at(-1)!.timestamp]);
  });

  test('that are delivered again are the same batch, or one that adds nothing', async () => {
    await handle([message(events)]);
    await handle([message([...events].reverse())]);
    const [batch, ...more] = await listBatches(world.store.data, WINDOW);
    expect([batch!.name, more]).toEqual([expect.stringMatching(/^1772446800000-[0-9a-f]{32}\.1$/), []]);
    world.clock.now += 30_000;
    await handle([message(events)]);
    await importFiles(world, []);
    expect(await listBatches(world.store.data, WINDOW)).toHaveLength(2);
    expect(await problemsAtRest(world)).toEqual([]);
  });

  test('that are no events fail alone', async () => {
    const { batchItemFailures } = await handle(['{"events":', message(events), '{"event":1}']);
    expect(batchItemFailures).toEqual([{ itemIdentifier: 'message-0' }, { itemIdentifier: 'message-2' }]);
    expect(await listBatches(world.store.data, WINDOW)).toHaveLength(1);
    expect(logged.join()).toContain('message-0');
  });

  test('that could not be written are delivered again as a whole', async () => {
    const around: Around = async ({ method, key }, run) => {
      if (method === 'put' && key.endsWith('.parquet')) throw new Error('no answer');
      return run();
    };
    await expect(handle([message(events)], around)).rejects.toThrow('no answer');
  });
});
