import { type LambdaHandler, type Log, lambda } from '@sgraph-backbone/layer/runtime';
import { type SweepAnswer, type SweepContext, sweep } from './sweep.ts';

/** A schedule's event in, what was found out. */
export function createSweepHandler(
  open: () => Promise<SweepContext>,
  log?: Log,
): LambdaHandler<unknown, SweepAnswer> {
  const handler = async (_event: unknown, invocation: { log: Log }) => {
    const answer = await sweep(await open());
    invocation.log.debug('swept', { ...answer });
    return answer;
  };
  return lambda(handler, { name: 'sweep', log });
}
