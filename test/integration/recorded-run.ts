import { keyBasedPath } from '@sgraph-backbone/layer/cache';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { listFeeds } from '@sgraph-backbone/layer/ledger';
import { DIMENSIONS } from '@sgraph-backbone/layer/rollups';
import { adminKey, createLog, type HttpEvent, type Log } from '@sgraph-backbone/layer/runtime';
import { NAMESPACES, OBSERVABILITY, writeJson } from '@sgraph-backbone/layer/store';
import { createAdminApi } from '../../lambdas/admin-api/handler.ts';
import { directSteps } from '../../lambdas/admin-api/pipeline/direct-steps.ts';
import { type Backbone, createBackbone } from '../../local/backbone.ts';
import { aroundStore, type Recorded, recording } from '../stores/index.ts';

/** All that the steps wrote, logged and answered while they handled some log objects. */
export interface RecordedRun {
  /** Without the originals, which whoever delivers them puts into `live/`. */
  readonly calls: readonly Recorded[];
  readonly logged: readonly string[];
  /** By the path that was asked. */
  readonly answers: ReadonlyMap<string, string>;
}

/** Delivers log objects, lets every step follow, and asks the API everything that it can be asked. */
export async function runSteps(
  objects: Readonly<Record<string, Uint8Array>>,
  { now, settings = {} }: { readonly now: number; readonly settings?: object },
): Promise<RecordedRun> {
  const store = await openStore('memory:', { now: () => now });
  await writeJson(store.data, keyBasedPath(NAMESPACES.settings, 'site', 'settings', 'json'), settings);
  const { around, calls } = recording();
  const logged: string[] = [];
  const log = createLog({ level: 'debug', write: (line) => void logged.push(line), now: () => now });
  const backbone = await createBackbone(aroundStore(store, around), log, { now: () => now, quiet: true });
  for (const [name, bytes] of Object.entries(objects)) {
    await store.observability.put(OBSERVABILITY.live + name, bytes);
    await backbone.arrived(OBSERVABILITY.live + name);
  }
  for (let round = 0; round < 2; round++) await backbone.sweep();
  return { calls, logged, answers: await allAnswers(backbone, log) };
}

/** Answers to all that the API can be asked of what there is. */
export async function allAnswers(backbone: Backbone, log: Log): Promise<ReadonlyMap<string, string>> {
  const answers = new Map<string, string>();
  const ask = asking(backbone, log);
  const get = async (path: string) => {
    const body = await ask(path);
    answers.set(path, body);
    return body;
  };
  await get('/api/sa/cloudfront/status');
  await get('/api/sa/cache/stats');
  for (const { feed, newest_event } of await listFeeds(backbone.data)) {
    const key = new Date(newest_event).toISOString().slice(0, 10);
    const window = `period=daily&key=${key}&feed=${feed}`;
    await get(`/api/sa/traffic/summary?${window}`);
    await get(`/api/sa/traffic/timeseries?from=${key}T00:00:00Z&to=${key}T23:59:59Z&feed=${feed}`);
    for (const dimension of DIMENSIONS) await get(`/api/sa/traffic/top/${dimension}?limit=1000&${window}`);
  }
  await browseFrom('', get);
  return answers;
}

async function browseFrom(folder: string, get: (path: string) => Promise<string>): Promise<void> {
  const page = JSON.parse(await get(`/api/sa/cache/browse${folder && `/${folder}`}?limit=1000`));
  for (const entry of page.entries) await get(`/api/sa/cache/entry/${entry.key}`);
  for (const below of page.folders) await browseFrom(below.replace(/\/$/, ''), get);
}

/** Fails on anything but an answer or a refusal that explains itself. */
function asking(backbone: Backbone, log: Log): (path: string) => Promise<string> {
  const { now } = backbone;
  const handler = createAdminApi({
    source: async () => ({ ...backbone, steps: directSteps(await backbone.here()), store: 'real' }),
    now,
    version: '0.0.0',
    keyring: () => [adminKey('the-admin-key')],
    log,
  });
  return async (path) => {
    const { pathname, search } = new URL(path, 'http://backbone');
    const event = {
      version: '2.0',
      rawPath: pathname,
      rawQueryString: search.slice(1),
      headers: { 'x-api-key': 'the-admin-key' },
      isBase64Encoded: false,
      requestContext: { http: { method: 'GET', path: pathname }, stage: '$default' },
    };
    const { statusCode = 0, body = '' } = await handler(event as unknown as HttpEvent);
    if (statusCode >= 500) throw new Error(`${path}: ${statusCode} ${body}`);
    return body;
  };
}
