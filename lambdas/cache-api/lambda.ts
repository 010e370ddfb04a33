import {
  type HttpHandler,
  type LambdaOptions,
  lambda,
  requestOf,
  resultOf,
} from '@sgraph-backbone/layer/runtime';
import { type CacheApi, MOUNT } from './handler.ts';

/** The cache API for events of an HTTP API, which hands cookies over beside the other headers. */
export function cacheLambda(api: CacheApi, options: LambdaOptions): HttpHandler {
  return lambda(async (event, { awsRequestId, log }) => {
    const request = requestOf(event);
    const cookie = event.cookies === undefined ? {} : { cookie: event.cookies.join('; ') };
    const headers = { ...request.headers, ...cookie };
    const response = await api({ ...request, headers }, { requestId: awsRequestId, log });
    return resultOf({ ...response, body: compactBody(response.body) });
  }, options);
}

/** Bytes of a body and of an answer: what Lambda takes (6 MB) after base64. */
export const LAMBDA_BYTES = 4 * 1024 * 1024;

/** Characters above which a text travels as base64, which costs a third: escaped as JSON it may double. */
const LONG_TEXT = 1024 * 1024;

function compactBody(body: string | Uint8Array): string | Uint8Array {
  return typeof body === 'string' && body.length > LONG_TEXT ? Buffer.from(body) : body;
}

/** The cache API below its mount, another API everywhere else. */
export function besideCache(cache: HttpHandler, other: HttpHandler): HttpHandler {
  return (event, context) => {
    const isCache = event.rawPath === MOUNT || event.rawPath.startsWith(`${MOUNT}/`);
    return isCache ? cache(event, context) : other(event, context);
  };
}
