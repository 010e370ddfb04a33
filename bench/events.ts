/**
 * How many events of applications one process takes in over HTTP and makes durable, with all that follows from them
 * (half-hours, roll-ups) going on meanwhile: `node bench/events.ts [--seconds 10]`. The server has a processor of its
 * own where there is a second one; the load is made in this process.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { load } from './http-load.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '10' } } });
const seconds = Number(values.seconds);
const BATCH = 100;

async function batches(): Promise<void> {
  const clients = 8;
  await measured(`batches of ${BATCH}, ${clients} clients`, BATCH, clients, () =>
    JSON.stringify(Array.from({ length: BATCH }, event)),
  );
}

async function singles(): Promise<void> {
  await measured('single events, 64 clients', 1, 64, () => JSON.stringify(event()));
}

async function measured(what: string, size: number, clients: number, body: () => string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'backbone-events-'));
  const { process: server, url } = await serve(folder);
  try {
    // Made before the clock runs: a load that makes its own bodies is measured with them.
    const bodies = Array.from({ length: size === 1 ? 20_000 : 2_000 }, body);
    const before = processorSeconds(server.pid!);
    const { perSecond, median, p99, requests } = await load(url, { clients, seconds }, (number) => {
      const body = bodies[number];
      if (body === undefined) throw new Error('more requests than bodies');
      return { method: 'POST', path: '/api/events', body };
    });
    const busy = (processorSeconds(server.pid!) - before) / seconds;
    const objects = readdirSync(folder, { recursive: true }).filter((name) =>
      String(name).endsWith('.parquet'),
    );
    const told = [
      `${Math.round(perSecond * size)} events/s`,
      `answered in ${median.toFixed(0)} ms (p99 ${p99.toFixed(0)} ms)`,
      `${(objects.length / seconds).toFixed(1)} raw objects/s`,
      `${Math.round((requests * size) / busy / seconds)} events per second of a processor (${busy.toFixed(2)} busy)`,
    ];
    process.stdout.write(`${what}: ${told.join(', ')}\n`);
  } finally {
    server.kill('SIGKILL');
    await new Promise((resolve) => server.once('exit', resolve));
    rmSync(folder, { recursive: true });
  }
}

async function serve(folder: string): Promise<{ readonly process: ChildProcess; readonly url: string }> {
  const file = join(import.meta.dirname, 'events-server.ts');
  const server = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    server.once('exit', () => reject(new Error('the server did not start')));
    server.stdout.once('data', (bytes: Buffer) => resolve(bytes.toString().trim()));
  });
  return { process: server, url };
}

/** User and system time of a process and its threads (Linux). */
function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

const PAGES = [
  '/',
  '/download',
  '/transfers/download/aGVsbG8gd29ybGQgdGhpcw',
  '/api/v1/status',
  '/about.html',
];
const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  'curl/8.5.0',
];

function event() {
  const number = Math.floor(Math.random() * 1e9);
  return {
    event_id: randomUUID(),
    event_type: number % 3 === 0 ? 'page_view' : 'api_call',
    timestamp: Date.now(),
    method: 'GET',
    path: PAGES[number % PAGES.length],
    status_code: number % 50 === 0 ? 404 : 200,
    duration_ms: number % 300,
    content_bytes: number % 100_000,
    ip: `203.0.${number % 256}.${(number >> 8) % 256}`,
    user_agent: AGENTS[number % AGENTS.length],
    referrer: 'https://example.org/from/here',
    country: 'PT',
  };
}

await batches();
await singles();
