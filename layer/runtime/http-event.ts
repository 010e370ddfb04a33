import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** The part of an API Gateway HTTP API event (payload 2.0) that routes look at. Never the caller's address. */
export interface HttpRequest {
  readonly method: string;
  /** Decoded: that is how an HTTP API delivers `rawPath`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes travel as base64. */
  readonly body: string | Uint8Array;
}

export type HttpEvent = APIGatewayProxyEventV2;
export type HttpResult = APIGatewayProxyStructuredResultV2;

export function requestOf(event: HttpEvent): HttpRequest {
  return {
    method: event.requestContext.http.method.toUpperCase(),
    path: withoutStage(event.rawPath, event.requestContext.stage),
    query: new URLSearchParams(event.rawQueryString),
    headers: event.headers,
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
  };
}

export function resultOf({ status, headers, body }: HttpResponse): HttpResult {
  return typeof body === 'string'
    ? { statusCode: status, headers: { ...headers }, body, isBase64Encoded: false }
    : {
        statusCode: status,
        headers: { ...headers },
        body: Buffer.from(body).toString('base64'),
        isBase64Encoded: true,
      };
}

/** A named stage is the first segment of the path; the default stage is not. */
function withoutStage(path: string, stage: string): string {
  const prefix = `/${stage}/`;
  return stage !== '$default' && path.startsWith(prefix) ? path.slice(prefix.length - 1) : path;
}
