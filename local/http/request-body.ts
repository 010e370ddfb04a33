import type { IncomingMessage } from 'node:http';
import { BODY_LIMIT, tooLarge } from '@sgraph-backbone/layer/runtime';

/** What is still read of a body that was refused, and how long: most clients read no answer before all is sent. */
const [MOST_DISCARDED, DISCARD_MS] = [67_108_864, 5_000];

/** The whole body, as long as it is within the API's limit; throws 413 as soon as it is not. The rest stays unread. */
export async function requestBody(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT) throw tooLarge(BODY_LIMIT);
  const chunks: Buffer[] = [];
  let size = 0;
  // An iterator that is left would close the connection, and the answer would reach nobody.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).length;
    if (size > BODY_LIMIT) throw tooLarge(BODY_LIMIT);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** Reads what is left of a body and throws it away: to its end, to 64 MiB or for five seconds. */
export async function discardRest(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return;
  const over = Promise.withResolvers<void>();
  const impatient = setTimeout(over.resolve, DISCARD_MS);
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MOST_DISCARDED) over.resolve();
  });
  // A client that goes away needs no answer.
  for (const event of ['end', 'close', 'error']) request.once(event, over.resolve);
  request.resume();
  await over.promise;
  clearTimeout(impatient);
}

/**
 * The whole body, or `undefined` where it is larger: it was read to its end and thrown away, so that a client that
 * sends first and reads then gets its answer.
 */
export async function bodyWithin(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const { headers } = request;
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return NONE;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size <= limit) chunks.push(chunk as Buffer);
    else chunks.length = 0;
  }
  return size > limit ? undefined : Buffer.concat(chunks);
}

const NONE = Buffer.alloc(0);
