import { type HttpEvent, type HttpResult, requestOf, resultOf } from './http-event.ts';
import { type LambdaHandler, type LambdaOptions, lambda } from './lambda.ts';
import { createRouter, type RouterOptions } from './router.ts';

export type HttpHandler = LambdaHandler<HttpEvent, HttpResult>;

/** The wrapped handler of a function behind an HTTP API: events in, answers of its routes out. */
export function httpLambda(options: LambdaOptions & RouterOptions): HttpHandler {
  const router = createRouter(options);
  return lambda(async (event: HttpEvent, { awsRequestId, log }) => {
    return resultOf(await router(requestOf(event), { requestId: awsRequestId, log }));
  }, options);
}
