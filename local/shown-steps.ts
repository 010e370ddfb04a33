import { directSteps } from '../lambdas/admin-api/pipeline/direct-steps.ts';
import type { Steps } from '../lambdas/admin-api/steps.ts';
import type { Backbone } from './backbone.ts';

/**
 * The steps of the store that is shown. Arrivals go to the real one, so while the demo is shown the status tells what
 * became of them there. `keyFile`: where the admin key is, unless it was given.
 */
export async function shownSteps(
  shown: Backbone,
  real: Backbone,
  keyFile: string | undefined,
): Promise<Steps> {
  const steps = directSteps(await shown.here());
  const status = async () => {
    const own = await steps.status();
    const taken = shown === real ? own : await directSteps(await real.here()).status();
    return { ...own, steps: taken.steps, ...(keyFile === undefined ? {} : { key_file: keyFile }) };
  };
  return { ...steps, status };
}
