import { tmpdir } from 'node:os';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { pipelineFrom } from '../environment/open-pipeline.ts';
import { createAggregateHandler } from './handler.ts';

const open = pipelineFrom(process.env, openStore, tmpdir(), { memory: true });

export const handler = createAggregateHandler(async () => (await open()).pipeline);
