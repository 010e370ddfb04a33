import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { openBucket, openStore } from '@sgraph-backbone/layer/drivers';
import { processLevel, processLog } from '@sgraph-backbone/layer/runtime';
import { costsFrom } from '../collect-costs/open-costs.ts';
import { runCollection } from '../collect-costs/run-collection.ts';
import { pipelineFrom } from '../environment/open-pipeline.ts';
import { needed, readQueues } from '../environment/queues.ts';
import { createCorrectionsHandler } from './handler.ts';
import { sendCorrection } from './send-correction.ts';

const open = pipelineFrom(process.env, openStore, tmpdir(), { readFile: readFileSync });
// Hardly any correction asks for costs: the client is read by the one that does.
const costs = costsFrom(process.env, {
  ask: async (question) => {
    const { costExplorer } = await import('../collect-costs/cost-explorer.ts');
    return costExplorer()(question);
  },
  openBucket,
});
const log = processLog(processLevel(), { function: 'corrections' });
const queue = needed(readQueues(process.env), 'BACKBONE_QUEUE_CORRECTIONS');

export const handler = createCorrectionsHandler(async () => {
  const opened = await open();
  return {
    pipeline: opened.pipeline,
    options: opened.options,
    collectCosts: (asked) => runCollection(costs(opened), asked, log),
    send: (message) => sendCorrection(queue, message),
  };
});
