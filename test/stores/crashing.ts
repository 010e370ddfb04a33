import type { Around } from './around.ts';

/** The process is dead: nothing it does reaches the store any more. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

/** An `around` that dies, and what it has seen. */
export interface Crashing {
  readonly around: Around;
  /** Calls until now, those of the dead included; without a death, how many deaths there are to try. */
  calls(): number;
}

/**
 * Dies at call `at` (the first is 1), `before` or `after` that call took effect, and refuses every later
 * call. Calls that are under way at the death still reach the store; their answers do not come back.
 */
export function crashing({ at, when = 'before' }: { at: number; when?: 'before' | 'after' }): Crashing {
  let calls = 0;
  let dead = false;
  const around: Around = async (_call, run) => {
    const call = ++calls;
    if (call === at && when === 'before') dead = true;
    if (dead) throw new Killed(`Killed at call ${at}`);
    const result = await run();
    if (call === at) dead = true;
    if (dead) throw new Killed(`Killed at call ${at}`);
    return result;
  };
  return { around, calls: () => calls };
}
