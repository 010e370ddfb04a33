import type { Around, StoreCall } from './around.ts';
import { seededRandom } from './seeded-random.ts';

/** A call that a failing store refused; `took_effect` tells whether the answer alone was lost. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';
  readonly took_effect: boolean;

  constructor(call: StoreCall, tookEffect: boolean) {
    super(`${call.method} ${call.key}: ${tookEffect ? 'answer lost' : 'failed'}`);
    this.took_effect = tookEffect;
  }
}

/** Fails a share of the calls, half of them before and half after they took effect (`lost`: all after). */
export function failing({
  seed,
  rate,
  lost = false,
}: {
  seed: number;
  rate: number;
  lost?: boolean;
}): Around {
  const random = seededRandom(seed);
  return async (call, run) => {
    const fails = random() < rate;
    const after = random() < 0.5 || lost;
    if (fails && !after) throw new StoreFailure(call, false);
    const result = await run();
    if (fails) throw new StoreFailure(call, true);
    return result;
  };
}
