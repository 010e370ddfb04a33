import { adminKey, refuseKey } from './session.ts';

/** The API refused or could not answer: what it said, for people. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed';
  /** 0: no answer came. */
  readonly status: number;
  readonly code: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;
  constructor(status: number, { message, code, details = {} }: Failure) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

interface Failure {
  readonly message: string;
  readonly code?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** An answer with the stamp that a change made from it names. */
export interface Stamped<T> {
  readonly data: T;
  readonly etag: string | undefined;
}

/** Asks the API for JSON. Throws RequestFailed; a refused key signs out, which shows the sign-in form. */
export async function ask<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await askStamped<T>(path, signal)).data;
}

export async function askStamped<T>(path: string, signal?: AbortSignal): Promise<Stamped<T>> {
  return stamped<T>(await send(path, { accept: 'application/json' }, { signal: signal ?? null }));
}

/** A change; `etag` is the stamp of what it was made from. Throws RequestFailed, 412 where that is no longer there. */
export async function change<T>(
  method: 'POST' | 'PATCH',
  path: string,
  body?: unknown,
  etag?: string,
): Promise<Stamped<T>> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (etag !== undefined) headers['if-match'] = etag;
  return stamped<T>(
    await send(path, headers, { method, body: body === undefined ? null : JSON.stringify(body) }),
  );
}

async function stamped<T>(answer: Response): Promise<Stamped<T>> {
  return { data: await answer.json(), etag: answer.headers.get('etag') ?? undefined };
}

/** Fetches an answer and hands it to the browser as a file: a plain link could not carry the key. */
export async function download(path: string): Promise<void> {
  const answer = await send(path, { accept: '*/*' });
  const [, name = ''] = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '') ?? [];
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await answer.blob());
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Shows a JSON answer in a tab of its own, which has to be opened before the answer is waited for. */
export async function showInTab(path: string): Promise<void> {
  const tab = open('', '_blank');
  try {
    const text = JSON.stringify(await ask(path), null, 2);
    const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    if (tab !== null) tab.location.href = address;
  } catch (error) {
    tab?.close();
    throw error;
  }
}

async function send(
  path: string,
  given: Readonly<Record<string, string>>,
  more: RequestInit = {},
): Promise<Response> {
  const key = adminKey();
  const headers = key === undefined ? given : { ...given, 'x-api-key': key };
  // `no-cache` revalidates by ETag: an unchanged answer costs a 304.
  const answer = await fetch(path, { ...more, headers, cache: 'no-cache' }).catch(unreachable);
  if (answer.ok) return answer;
  if (answer.status === 401) refuseKey();
  throw new RequestFailed(answer.status, await failureOf(answer));
}

function unreachable(cause: Error): never {
  if (cause.name === 'AbortError') throw cause;
  throw new RequestFailed(0, { message: 'The server does not answer. Is it still running?' });
}

async function failureOf(answer: Response): Promise<Failure> {
  const unknown = { message: `The server answered ${answer.status}.` };
  const text = await answer.text();
  if (!answer.headers.get('content-type')?.includes('json')) return unknown;
  return (JSON.parse(text) as { error?: Failure }).error ?? unknown;
}
