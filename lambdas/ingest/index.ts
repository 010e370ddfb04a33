import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { openBucket, openStore } from '@sgraph-backbone/layer/drivers';
import { pipelineFrom } from '../environment/open-pipeline.ts';
import { createIngestHandler } from './handler.ts';

const open = pipelineFrom(process.env, openStore, tmpdir(), {
  memory: true,
  openBucket,
  readFile: readFileSync,
});

export const handler = createIngestHandler(async () => {
  const { pipeline, options } = await open();
  return { pipeline, options };
});
