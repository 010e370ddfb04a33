import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { pipelineFrom } from '../environment/open-pipeline.ts';
import { costExplorer } from './cost-explorer.ts';
import { dayTraffic } from './day-traffic.ts';
import { createCollectCostsHandler } from './handler.ts';

const open = pipelineFrom(process.env, openStore, tmpdir());
const ask = costExplorer();

export const handler = createCollectCostsHandler(async () => {
  const { pipeline, options } = await open();
  const { settings } = options;
  const { data, now } = pipeline;
  const traffic = dayTraffic(pipeline, settings);
  return { data, now, traffic, settings: settings.costs, ask, sleep, random: Math.random };
});
