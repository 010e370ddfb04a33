import type { QueueEntry, SendBatch } from './send-all.ts';

/** What one request may hold, bytes of all its messages together; a message may be as large. */
export const MOST_REQUEST_BYTES = 240_000;

const MOST_MESSAGES = 10;

/** A message with the bytes of its body, which decide how many fit into one request. */
export interface SizedEntry extends QueueEntry {
  readonly bytes: number;
}

/** Told why a try failed: a reason of the queue, or the error of a request. */
export type TellFailure = (reason: unknown) => void;

/**
 * Sends what a queue takes and answers the entries that it did not take after a second try: whoever sends tells their
 * owner, who tries again later. A request that fails as a whole took nothing that anybody knows of.
 */
export async function sendSome(
  send: SendBatch,
  entries: readonly SizedEntry[],
  failed: TellFailure,
): Promise<readonly QueueEntry[]> {
  const refused = await Promise.all(requestsOf(entries).map((request) => sendTwice(send, request, failed)));
  return refused.flat();
}

type Refused = Promise<readonly QueueEntry[]>;

async function sendTwice(send: SendBatch, request: readonly QueueEntry[], failed: TellFailure): Refused {
  const left = await refusedBy(send, request, failed);
  return left.length === 0 ? left : refusedBy(send, left, failed);
}

async function refusedBy(send: SendBatch, request: readonly QueueEntry[], failed: TellFailure): Refused {
  try {
    const refused = await send(request);
    for (const { reason } of refused) failed(reason);
    return refused.map(({ entry }) => entry);
  } catch (error) {
    // No answer: what the queue may have taken all the same is the same events under the same ids.
    failed(error);
    return request;
  }
}

function requestsOf(entries: readonly SizedEntry[]): SizedEntry[][] {
  const requests: SizedEntry[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    bytes += entry.bytes;
    if (bytes > MOST_REQUEST_BYTES || requests.at(-1)?.length === MOST_MESSAGES) {
      requests.push([]);
      bytes = entry.bytes;
    }
    requests.at(-1)!.push(entry);
  }
  return requests;
}
