import { tmpdir } from 'node:os';
import { beforeAll, expect, test } from '@jest/globals';
import { openStore } from '@sgraph-backbone/layer/drivers';
import type { Store } from '@sgraph-backbone/layer/store';
import { pipelineFrom } from '../../lambdas/environment/open-pipeline.ts';
import { ingestLive } from '../../lambdas/ingest/ingest-live.ts';
import { linesBetween, logFile } from './protocol/log-files.ts';

const START = Date.now() - 3_600_000;
const STORE = 's3://data/site?observability=logs';
const small = logFile(linesBetween(10, START, START + 1000, 1));
const large = logFile(linesBetween(500, START, START + 1000, 2));

let store: Store;
beforeAll(async () => {
  store = await openStore('memory:');
  await store.observability.put('live/small.gz', small);
  await store.observability.put('live/a b/large.gz', large);
});

test('a log that is too large for a function is refused unread, with the command that reads it', async () => {
  const environment = { BACKBONE_STORE: STORE, BACKBONE_MOST_LOG_BYTES: String(small.length) };
  const open = pipelineFrom(environment, async () => store, tmpdir());
  const { pipeline, options } = await open();
  expect(await ingestLive(pipeline, options, 'live/small.gz')).toMatchObject({ outcome: 'ingested' });
  const reason =
    `its ${large.length} bytes are more than the ${small.length} that a function reads; on a machine of your own: ` +
    "backbone import 's3://logs/refused/a b/large.gz' --store 's3://data/site?observability=logs'";
  const answer = await ingestLive(pipeline, options, 'live/a b/large.gz');
  expect(answer).toMatchObject({ outcome: 'refused', records_parsed: 0, errors: [reason] });
  const refused = await store.observability.head('refused/a b/large.gz');
  expect(refused?.metadata).toEqual({ reason });
  expect(await store.observability.head('live/a b/large.gz')).toBeUndefined();
});

test('a limit that is no number of bytes is named', async () => {
  const environment = { BACKBONE_STORE: STORE, BACKBONE_MOST_LOG_BYTES: '1 GB' };
  await expect(pipelineFrom(environment, async () => store, tmpdir())()).rejects.toThrow(
    /BACKBONE_MOST_LOG_BYTES is malformed: a number of bytes/,
  );
});
