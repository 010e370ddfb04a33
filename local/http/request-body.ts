import type { IncomingMessage } from 'node:http';
import { BODY_LIMIT, tooLarge } from '@sgraph-backbone/layer/runtime';

/** The whole body, as long as it is within the API's limit; throws 413 as soon as it is not. */
export async function requestBody(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT) throw tooLarge(BODY_LIMIT);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > BODY_LIMIT) throw tooLarge(BODY_LIMIT);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
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
