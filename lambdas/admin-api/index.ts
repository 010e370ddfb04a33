import { tmpdir } from 'node:os';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { adminKey, readEnvironment, schema as z } from '@sgraph-backbone/layer/runtime';
import { pipelineFrom } from '../environment/open-pipeline.ts';
import { createAdminApi } from './handler.ts';
import { directSteps } from './pipeline/direct-steps.ts';

const ENVIRONMENT = {
  BACKBONE_ADMIN_KEY: z.string().min(16, 'at least 16 characters').meta({ description: 'key of the API' }),
  BACKBONE_VERSION: z.string().default('0.1.0'),
};
const { BACKBONE_ADMIN_KEY, BACKBONE_VERSION } = readEnvironment(ENVIRONMENT, process.env);
const open = pipelineFrom(process.env, openStore, tmpdir());
const keys = [adminKey(BACKBONE_ADMIN_KEY)];

export const handler = createAdminApi({
  source: async () => {
    const { pipeline, options } = await open();
    // What a step sends is done when the step is.
    const steps = directSteps({ pipeline, options, idle: async () => {} });
    return { data: pipeline.data, steps, store: 'real' };
  },
  now: Date.now,
  version: BACKBONE_VERSION,
  keyring: () => keys,
});
