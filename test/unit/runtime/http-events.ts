import type { HttpEvent, HttpHandler } from '@sgraph-backbone/layer/runtime';

export interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

/** An event as API Gateway's HTTP API sends it (payload 2.0). */
export function httpEvent(target: string, { method = 'GET', headers = {}, body }: Asked = {}): HttpEvent {
  const [path = '/', queryString = ''] = target.split('?');
  const text = typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: decodeURIComponent(path),
    rawQueryString: queryString,
    headers: { 'x-api-key': 'the-admin-key', 'content-type': 'application/json', ...headers },
    isBase64Encoded: false,
    ...(text === undefined ? {} : { body: text }),
    requestContext: {
      accountId: '123456789012',
      apiId: 'api',
      domainName: 'api.example.com',
      domainPrefix: 'api',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'request-1',
      routeKey: '$default',
      stage: '$default',
      time: '16/Feb/2026:14:30:00 +0000',
      timeEpoch: 1771252200000,
    },
  };
}

/** The answer of a handler: status, headers, and the body as text and, where it is JSON, parsed. */
export async function ask(handler: HttpHandler, target: string, asked?: Asked) {
  const result = await handler(httpEvent(target, asked), { awsRequestId: 'request-1' });
  const headers = (result.headers ?? {}) as Record<string, string>;
  const text = result.body ?? '';
  const json =
    text !== '' && headers['content-type']?.startsWith('application/json') ? JSON.parse(text) : undefined;
  return { status: result.statusCode, headers, text, json };
}
