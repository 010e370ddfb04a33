import { parentPort, workerData } from 'node:worker_threads';
import { aggregateRollup, consolidateWindow } from '@sgraph-backbone/layer/derived';
import { openStore } from '@sgraph-backbone/layer/drivers';
import type { WindowOfFeed } from '@sgraph-backbone/layer/ledger';
import { openWorkbench } from '../session.ts';
import type { CrewOptions, Done, Reply, Task } from './crew.ts';
import { readFile } from './read-file.ts';

// One task at a time: a worker is asked again when it has replied.
const { store, readAs } = workerData as CrewOptions;
const touched: WindowOfFeed[] = [];
const opened = openStore(store).then((open) =>
  openWorkbench(open, {
    consolidate: async (windows) => void touched.push(...windows),
    aggregate: async () => {},
  }),
);

parentPort!.on('message', async (task: Task) => {
  parentPort!.postMessage(await replyTo(task));
});

async function replyTo(task: Task): Promise<Reply> {
  try {
    return { done: await workOn(task) };
  } catch (error) {
    return { failed: (error as Error).message };
  }
}

async function workOn(task: Task): Promise<Done> {
  const bench = await opened;
  touched.length = 0;
  if (task.kind === 'read')
    return { answer: await readFile(bench, task.location, readAs), touched: [...touched] };
  if (task.kind === 'consolidate') await consolidateWindow(bench.pipeline, task.window);
  else await aggregateRollup(bench.pipeline, task.rollup);
  return { touched: [] };
}
