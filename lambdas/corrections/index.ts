import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { pipelineFrom } from '../environment/open-pipeline.ts';
import { needed, readQueues } from '../environment/queues.ts';
import { createCorrectionsHandler } from './handler.ts';
import { sendCorrection } from './send-correction.ts';

const open = pipelineFrom(process.env, openStore, tmpdir(), { readFile: readFileSync });
const queue = needed(readQueues(process.env), 'BACKBONE_QUEUE_CORRECTIONS');

export const handler = createCorrectionsHandler(async () => {
  const { pipeline, options } = await open();
  return { pipeline, options, send: (message) => sendCorrection(queue, message) };
});
