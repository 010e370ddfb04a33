import { tmpdir } from 'node:os';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { pipelineFrom } from '../environment/open-pipeline.ts';
import { createIngestHandler } from './handler.ts';

const open = pipelineFrom(process.env, openStore, tmpdir(), { memory: true });

export const handler = createIngestHandler(async () => {
  const { pipeline, options } = await open();
  return { pipeline, options };
});
