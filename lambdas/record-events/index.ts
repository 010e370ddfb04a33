import { tmpdir } from 'node:os';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { pipelineFrom } from '../environment/open-pipeline.ts';
import { createRecordEventsHandler } from './handler.ts';

const open = pipelineFrom(process.env, openStore, tmpdir(), { memory: true });

export const handler = createRecordEventsHandler(async () => {
  const { pipeline, options } = await open();
  const { settings, temporaryFolder } = options;
  return { pipeline, settings, temporaryFolder, marked: false };
});
