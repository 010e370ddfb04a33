import { setImmediate as turn } from 'node:timers/promises';
import type { Around } from './around.ts';
import { seededRandom } from './seeded-random.ts';

/** Lets others run before and after each call, up to `turns` turns of the event loop, as the seed says. */
export function yielding({ seed, turns = 3 }: { seed: number; turns?: number }): Around {
  const random = seededRandom(seed);
  const rest = async () => {
    for (let left = Math.floor(random() * (turns + 1)); left > 0; left--) await turn();
  };
  return async (_call, run) => {
    await rest();
    const result = await run();
    await rest();
    return result;
  };
}
