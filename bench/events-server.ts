/**
 * Serves the whole application on a store, with the key `bench-key` and nothing else open:
 * `events-server.ts <folder>`. Its first line of output is its URL.
 */
import { createLog } from '@sgraph-backbone/layer/runtime';
import { startServer } from '../local/server.ts';

const [folder = ''] = process.argv.slice(2);
const write = (line: string) => void process.stderr.write(`${line}\n`);
const server = await startServer({
  store: `disk:${folder}`,
  port: 0,
  folder,
  adminKey: 'bench-key',
  version: 'bench',
  log: createLog({ level: 'warn', write, now: Date.now }),
});
process.stdout.write(`${server.url}\n`);
