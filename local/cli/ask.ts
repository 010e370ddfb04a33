import { randomBytes } from 'node:crypto';
import { adminKey, type HttpEvent, processLog } from '@sgraph-backbone/layer/runtime';
import { createAdminApi } from '../../lambdas/admin-api/handler.ts';
import { directSteps } from '../../lambdas/admin-api/pipeline/direct-steps.ts';
import type { Backbone } from '../backbone.ts';
import { BadUsage } from './command.ts';

/** Asks the admin API in this process, so that a report says exactly what the page says. */
export function createAsking(backbone: Backbone): (path: string, query: Query) => Promise<unknown> {
  const key = randomBytes(24).toString('base64url');
  const handler = createAdminApi({
    source: () => ({ data: backbone.pipeline.data, steps: directSteps(backbone), store: 'real' }),
    now: backbone.pipeline.now,
    version: '',
    keyring: () => [adminKey(key)],
    log: processLog('warn'),
  });
  return async (path, query) => {
    const { statusCode, body = '' } = await handler(getEvent(path, query, key));
    const answer = JSON.parse(body);
    if (statusCode === 200) return answer;
    throw new BadUsage(answer.error.message);
  };
}

type Query = Readonly<Record<string, string | undefined>>;

function getEvent(path: string, query: Query, key: string): HttpEvent {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    version: '2.0',
    rawPath: path,
    rawQueryString: new URLSearchParams(given).toString(),
    headers: { 'x-api-key': key },
    isBase64Encoded: false,
    requestContext: { http: { method: 'GET', path }, stage: '$default' },
  } as unknown as HttpEvent;
}
