import { Worker } from 'node:worker_threads';
import type { RollupOfFeed, WindowOfFeed } from '@sgraph-backbone/layer/ledger';
import type { IngestAnswer } from '../../lambdas/ingest/ingest.ts';
import { shownLocation } from '../files/shown-location.ts';
import type { ReadAs } from './read-file.ts';

/** What the workers of one import have in common; it is copied to each. */
export interface CrewOptions {
  /** URL of a store that several processes may use at a time. */
  readonly store: string;
  readonly readAs: ReadAs;
}

/** What a worker is asked to do. */
export type Task =
  | { readonly kind: 'read'; readonly location: string }
  | { readonly kind: 'consolidate'; readonly window: WindowOfFeed }
  | { readonly kind: 'aggregate'; readonly rollup: RollupOfFeed };

/** What it did; `touched` are the windows that have to be summed because of it. */
export interface Done {
  readonly answer?: IngestAnswer;
  readonly touched: readonly WindowOfFeed[];
}

/** What a worker sends back. */
export type Reply = { readonly done: Done } | { readonly failed: string };

/** A task that failed for no fault of its file: the message names what was worked on. */
export class TaskFailed extends Error {
  override readonly name = 'TaskFailed';

  constructor(task: Task, reason: string) {
    super(`${placeOf(task)}: ${reason}`);
  }
}

function placeOf(task: Task): string {
  if (task.kind === 'read') return shownLocation(task.location);
  if (task.kind === 'consolidate') return `${task.window.feed} ${task.window.window}`;
  return `${task.rollup.feed} ${task.rollup.period} ${task.rollup.time_key}`;
}

/** Worker threads that each have the store open. */
export interface Crew {
  /** Waits for a free worker, and for it. Throws TaskFailed; what a worker had begun then is like that of a killed one. */
  ask(task: Task): Promise<Done>;
  /** Ends the threads, whatever they do. */
  close(): Promise<void>;
}

const PROGRAM = new URL('./worker.ts', import.meta.url);

// Three times this is taken from the system by each thread; with the platform's 16 MB two threads take 100 MB more.
const YOUNG_GENERATION_MB = 24;

interface Waiting {
  readonly task: Task;
  readonly resolve: (done: Done) => void;
  readonly reject: (error: Error) => void;
}

/** Starts a crew. Tasks are taken in the order of asking. */
export function createCrew(size: number, options: CrewOptions): Crew {
  const queue: Waiting[] = [];
  const idle: Worker[] = [];
  const workers = Array.from({ length: size }, () => {
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB };
    return new Worker(PROGRAM, { workerData: options, resourceLimits });
  });
  const next = () => {
    while (idle.length > 0 && queue.length > 0) work(idle.pop()!, queue.shift()!, finished);
  };
  const finished = (worker: Worker) => {
    idle.push(worker);
    next();
  };
  idle.push(...workers);
  return {
    ask: (task) =>
      new Promise((resolve, reject) => {
        queue.push({ task, resolve, reject });
        next();
      }),
    close: async () => void (await Promise.all(workers.map((worker) => worker.terminate()))),
  };
}

/** One task on one worker. A thread that has ended is not asked again. */
function work(worker: Worker, { task, resolve, reject }: Waiting, finished: (worker: Worker) => void): void {
  const stop = () => worker.off('message', replied).off('error', died).off('exit', ended);
  const replied = (reply: Reply) => {
    stop();
    if ('done' in reply) resolve(reply.done);
    else reject(new TaskFailed(task, reply.failed));
    finished(worker);
  };
  const died = (error: Error) => {
    stop();
    reject(new TaskFailed(task, error.message));
  };
  const ended = (code: number) => {
    stop();
    reject(new TaskFailed(task, `the thread that worked on it ended with ${code}`));
  };
  worker.on('message', replied).on('error', died).on('exit', ended);
  worker.postMessage(task);
}
