import { tmpdir } from 'node:os';
import { openBucket, openStore } from '@sgraph-backbone/layer/drivers';
import { pipelineFrom } from '../environment/open-pipeline.ts';
import { costExplorer } from './cost-explorer.ts';
import { createCollectCostsHandler } from './handler.ts';
import { costsFrom } from './open-costs.ts';

const open = pipelineFrom(process.env, openStore, tmpdir());
const costs = costsFrom(process.env, { ask: costExplorer(), openBucket });

export const handler = createCollectCostsHandler(async () => costs(await open()));
