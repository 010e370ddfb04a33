import {
  type HttpHandler,
  type LambdaOptions,
  lambda,
  requestOf,
  resultOf,
} from '@sgraph-backbone/layer/runtime';
import type { CacheApi } from './handler.ts';

/** The cache API for events of an HTTP API, which hands cookies over beside the other headers. */
export function cacheLambda(api: CacheApi, options: LambdaOptions): HttpHandler {
  return lambda(async (event, { awsRequestId, log }) => {
    const request = requestOf(event);
    const cookie = event.cookies === undefined ? {} : { cookie: event.cookies.join('; ') };
    const headers = { ...request.headers, ...cookie };
    return resultOf(await api({ ...request, headers }, { requestId: awsRequestId, log }));
  }, options);
}
