import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { askOnce, type LoadRequest, load } from './http-load.ts';

const USAGE = `node bench/cache.ts [--seconds 4]

Requests per second of the cache service over HTTP, on each kind of store, with 1 and 16 clients, beside a
server that answers the same bytes from memory and does nothing else. Client and server share the machine.
`;

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '4' }, help: { type: 'boolean', default: false } },
});

const HEADER = `| server | requests | clients | per second | median ms | p99 ms | µs of processor, server |
|---|---|--:|--:|--:|--:|--:|
`;

// USER_HZ of every Linux that Node runs on.
const TICKS_PER_SECOND = 100;

const ENTRIES = 200;
const CONTENT = JSON.stringify({
  token_name: 'community-x',
  usage_limit: 50,
  status: 'active',
  note: 'x'.repeat(200),
});

if (values.help) process.stdout.write(USAGE);
else await measure(Number(values.seconds));

/** A server in a process of its own. */
interface Server {
  readonly url: string;
  readonly pid: number;
}

async function measure(seconds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'backbone-bench-'));
  process.stdout.write(HEADER);
  try {
    await withServer(['stub', CONTENT], async (server) => {
      const read = { name: 'stub', what: 'read', next: () => ({ method: 'GET', path: '/' }) as const };
      for (const clients of [1, 16]) await measureOne(server, { ...read, clients, seconds });
    });
    for (const store of ['memory:', `sqlite:${folder}/store.sqlite`, `disk:${folder}/disk`])
      await withServer([store], (server) =>
        measureStore(server, store.slice(0, store.indexOf(':')), seconds),
      );
  } finally {
    rmSync(folder, { recursive: true });
  }
  process.stdout.write(`\nLoad of the machine at the end: ${loadavg()[0]!.toFixed(1)}\n`);
}

async function measureStore(server: Server, name: string, seconds: number): Promise<void> {
  const store = (number: number): LoadRequest => ({
    method: 'POST',
    path: '/cache/bench/temporal/store/json',
    body: `{"n":${number},${CONTENT.slice(1)}`,
  });
  const known: Known[] = [];
  for (let number = 0; number < ENTRIES; number++)
    known.push(JSON.parse(await askOnce(server.url, store(-number - 1))));
  const read = (path: (entry: Known) => string) => (number: number) =>
    ({ method: 'GET', path: `/cache/bench/retrieve/${path(known[number % ENTRIES]!)}/json` }) as const;
  let stored = 0;
  const asked = [
    ['store', () => store(++stored)],
    ['read by id', read(({ cache_id }) => cache_id)],
    ['read by hash', read(({ cache_hash }) => `hash/${cache_hash}`)],
  ] as const;
  for (const clients of [1, 16])
    for (const [what, next] of asked) await measureOne(server, { name, what, next, clients, seconds });
  await growth(server.url, name);
}

interface Known {
  readonly cache_id: string;
  readonly cache_hash: string;
}

interface Asked {
  readonly name: string;
  readonly what: string;
  readonly clients: number;
  readonly seconds: number;
  readonly next: (number: number) => LoadRequest;
}

async function measureOne(server: Server, { name, what, clients, seconds, next }: Asked): Promise<void> {
  const before = ticksOf(server.pid);
  const { requests, perSecond, median, p99 } = await load(server.url, { clients, seconds }, next);
  const cost = ((ticksOf(server.pid) - before) / TICKS_PER_SECOND / requests) * 1e6;
  const times = `${median.toFixed(2)} | ${p99.toFixed(1)} | ${Math.round(cost)}`;
  const rate = Math.round(perSecond).toLocaleString('en');
  process.stdout.write(`| ${name} | ${what} | ${clients} | ${rate} | ${times} |\n`);
}

/** Processor time of a process so far, with what the kernel did for it: what a busy machine changes least. */
function ticksOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

/** What the 10th and the 2,000th version of one hash take. */
async function growth(url: string, name: string): Promise<void> {
  const same: LoadRequest = { method: 'POST', path: '/cache/growth/direct/store/json', body: CONTENT };
  const times: number[] = [];
  for (let version = 1; version <= 2010; version++) {
    const before = performance.now();
    await askOnce(url, same);
    times.push(performance.now() - before);
  }
  const around = (version: number) => times.slice(version - 10, version + 10).sort((a, b) => a - b)[10]!;
  const [early, late] = [around(20), around(1990)];
  process.stdout.write(
    `| ${name} | a version of one hash | 1 | – | ${early.toFixed(2)} around the 20th, ${late.toFixed(2)} around the 1,990th | – | – |\n`,
  );
}

async function withServer(words: readonly string[], use: (server: Server) => Promise<void>): Promise<void> {
  const program = join(import.meta.dirname, 'cache-server.ts');
  const args = ['--disable-warning=ExperimentalWarning', program, ...words];
  const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = await once(server.stdout, 'data');
    await use({ url: String(line).trim(), pid: server.pid! });
  } finally {
    server.kill();
    await once(server, 'exit');
  }
}
