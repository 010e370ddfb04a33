import { tmpdir } from 'node:os';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { sourceOpener } from '@sgraph-backbone/layer/ledger';
import { pipelineFrom } from '../environment/open-pipeline.ts';
import { DEFAULT_RETENTION } from './expire.ts';
import { createSweepHandler } from './handler.ts';

const open = pipelineFrom(process.env, openStore, tmpdir());

export const handler = createSweepHandler(async () => {
  const { pipeline, options, openPlace } = await open();
  return { pipeline, options, openSource: sourceOpener(openPlace), retention: DEFAULT_RETENTION };
});
