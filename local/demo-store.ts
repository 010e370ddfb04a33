import { openStore } from '@sgraph-backbone/layer/drivers';
import type { Log } from '@sgraph-backbone/layer/runtime';
import { OBSERVABILITY } from '@sgraph-backbone/layer/store';
import { type Backbone, createBackbone } from './backbone.ts';
import { demoFiles } from './demo/index.ts';

const DAY = 86_400_000;

/**
 * A store in memory with the demo week in it: its files go through the same steps as real ones, at the
 * times at which they would have arrived, so that what is final and what is not is as it would be.
 */
export async function createDemo(now: number, log: Log): Promise<Backbone> {
  const clock = { now };
  const store = await openStore('memory:', { now: () => clock.now });
  const backbone = await createBackbone(store, log, { now: () => clock.now, gathering: 0 });
  let day: number | undefined;
  for (const file of demoFiles(now)) {
    if (day !== undefined && Math.floor(file.arrival / DAY) !== day) await settle(backbone);
    day = Math.floor(file.arrival / DAY);
    clock.now = file.arrival;
    await store.observability.put(OBSERVABILITY.live + file.name, file.bytes);
    await backbone.arrived(OBSERVABILITY.live + file.name);
  }
  clock.now = now;
  await settle(backbone);
  return backbone;
}

/** Twice: the first sweep empties `live/`, and only what then waits no longer holds coverage back. */
async function settle(backbone: Backbone): Promise<void> {
  await backbone.sweep();
  await backbone.sweep();
  await backbone.idle();
}
