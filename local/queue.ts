import { randomUUID } from 'node:crypto';
import type { Log } from '@sgraph-backbone/layer/runtime';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';

/** A queue in this process: what is waiting is also in the store, so nothing is lost when it dies. */
export interface LocalQueue<Body> {
  /** Sending what waits already changes nothing: a message only says "look at this". */
  send(bodies: readonly Body[]): void;
  /** Settles when nothing waits and nothing runs. */
  idle(): Promise<void>;
  /** Messages given up after all their tries. */
  dead(): number;
}

export interface LocalQueueOptions<Body> {
  /** Messages with the same group are one message while they wait. */
  readonly groupOf: (body: Body) => string;
  readonly handler: (event: SQSEvent) => Promise<SQSBatchResponse>;
  /**
   * Changes within this time are looked at once, ms. What was looked at rests four times as long as this, or as the look
   * took: what changes all the time is not all that is worked on.
   */
  readonly delay: number;
  readonly log: Log;
}

const MOST_TRIES = 5;
const BATCH = 10;

/** A queue that calls its handler as SQS would: in batches, at least once, failed messages again. */
export function createLocalQueue<Body>(options: LocalQueueOptions<Body>): LocalQueue<Body> {
  const waiting = new Map<string, { readonly body: Body; tries: number }>();
  /** When groups may be looked at again, ms of the process's clock. */
  const resting = new Map<string, number>();
  let running: Promise<void> | undefined;
  let dead = 0;
  const drain = async () => {
    await sleep(options.delay);
    while (waiting.size > 0) {
      const batch = [...waiting].filter(([group]) => isRested(resting, group)).slice(0, BATCH);
      if (batch.length === 0) {
        await sleep(untilRested(resting, waiting.keys()));
        continue;
      }
      for (const [group] of batch) waiting.delete(group);
      const before = performance.now();
      const failed = await deliver(options, batch);
      rest(resting, batch, RESTS * Math.max(options.delay, performance.now() - before));
      for (const [group, message] of failed) {
        if (message.tries >= MOST_TRIES) dead++;
        else if (!waiting.has(group)) waiting.set(group, message);
      }
      if (failed.length > 0) await sleep(options.delay);
    }
    running = undefined;
  };
  return {
    send(bodies) {
      for (const body of bodies) waiting.set(options.groupOf(body), { body, tries: 0 });
      if (waiting.size > 0) running ??= drain();
    },
    async idle() {
      while (running) await running;
    },
    dead: () => dead,
  };
}

const RESTS = 4;

function rest(resting: Map<string, number>, batch: readonly Message<unknown>[], ms: number): void {
  const now = performance.now();
  for (const [group, end] of resting) if (end <= now) resting.delete(group);
  for (const [group] of batch) resting.set(group, now + ms);
}

function isRested(resting: ReadonlyMap<string, number>, group: string): boolean {
  return (resting.get(group) ?? 0) <= performance.now();
}

function untilRested(resting: ReadonlyMap<string, number>, groups: Iterable<string>): number {
  const ends = [...groups].map((group) => resting.get(group) ?? 0);
  return Math.max(1, Math.min(...ends) - performance.now());
}

type Message<Body> = [string, { readonly body: Body; tries: number }];

async function deliver<Body>(
  { handler, log }: LocalQueueOptions<Body>,
  batch: readonly Message<Body>[],
): Promise<Message<Body>[]> {
  const ids = new Map(batch.map((message) => [randomUUID() as string, message]));
  const Records = [...ids].map(([messageId, [, { body }]]) => ({ messageId, body: JSON.stringify(body) }));
  try {
    const { batchItemFailures } = await handler({ Records } as SQSEvent);
    return batchItemFailures.map(({ itemIdentifier }) => tried(ids.get(itemIdentifier) as Message<Body>));
  } catch (error) {
    log.error('a batch of messages failed', { error });
    return batch.map(tried);
  }
}

function tried<Body>([group, message]: Message<Body>): Message<Body> {
  return [group, { ...message, tries: message.tries + 1 }];
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
