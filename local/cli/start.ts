import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { processLog } from '@sgraph-backbone/layer/runtime';
import { type RunningServer, startServer } from '../server.ts';
import { BadUsage, type Command, type Given } from './command.ts';
import { STORE_OPTION, storeUrl } from './session.ts';

const DEFAULT_PORT = 8787;

export const startCommand: Command = {
  name: 'start',
  summary: 'Serves the page and the API on this machine, and takes in what is put into the arrivals folder.',
  takes: '',
  options: {
    ...STORE_OPTION,
    port: {
      type: 'string',
      value: 'port',
      meaning: `port on 127.0.0.1; 0 is any free one (default: ${DEFAULT_PORT})`,
    },
    'admin-key': {
      type: 'string',
      value: 'key',
      meaning: 'key of the API (default: the one in .backbone/admin-key)',
    },
  },
  examples: ['start', 'start --store disk:/var/lib/backbone --port 9000'],
  run: runStart,
};

const MAKING_DEMO =
  'There are no logs yet: a demo week is made and counted, which takes ten to twenty seconds …\n';

async function runStart(given: Given): Promise<number> {
  const store = storeUrl(given.text('store'));
  if (store.startsWith('zip:'))
    throw new BadUsage(
      'start: a zip: store is written when it is closed, so that a server would lose what it took in; accepted: disk:, sqlite:, s3: (backbone restore takes an archive there)',
    );
  const port = portOf(given.text('port') ?? process.env.PORT);
  process.stdout.write('Starting …\n');
  const server = await startServer({
    store,
    port,
    folder: folderOf(store),
    adminKey: given.text('admin-key') ?? (process.env.BACKBONE_ADMIN_KEY || undefined),
    version: version(),
    log: processLog('warn'),
    onDemo: () => process.stdout.write(MAKING_DEMO),
  });
  process.stdout.write(welcome(server, store));
  await stopSignal();
  await server.close();
  return 0;
}

function welcome({ signInUrl, arrivals, demo }: RunningServer, store: string): string {
  const shown = demo ? `a demo week, until the first real log arrives in ${store}` : store;
  return [
    '',
    `  Backbone shows ${shown}`,
    `  Open this link:      ${signInUrl}`,
    `  Put log files into:  ${arrivals}`,
    '  Stop with Ctrl-C',
    '',
    '',
  ].join('\n');
}

/** Beside the data on disk; other stores have their folder here. */
function folderOf(store: string): string {
  return store.startsWith('disk:') ? store.slice('disk:'.length) : '.backbone';
}

function portOf(text: string | undefined): number {
  if (text === undefined || text === '') return DEFAULT_PORT;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new BadUsage(`start: port is "${text}"; accepted: 0 to 65535`);
}

function version(): string {
  return JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')).version;
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
