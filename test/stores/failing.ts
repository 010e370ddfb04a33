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

/**
 * Fails a share of the calls, half of them before and half after they took effect (`lost`: all after); the first
 * `from` calls are spared.
 */
export function failing({
  seed,
  rate,
  lost = false,
  from = 0,
}: {
  seed: number;
  rate: number;
  lost?: boolean;
  from?: number;
}): Around {
  const random = seededRandom(seed);
  let calls = 0;
  return async (call, run) => {
    const fails = random() < rate && calls >= from;
    calls++;
    const after = random() < 0.5 || lost;
    if (fails && !after) throw new StoreFailure(call, false);
    const result = await run();
    if (fails) throw new StoreFailure(call, true);
    return result;
  };
}
