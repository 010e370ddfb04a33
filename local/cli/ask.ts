import { randomBytes } from 'node:crypto';
import { adminKey, type HttpEvent, processLog } from '@sgraph-backbone/layer/runtime';
import { createAdminApi } from '../../lambdas/admin-api/handler.ts';
import { directSteps } from '../../lambdas/admin-api/pipeline/direct-steps.ts';
import type { Backbone } from '../backbone.ts';
import { BadUsage } from './command.ts';

/** A question to the admin API, or a change. */
export interface Call {
  readonly method?: 'GET' | 'PUT';
  readonly path: string;
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly ifMatch?: string;
}

export interface Called {
  readonly answer: unknown;
  /** As it came, in quotes. */
  readonly etag: string;
}

/** Asks the admin API in this process, so that a report says exactly what the page says. */
export function createAsking(backbone: Backbone): (path: string, query: Query) => Promise<unknown> {
  const call = createCalls(backbone);
  return async (path, query) => (await call({ path, query })).answer;
}

/** The same for any call: a command refuses what the API refuses, in the same words. */
export function createCalls(backbone: Backbone): (call: Call) => Promise<Called> {
  const key = randomBytes(24).toString('base64url');
  const handler = createAdminApi({
    source: async () => ({
      data: backbone.data,
      steps: directSteps(await backbone.here()),
      store: 'real',
      events: backbone.events,
      normaliser: backbone.normaliser,
    }),
    now: backbone.now,
    version: '',
    keyring: () => [{ ...adminKey(key), name: 'command line' }],
    log: processLog('warn'),
  });
  return async (call) => {
    const { statusCode, headers, body = '' } = await handler(eventOf(call, key));
    const answer = JSON.parse(body);
    if (statusCode !== 200) throw new BadUsage(answer.error.message);
    return { answer, etag: String(headers?.etag ?? '') };
  };
}

type Query = Readonly<Record<string, string | undefined>>;

function eventOf({ method = 'GET', path, query = {}, body, ifMatch }: Call, key: string): HttpEvent {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    version: '2.0',
    rawPath: path,
    rawQueryString: new URLSearchParams(given).toString(),
    headers: { 'x-api-key': key, 'content-type': 'application/json', 'if-match': ifMatch },
    body: body === undefined ? undefined : JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: { http: { method, path }, stage: '$default' },
  } as unknown as HttpEvent;
}
