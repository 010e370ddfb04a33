import middy, { type MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import { type Log, processLevel, processLog } from './log.ts';

/** What a handler is called with beside its event; all that it may rely on, on AWS and locally. */
export interface Invocation {
  readonly awsRequestId: string;
  readonly log: Log;
  /** Milliseconds until the function is stopped; without end where nothing stops it. */
  remaining(): number;
}

export interface LambdaOptions {
  /** Name of the function in its log lines. */
  readonly name: string;
  /** @default standard error, from the level that BACKBONE_LOG_LEVEL names, else `info` */
  readonly log?: Log;
}

type GivenContext = Partial<Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>>;

/** What is exported and deployed: the one wrapped form of a handler. */
export type LambdaHandler<Event, Answer> = (event: Event, context?: GivenContext) => Promise<Answer>;

/**
 * Wraps a handler with the middleware stack that all functions share: one log line per invocation with
 * its duration, failures with their causes; they are thrown on, so that the caller's retry sees them.
 */
export function lambda<Event, Answer>(
  handler: (event: Event, invocation: Invocation) => Promise<Answer>,
  options: LambdaOptions,
): LambdaHandler<Event, Answer> {
  const log = (options.log ?? processLog(processLevel())).with({ function: options.name });
  const wrapped = middy<Event, Answer>((event: Event, { awsRequestId, getRemainingTimeInMillis }: Context) =>
    handler(event, {
      awsRequestId,
      log: log.with({ request_id: awsRequestId }),
      remaining: () => getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY,
    }),
  ).use(logged(log));
  return (event, context = {}) => wrapped(event, { awsRequestId: 'local', ...context } as Context);
}

function logged(log: Log): MiddlewareObj {
  const started = new WeakMap<object, number>();
  const facts = (request: { context: Context }) => ({
    request_id: request.context.awsRequestId,
    milliseconds: Math.round(performance.now() - (started.get(request) ?? 0)),
  });
  return {
    before: (request) => void started.set(request, performance.now()),
    after: (request) => log.debug('done', facts(request)),
    onError: (request) => log.error('failed', { ...facts(request), error: request.error }),
  };
}
