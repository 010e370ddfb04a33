import type { Entry } from '@sgraph-backbone/layer/cache';
import type { HttpResponse } from '@sgraph-backbone/layer/runtime';
import { isPipelineNamespace } from './access.ts';
import type { CacheApiContext } from './context.ts';
import { WireError } from './wire-error.ts';

/** What is read, and where it lies. */
interface Placed extends Pick<Entry, 'namespace' | 'path' | 'size' | 'type'> {
  /** @default that of an entry of its type */
  readonly mediaType?: string;
}

/** The answer, or where the content can be read that no function could answer: 307 to a signed URL. */
export async function answerOrPlace(
  { larger }: CacheApiContext,
  entry: Placed,
  answer: () => HttpResponse,
): Promise<HttpResponse> {
  if (larger === undefined) return answer();
  if (entry.size <= larger.answerLimit) {
    const response = answer();
    if (Buffer.byteLength(response.body) <= larger.answerLimit) return response;
  }
  const type = entry.mediaType ?? (entry.type === 'binary' ? 'application/octet-stream' : 'application/json');
  const isOpen = !isPipelineNamespace(entry.namespace);
  const location = isOpen ? await larger.urlOf(entry.path, type) : undefined;
  if (location !== undefined) return { status: 307, headers: { location }, body: '' };
  throw tooLarge(larger.answerLimit);
}

/** 413 for what has no place of its own, such as a member of a zip. */
export function refuseLarger({ larger }: CacheApiContext, response: HttpResponse): HttpResponse {
  if (larger === undefined || Buffer.byteLength(response.body) <= larger.answerLimit) return response;
  throw tooLarge(larger.answerLimit);
}

function tooLarge(limit: number): WireError {
  return new WireError(413, `what was asked for is larger than ${limit} bytes, the limit of an answer`);
}
