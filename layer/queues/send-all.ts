/** One message as a queue takes it. */
export interface QueueEntry {
  readonly body: unknown;
  /** Of FIFO queues: messages of one group are worked on one after the other. */
  readonly group?: string;
  /** Of FIFO queues: what has the same id within five minutes is one message. */
  readonly deduplication?: string;
}

/** Sends at most ten messages and answers those that the queue did not take, with its reason. */
export type SendBatch = (
  entries: readonly QueueEntry[],
) => Promise<readonly { readonly entry: QueueEntry; readonly reason: string }[]>;

/** Messages that a queue did not take after all tries: whoever sends must not acknowledge what caused them. */
export class NotSent extends Error {
  override readonly name = 'NotSent';

  constructor(count: number, reason: string) {
    super(`${count} messages were not taken by the queue: ${reason}`);
  }
}

export interface SendOptions {
  /** @default 5 */
  readonly tries?: number;
  /** Milliseconds. */
  readonly sleep?: (ms: number) => Promise<void>;
  /** From 0 to 1; spreads senders that were refused together. */
  readonly random?: () => number;
}

// What SQS takes at once.
const BATCH = 10;
// Requests that are under way at a time.
const TOGETHER = 8;

/** Sends messages in batches, what is not taken again after a wait that doubles. Throws NotSent. */
export async function sendAll(
  send: SendBatch,
  entries: readonly QueueEntry[],
  options: SendOptions = {},
): Promise<void> {
  const batches = Array.from({ length: Math.ceil(entries.length / BATCH) }, (_, index) =>
    entries.slice(index * BATCH, (index + 1) * BATCH),
  );
  const senders = Array.from({ length: Math.min(TOGETHER, batches.length) }, async () => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift())
      await sendBatch(send, batch, options);
  });
  await Promise.all(senders);
}

async function sendBatch(
  send: SendBatch,
  entries: readonly QueueEntry[],
  { tries = 5, sleep = wait, random = Math.random }: SendOptions,
): Promise<void> {
  let left = entries;
  for (let attempt = 1; ; attempt++) {
    const refused = await send(left);
    if (refused.length === 0) return;
    if (attempt === tries) throw new NotSent(refused.length, refused[0]!.reason);
    left = refused.map(({ entry }) => entry);
    await sleep(random() * 100 * 2 ** attempt);
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
