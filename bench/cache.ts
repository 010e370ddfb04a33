import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { askOnce, type Load, type LoadRequest, load } from './http-load.ts';

const USAGE = `node bench/cache.ts [--seconds 4]

Requests per second of the cache service over HTTP, on each kind of store, with 1 and 16 clients, beside a
server that answers the same bytes from memory and does nothing else. Client and server share the machine.
`;

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '4' }, help: { type: 'boolean', default: false } },
});

const ENTRIES = 200;
const CONTENT = JSON.stringify({
  token_name: 'community-x',
  usage_limit: 50,
  status: 'active',
  note: 'x'.repeat(200),
});

if (values.help) process.stdout.write(USAGE);
else await measure(Number(values.seconds));

async function measure(seconds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'backbone-bench-'));
  process.stdout.write(
    '| server | requests | clients | per second | median ms | p99 ms |\n|---|---|--:|--:|--:|--:|\n',
  );
  try {
    await withServer(['stub', CONTENT], async (url) => {
      for (const clients of [1, 16])
        row(
          'stub',
          'read',
          clients,
          await load(url, { clients, seconds }, () => ({ method: 'GET', path: '/' })),
        );
    });
    for (const store of ['memory:', `sqlite:${folder}/store.sqlite`, `disk:${folder}/disk`])
      await withServer([store], (url) => measureStore(url, store.slice(0, store.indexOf(':')), seconds));
  } finally {
    rmSync(folder, { recursive: true });
  }
  process.stdout.write(`\nLoad of the machine at the end: ${loadavg()[0]!.toFixed(1)}\n`);
}

async function measureStore(url: string, name: string, seconds: number): Promise<void> {
  const store = (number: number): LoadRequest => ({
    method: 'POST',
    path: '/cache/bench/temporal/store/json',
    body: `{"n":${number},${CONTENT.slice(1)}`,
  });
  const known: { cache_id: string; cache_hash: string }[] = [];
  for (let number = 0; number < ENTRIES; number++) known.push(JSON.parse(await askOnce(url, store(-number))));
  const read = (path: (entry: (typeof known)[number]) => string) => (number: number) =>
    ({ method: 'GET', path: `/cache/bench/retrieve/${path(known[number % ENTRIES]!)}` }) as const;
  let stored = 0;
  for (const clients of [1, 16]) {
    const asked = { clients, seconds };
    row(name, 'store', clients, await load(url, asked, () => store(++stored)));
    row(
      name,
      'read by id',
      clients,
      await load(
        url,
        asked,
        read(({ cache_id }) => `${cache_id}/json`),
      ),
    );
    row(
      name,
      'read by hash',
      clients,
      await load(
        url,
        asked,
        read(({ cache_hash }) => `hash/${cache_hash}/json`),
      ),
    );
  }
  await growth(url, name);
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
    `| ${name} | a version of one hash | 1 | – | ${early.toFixed(2)} around the 20th, ${late.toFixed(2)} around the 1,990th | – |\n`,
  );
}

function row(name: string, what: string, clients: number, { perSecond, median, p99 }: Load): void {
  const times = `${median.toFixed(2)} | ${p99.toFixed(1)}`;
  process.stdout.write(
    `| ${name} | ${what} | ${clients} | ${Math.round(perSecond).toLocaleString('en')} | ${times} |\n`,
  );
}

async function withServer(words: readonly string[], use: (url: string) => Promise<void>): Promise<void> {
  const program = join(import.meta.dirname, 'cache-server.ts');
  const args = ['--disable-warning=ExperimentalWarning', program, ...words];
  const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = await once(server.stdout, 'data');
    await use(String(line).trim());
  } finally {
    server.kill();
    await once(server, 'exit');
  }
}
