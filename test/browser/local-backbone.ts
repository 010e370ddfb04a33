import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** `npm start` on a free port, with a folder of its own. */
export interface LocalBackbone {
  readonly url: string;
  readonly key: string;
  /** The folder that is watched for log files. */
  readonly arrivals: string;
  /** The answer of the API, as the page's own questions get it. */
  ask<T>(path: string): Promise<T>;
  /** As an application asks; throws nothing for a refusal. */
  send<T>(method: string, path: string, body?: unknown, ifMatch?: string): Promise<Sent<T>>;
  stop(): Promise<void>;
}

export interface Sent<T> {
  readonly status: number;
  readonly answer: T;
  readonly etag: string;
}

const PROGRAM = resolve(import.meta.dirname, '../../bin/backbone.ts');
const PATIENCE_MS = 90_000;

/** Starts the server as a process, and waits until the demo week is counted. */
export async function startBackbone(): Promise<LocalBackbone> {
  const folder = await mkdtemp(join(tmpdir(), 'backbone-'));
  const words = ['start', '--port', '0', '--store', `disk:${join(folder, 'store')}`];
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROGRAM, ...words], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async () => {
    await ended(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const { url, key } = await signInLink(child);
    const ask = <T>(path: string) => askFor<T>(url + path, key);
    await demoCounted(ask);
    const send = <T>(method: string, path: string, body?: unknown, ifMatch?: string) =>
      sendTo<T>(url + path, key, { method, body, ifMatch });
    return { url, key, arrivals: join(folder, 'store', 'arrivals'), ask, send, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function askFor<T>(address: string, key: string): Promise<T> {
  const answer = await fetch(address, { headers: { 'x-api-key': key } });
  if (!answer.ok) throw new Error(`${address}: ${answer.status} ${await answer.text()}`);
  return answer.json() as Promise<T>;
}

async function sendTo<T>(
  address: string,
  key: string,
  { method, body, ifMatch }: { method: string; body: unknown; ifMatch: string | undefined },
): Promise<Sent<T>> {
  const headers: Record<string, string> = { 'x-api-key': key, 'content-type': 'application/json' };
  if (ifMatch !== undefined) headers['if-match'] = ifMatch;
  const answer = await fetch(address, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
  });
  return {
    status: answer.status,
    answer: (await answer.json()) as T,
    etag: answer.headers.get('etag') ?? '',
  };
}

async function signInLink(child: ChildProcess): Promise<{ url: string; key: string }> {
  let printed = '';
  for await (const chunk of child.stdout ?? []) {
    printed += String(chunk);
    const link = /(http:\/\/[^\s/]+)\/\S*#key=(\S+)/.exec(printed);
    if (link) {
      child.stdout?.resume();
      return { url: link[1]!, key: decodeURIComponent(link[2]!) };
    }
  }
  throw new Error(`the server ended without a sign-in link; it printed: ${printed}`);
}

// The demo is imported while the page is up already: its numbers stand still once two readings agree.
async function demoCounted(ask: <T>(path: string) => Promise<T>): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  let last = '';
  while (Date.now() < until) {
    const { data } = await ask<{ data: { points: { total_requests: number | null }[] } }>(weekPath());
    const now = JSON.stringify(data.points.map((point) => point.total_requests));
    if (now === last && data.points.some((point) => point.total_requests)) return;
    last = now;
    await new Promise((wake) => setTimeout(wake, 1500));
  }
  throw new Error('the demo week was not counted in time');
}

function weekPath(): string {
  const date = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
  return `/api/sa/traffic/timeseries?from=${date(7)}&to=${date(-1)}&granularity=daily`;
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    if (child.exitCode !== null) return done();
    child.once('exit', () => done());
    child.kill('SIGTERM');
  });
}
