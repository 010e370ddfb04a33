import { openStore } from '@sgraph-backbone/layer/drivers';
import type { Log } from '@sgraph-backbone/layer/runtime';
import { OBSERVABILITY } from '@sgraph-backbone/layer/store';
import { type Backbone, createBackbone } from './backbone.ts';
import { demoFiles } from './demo/index.ts';

/**
 * A store in memory with the demo week in it: its files go through the same steps as real ones, at the
 * times at which they would have arrived, so that what is final and what is not is as it would be.
 */
export async function createDemo(now: number, log: Log): Promise<Backbone> {
  const clock = { now };
  const store = await openStore('memory:', { now: () => clock.now });
  const backbone = await createBackbone(store, log, { now: () => clock.now, quiet: true });
  for (const file of demoFiles(now)) {
    clock.now = file.arrival;
    await store.observability.put(OBSERVABILITY.live + file.name, file.bytes);
    await backbone.arrived(OBSERVABILITY.live + file.name);
  }
  clock.now = now;
  // Twice: the first one empties `live/`, and only then does nothing that waits hold coverage back.
  await backbone.sweep();
  await backbone.sweep();
  return backbone;
}
