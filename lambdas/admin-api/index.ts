import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createCache } from '@sgraph-backbone/layer/cache';
import { openStore, signedReads } from '@sgraph-backbone/layer/drivers';
import { createKeyStore } from '@sgraph-backbone/layer/keys';
import {
  adminKey,
  BadEnvironment,
  type Keyring,
  processLevel,
  processLog,
  readEnvironment,
  schema as z,
} from '@sgraph-backbone/layer/runtime';
import { cacheEnvironment } from '../cache-api/environment.ts';
import { createCacheApi } from '../cache-api/handler.ts';
import { besideCache, cacheLambda, LAMBDA_BYTES } from '../cache-api/lambda.ts';
import { oncePerProcess } from '../cache-api/once.ts';
import { pipelineFrom } from '../environment/open-pipeline.ts';
import { readQueues } from '../environment/queues.ts';
import { openSink } from '../record-events/open-sink.ts';
import { dayKeys, rememberedNormaliser, siteNormaliser } from '../record-events/site-normaliser.ts';
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
// Each event needs settings and the day's key, at hundreds of posts a second the same ones.
const remembering = pipelineFrom(process.env, openStore, tmpdir(), { memory: true, readFile: readFileSync });
const keys = dayKeys();
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

const sink = openSink(remembering, queues);
const normaliser = rememberedNormaliser(async () => {
  const { pipeline, options } = await remembering();
  return siteNormaliser(pipeline, options, keys);
});

const keyStore = createKeyStore({
  data: async () => (await open()).pipeline.data,
  bootstrap: keyringOf(settings),
  now: Date.now,
  random: randomBytes,
  log: processLog(processLevel(), { function: 'admin-api' }),
});
const { keyring } = keyStore;
const api = createAdminApi({
  source: async () => {
    const { pipeline, options, isQueued } = await open();
    // What a step sends is done when the step is.
    const steps = directSteps({ pipeline, options, idle: async () => {} });
    const status = () => (isQueued ? queueStatus(pipeline, queues) : steps.status());
    return { data: pipeline.data, steps: { ...steps, status }, store: 'real', events: sink, normaliser };
  },
  now: Date.now,
  version: settings.BACKBONE_VERSION,
  isFrozen: true,
  keyring,
  keys: keyStore,
  operations,
});

const url = process.env.BACKBONE_STORE ?? '';
const signed = oncePerProcess(() => signedReads(url));
const cache = oncePerProcess(async () => {
  const { data } = (await open()).pipeline;
  return { data, url, cache: createCache({ data, now: Date.now, newId: randomUUID }) };
});
const { serviceKey, server } = cacheEnvironment(process.env);
const cacheApi = createCacheApi({
  source: cache,
  keyring,
  ...(serviceKey === undefined ? {} : { serviceKey }),
  now: Date.now,
  newId: randomUUID,
  bodyLimit: LAMBDA_BYTES,
  version: settings.BACKBONE_VERSION,
  environment: 'aws-lambda',
  server: { ...server, instanceId: randomUUID(), bootTime: Date.now() },
  larger: {
    answerLimit: LAMBDA_BYTES,
    urlOf: async (key, type) => (await signed())?.(key, type),
  },
});

export const handler = besideCache(
  cacheLambda(cacheApi, { name: 'cache-api' }),
  withCors(api, settings.BACKBONE_ORIGIN),
);

function keyringOf({ BACKBONE_ADMIN_KEY: key, BACKBONE_ADMIN_KEY_SECRET: arn }: typeof settings): Keyring {
  if (arn !== undefined) return secretKeyring(() => readSecret(arn), Date.now);
  if (key === undefined)
    throw new BadEnvironment([
      { variable: 'BACKBONE_ADMIN_KEY', problem: 'is not set, and BACKBONE_ADMIN_KEY_SECRET neither' },
    ]);
  const keys = [adminKey(key)];
  return () => keys;
}
