import { describe, expect, test } from '@jest/globals';
import { adminKey, createLog, httpLambda } from '@sgraph-backbone/layer/runtime';
import type { AdminContext } from '../../../lambdas/admin-api/admin-source.ts';
import { pipelineRoutes } from '../../../lambdas/admin-api/pipeline/pipeline-routes.ts';
import { ask } from '../runtime/http-events.ts';

const asked: unknown[] = [];
const steps = {
  ingest: async (request: unknown) => {
    asked.push(request);
    return { objects: [], waiting: 3 };
  },
  aggregate: async () => {
    throw new Error('the store is gone');
  },
};
const routes = pipelineRoutes({ source: () => ({ steps }) } as unknown as AdminContext);
const log = createLog({ level: 'error', write: () => {}, now: () => 0 });
const handler = httpLambda({ name: 'test', log, routes, keyring: () => [adminKey('the-admin-key')] });
const post = (step: string, body?: unknown) =>
  ask(handler, `/api/sa/cloudfront/${step}`, { method: 'POST', body });

describe('the steps by hand', () => {
  test('without a body a step takes what waits, a hundred objects at a time', async () => {
    asked.length = 0;
    const { status, json } = await post('ingest');
    expect({ status, json, asked }).toEqual({
      status: 200,
      json: { objects: [], waiting: 3 },
      asked: [{ limit: 100 }],
    });
  });
  test('a wrong member is refused before the step runs', async () => {
    asked.length = 0;
    const { status, json } = await post('ingest', { limit: 5_000 });
    expect(status).toBe(400);
    expect(json.error.details.problems).toEqual([{ name: 'limit', given: 5_000, accepted: '1 to 1,000' }]);
    expect((await post('ingest', { key: 'live/x' })).json.error.code).toBe('unknown_member');
    expect(asked).toEqual([]);
  });
  test('a nested wrong member is named by its place', async () => {
    const { json } = await post('consolidate', { windows: [{ feed: 'standard.E1' }] });
    expect(json.error.details.problems[0].name).toBe('windows.0.window');
  });
  test('a failing step is a 500 that keeps its reason for the log', async () => {
    const { status, text } = await post('aggregate');
    expect(status).toBe(500);
    expect(text).not.toContain('the store is gone');
  });
  test('reading the steps as if they were pages is 405', async () => {
    expect((await ask(handler, '/api/sa/cloudfront/ingest')).headers.allow).toBe('POST');
  });
});
