/**
 * Serves the cache service on a store, or (`stub`) the bytes of a file with nothing behind them:
 * `cache-server.ts <store url>` or `cache-server.ts stub <body>`. Its first line of output is its URL.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { adminKey, createLog } from '@sgraph-backbone/layer/runtime';
import { createLocalServer } from '../local/http/index.ts';
import { mountedCache } from '../local/mounted-cache.ts';

const [what = '', body = ''] = process.argv.slice(2);
process.stdout.write(`${what === 'stub' ? await stub(body) : await cacheOn(what)}\n`);

async function stub(text: string): Promise<string> {
  const bytes = Buffer.from(text);
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length });
      response.end(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function cacheOn(url: string): Promise<string> {
  const store = await openStore(url);
  const keys = [adminKey('bench-key')];
  const write = (line: string) => void process.stderr.write(`${line}\n`);
  const server = await createLocalServer({
    handler: async () => ({ statusCode: 404 }),
    assets: new Map(),
    cache: mountedCache({ store, keyring: () => keys, version: 'bench', environment: {} }),
    port: 0,
    log: createLog({ level: 'error', write, now: Date.now }),
  });
  return server.url;
}
