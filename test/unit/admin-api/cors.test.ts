import { describe, expect, test } from '@jest/globals';
import type { HttpEvent, HttpHandler } from '@sgraph-backbone/layer/runtime';
import { withCors } from '../../../lambdas/admin-api/cors.ts';

const ORIGIN = 'https://d111.cloudfront.net';
const api: HttpHandler = async () => ({ statusCode: 200, headers: { vary: 'accept' }, body: '{}' });

function ask(handler: HttpHandler, method: string, origin?: string) {
  const event = { headers: { origin }, requestContext: { http: { method } } };
  return handler(event as unknown as HttpEvent);
}

describe('the API for pages of other origins', () => {
  const handler = withCors(api, ORIGIN);

  test('lets the dashboard’s read its answers, and says so before they ask', async () => {
    expect((await ask(handler, 'GET', ORIGIN)).headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      vary: expect.stringContaining('origin'),
    });
    const preflight = await ask(handler, 'OPTIONS', ORIGIN);
    expect(preflight).toMatchObject({ statusCode: 204, headers: { 'access-control-allow-origin': ORIGIN } });
    expect(preflight.headers?.['access-control-allow-headers']).toContain('x-api-key');
  });

  test.each([undefined, 'null', 'https://elsewhere.example', `${ORIGIN}.elsewhere.example`])(
    'gives %s no leave',
    async (origin) => {
      for (const method of ['GET', 'OPTIONS'])
        expect((await ask(handler, method, origin)).headers).not.toHaveProperty(
          'access-control-allow-origin',
        );
    },
  );

  test('is the API as it is where no origin is named', () => {
    expect(withCors(api, undefined)).toBe(api);
  });
});
