/**
 * Serves the whole application on a folder, with the key `bench-key`: `events-server.ts <folder>`. Its first line of
 * output is its URL. One event is there before it starts: an empty store would be shown as the demo week, which takes
 * its time to be made.
 */
import { openStore } from '@sgraph-backbone/layer/drivers';
import { createLog } from '@sgraph-backbone/layer/runtime';
import { createBackbone } from '../local/backbone.ts';
import { startServer } from '../local/server.ts';

const [folder = ''] = process.argv.slice(2);
const url = `disk:${folder}`;
const write = (line: string) => void process.stderr.write(`${line}\n`);
const log = createLog({ level: 'warn', write, now: Date.now });

const store = await openStore(url);
const { events, normaliser, idle } = await createBackbone(store, log);
await events.take([await (await normaliser()).normalise({ event_type: 'seed', app: 'seed' })]);
await idle();
await store.close();

const server = await startServer({
  store: url,
  port: 0,
  folder,
  adminKey: 'bench-key',
  version: 'bench',
  log,
});
process.stdout.write(`${server.url}\n`);
