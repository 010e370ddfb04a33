import { tmpdir } from 'node:os';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { pipelineFrom } from '../environment/open-pipeline.ts';
import { createArchiveHandler } from './handler.ts';

const open = pipelineFrom(process.env, openStore, tmpdir());

export const handler = createArchiveHandler(async () => (await open()).pipeline);
