import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { openBucket, openStore } from '@sgraph-backbone/layer/drivers';
import { sourceOpener } from '@sgraph-backbone/layer/ledger';
import { waitingIn } from '@sgraph-backbone/layer/queues';
import { pipelineFrom } from '../environment/open-pipeline.ts';
import { readQueues } from '../environment/queues.ts';
import { openSink } from '../record-events/open-sink.ts';
import { createSweepHandler } from './handler.ts';
import { recordedSince } from './recorded-since.ts';
import { announceTo, readSweepEnvironment } from './sweep-environment.ts';

const open = pipelineFrom(process.env, openStore, tmpdir(), { openBucket, readFile: readFileSync });
const { retention, sources } = readSweepEnvironment(process.env);
const queues = readQueues(process.env);
const { BACKBONE_QUEUE_INGEST: queue, BACKBONE_QUEUE_EVENTS_DEAD: dead } = queues;
const events = openSink(open, queues);

export const handler = createSweepHandler(async () => {
  const { pipeline, options, openPlace } = await open();
  return {
    pipeline,
    options,
    openSource: sourceOpener(openPlace),
    // Beside queues there is a bucket with rules of its own: what has an age goes by these, without a listing.
    retention: queue === undefined ? retention : {},
    sources: sources.map((source) => ({ ...source, store: () => openBucket(source.bucket) })),
    announce: queue === undefined ? undefined : announceTo(queue),
    events,
    recordedSince: dead === undefined ? undefined : () => recordedSince(() => waitingIn(dead), pipeline.now),
  };
});
