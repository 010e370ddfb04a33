import { tmpdir } from 'node:os';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { pipelineFrom } from '../environment/open-pipeline.ts';
import { createConsolidateHandler } from './handler.ts';

const open = pipelineFrom(process.env, openStore, tmpdir(), { memory: true });

export const handler = createConsolidateHandler(async () => (await open()).pipeline);
