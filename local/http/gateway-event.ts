import type { IncomingMessage } from 'node:http';
import { HttpError, type HttpEvent } from '@sgraph-backbone/layer/runtime';

export interface GatewayEventInput {
  readonly body: Buffer;
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** A request as an HTTP API of API Gateway hands it to a Lambda (payload 2.0). Throws 400 for a broken path. */
export function gatewayEvent(
  request: IncomingMessage,
  { body, requestId, now }: GatewayEventInput,
): HttpEvent {
  const { path, queryString } = targetOf(request.url ?? '/');
  const method = request.method ?? 'GET';
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: queryString,
    headers: joinedHeaders(request),
    isBase64Encoded: body.length > 0,
    ...(body.length > 0 ? { body: body.toString('base64') } : {}),
    requestContext: {
      accountId: 'local',
      apiId: 'local',
      domainName: request.headers.host ?? '',
      domainPrefix: 'local',
      http: { method, path, protocol: `HTTP/${request.httpVersion}`, sourceIp: '127.0.0.1', userAgent: '' },
      requestId,
      routeKey: '$default',
      stage: '$default',
      time: new Date(now).toISOString(),
      timeEpoch: now,
    },
  };
}

/** Path, decoded as an HTTP API delivers it, and query string, raw. */
export function targetOf(url: string): { path: string; queryString: string } {
  const mark = url.indexOf('?');
  const encoded = mark === -1 ? url : url.slice(0, mark);
  try {
    return { path: decodeURIComponent(encoded), queryString: mark === -1 ? '' : url.slice(mark + 1) };
  } catch (cause) {
    throw new HttpError(400, 'invalid_path', `the path ${encoded} is not percent-encoded UTF-8`, { cause });
  }
}

function joinedHeaders(request: IncomingMessage): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    if (values !== undefined && name !== 'cookie') joined[name] = values.join(',');
  }
  return joined;
}
