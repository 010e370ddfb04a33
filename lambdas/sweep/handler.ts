import { type LambdaHandler, type Log, lambda } from '@sgraph-backbone/layer/runtime';
import { type SweepAnswer, type SweepContext, sweep } from './sweep.ts';

// Left for the part that is under way when time is up.
const RESERVE = 240_000;

/** A schedule's event in, what was found out. */
export function createSweepHandler(
  open: () => Promise<SweepContext>,
  log?: Log,
): LambdaHandler<unknown, SweepAnswer> {
  const handler = async (_event: unknown, invocation: { log: Log; remaining: () => number }) => {
    const isEnough = Number.isFinite(invocation.remaining())
      ? () => invocation.remaining() < RESERVE
      : undefined;
    const answer = await sweep({ ...(await open()), isEnough });
    invocation.log.debug('swept', { ...answer });
    return answer;
  };
  return lambda(handler, { name: 'sweep', log });
}
