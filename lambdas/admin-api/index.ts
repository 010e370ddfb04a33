import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { openStore } from '@sgraph-backbone/layer/drivers';
import {
  adminKey,
  BadEnvironment,
  type Keyring,
  readEnvironment,
  schema as z,
} from '@sgraph-backbone/layer/runtime';
import { pipelineFrom } from '../environment/open-pipeline.ts';
import { readQueues } from '../environment/queues.ts';
import { withCors } from './cors.ts';
import { createAdminApi } from './handler.ts';
import { directSteps } from './pipeline/direct-steps.ts';
import { queueOperations } from './pipeline/queue-operations.ts';
import { queueStatus } from './pipeline/queue-status.ts';
import { readSecret, secretKeyring } from './secret-keyring.ts';

const ENVIRONMENT = {
  BACKBONE_ADMIN_KEY: z
    .string()
    .min(16, 'at least 16 characters')
    .optional()
    .meta({ description: 'key of the API' }),
  BACKBONE_ADMIN_KEY_SECRET: z.string().optional().meta({ description: 'ARN of the secret that holds it' }),
  BACKBONE_ORIGIN: z.string().optional().meta({ description: 'origin of the dashboard' }),
  BACKBONE_VERSION: z.string().default('0.1.0'),
};
const settings = readEnvironment(ENVIRONMENT, process.env);
const queues = readQueues(process.env);
const open = pipelineFrom(process.env, openStore, tmpdir());
const corrections = queues.BACKBONE_QUEUE_CORRECTIONS;
const operations =
  corrections === undefined
    ? undefined
    : queueOperations({
        data: async () => (await open()).pipeline.data,
        queue: corrections,
        now: Date.now,
        newId: randomUUID,
      });

const api = createAdminApi({
  source: async () => {
    const { pipeline, options, isQueued } = await open();
    // What a step sends is done when the step is.
    const steps = directSteps({ pipeline, options, idle: async () => {} });
    const status = () => (isQueued ? queueStatus(pipeline, queues) : steps.status());
    return { data: pipeline.data, steps: { ...steps, status }, store: 'real' };
  },
  now: Date.now,
  version: settings.BACKBONE_VERSION,
  keyring: keyringOf(settings),
  operations,
});

export const handler = withCors(api, settings.BACKBONE_ORIGIN);

function keyringOf({ BACKBONE_ADMIN_KEY: key, BACKBONE_ADMIN_KEY_SECRET: arn }: typeof settings): Keyring {
  if (arn !== undefined) return secretKeyring(() => readSecret(arn), Date.now);
  if (key === undefined)
    throw new BadEnvironment([
      { variable: 'BACKBONE_ADMIN_KEY', problem: 'is not set, and BACKBONE_ADMIN_KEY_SECRET neither' },
    ]);
  const keys = [adminKey(key)];
  return () => keys;
}
