import { tmpdir } from 'node:os';
import { expect, test } from '@jest/globals';
import { openStore } from '@sgraph-backbone/layer/drivers';
import type { Messages, WindowOfFeed } from '@sgraph-backbone/layer/ledger';
import { NotSent } from '@sgraph-backbone/layer/queues';
import type { SQSEvent } from 'aws-lambda';
import { pipelineFrom } from '../../lambdas/environment/open-pipeline.ts';
import { createIngestHandler } from '../../lambdas/ingest/handler.ts';
import { linesBetween, logFile } from './protocol/log-files.ts';

const START = Date.now() - 3_600_000;
const KEY = 'live/E2EXAMPLE.2026-02-16-10.abcdef01.gz';

test('a delivery is acknowledged only when the messages that it causes are sent, however often it comes', async () => {
  const store = await openStore('memory:');
  await store.observability.put(KEY, logFile(linesBetween(10, START, START + 1000, 1)));
  const sent: WindowOfFeed[] = [];
  let refuses = true;
  const messages: Messages = {
    async consolidate(windows) {
      if (refuses) throw new NotSent(windows.length, 'ServiceUnavailable');
      sent.push(...windows);
    },
    aggregate: async () => {},
  };
  const open = pipelineFrom({ BACKBONE_STORE: 'memory:' }, async () => store, tmpdir(), { messages });
  const event = { detail: { object: { key: KEY } } };
  const deliver = () =>
    createIngestHandler(open)({ Records: [{ messageId: 'm', body: JSON.stringify(event) }] } as SQSEvent);
  const failed = { batchItemFailures: [{ itemIdentifier: 'm' }] };
  // The second time the object is counted already, and its messages are still owed.
  expect([await deliver(), await deliver()]).toEqual([failed, failed]);
  refuses = false;
  expect(await deliver()).toEqual({ batchItemFailures: [] });
  expect(sent).toMatchObject([{ feed: 'standard.E2EXAMPLE' }]);
});
