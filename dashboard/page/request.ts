import { adminKey, refuseKey } from './session.ts';

/** The API refused or could not answer: what it said, for people. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Asks the API for JSON. Throws RequestFailed; a refused key signs out, which shows the sign-in form. */
export async function ask<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await send(path, 'application/json', signal)).json();
}

/** Fetches an answer and hands it to the browser as a file: a plain link could not carry the key. */
export async function download(path: string): Promise<void> {
  const answer = await send(path, '*/*');
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

async function send(path: string, accept: string, signal?: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { accept };
  const key = adminKey();
  if (key !== undefined) headers['x-api-key'] = key;
  // `no-cache` revalidates by ETag: an unchanged answer costs a 304.
  const answer = await fetch(path, { headers, cache: 'no-cache', signal: signal ?? null }).catch(unreachable);
  if (answer.ok) return answer;
  if (answer.status === 401) refuseKey();
  throw new RequestFailed(answer.status, await reason(answer));
}

function unreachable(cause: Error): never {
  if (cause.name === 'AbortError') throw cause;
  throw new RequestFailed(0, 'The server does not answer. Is it still running?');
}

async function reason(answer: Response): Promise<string> {
  const text = await answer.text();
  if (!answer.headers.get('content-type')?.includes('json')) return `The server answered ${answer.status}.`;
  const body = JSON.parse(text) as { error?: { message?: string } };
  return body.error?.message ?? `The server answered ${answer.status}.`;
}
