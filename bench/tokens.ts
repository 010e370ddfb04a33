import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { diskObjectStore, openBucket } from '@sgraph-backbone/layer/drivers';
import { createTokens, readToken, type Tokens } from '@sgraph-backbone/layer/tokens';
import { askOnce, type Load, load } from './http-load.ts';
import { tokenUse } from './token-use.ts';

const USAGE = `node bench/tokens.ts [--seconds 5] [--folder <where disk stores are made>] [--bucket <name>] [--only <text>]

Uses of invitation tokens per second: on the disk driver in one process and over HTTP, on one token and spread over 100,
beside the driver alone; and, with --bucket (its server in the AWS_… environment), by 8 processes on one token.
`;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    folder: { type: 'string', default: tmpdir() },
    bucket: { type: 'string' },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
const CLIENTS = 32;
const BEARERS = 8;

const HEADER = `| what | clients | per second | median ms | p99 ms | µs of processor |
|---|--:|--:|--:|--:|--:|
`;

if (values.help) process.stdout.write(USAGE);
else await measure();

async function measure(): Promise<void> {
  process.stdout.write(HEADER);
  const parts = { driver: driverAlone, process: inProcess, http: overHttp, s3: onBucket };
  for (const [name, part] of Object.entries(parts)) if (name.includes(values.only)) await part();
  process.stdout.write(`\nLoad of the machine at the end: ${loadavg()[0]!.toFixed(1)}\n`);
}

/** What no use can do without: one object read and written on its condition. */
async function driverAlone(): Promise<void> {
  await withFolder(async (folder) => {
    const data = diskObjectStore(folder);
    const bytes = new Uint8Array(20_000).fill(65);
    const key = (number: number) => `k/${number % 100}.json`;
    for (let number = 0; number < 100; number++) await data.put(key(number), bytes);
    const measured = await timed(1, async (number) => {
      const { etag } = (await data.get(key(number)))!;
      await data.put(key(number), bytes, { ifMatch: etag });
    });
    data.close();
    print('disk driver alone: get and conditional put of 20,000 bytes', 1, measured);
  });
}

async function inProcess(): Promise<void> {
  for (const count of [1, 100])
    await withFolder(async (folder) => {
      const data = diskObjectStore(folder);
      const failed = (error: unknown) => {
        throw error;
      };
      const tokens = createTokens({ data, now: Date.now, sink: { take: async () => [] }, failed });
      await prepare(tokens, count);
      const measured = await timed(CLIENTS, (number) =>
        tokens.use(nameOf(Math.floor(Math.random() * count)), tokenUse(`u${number}`)),
      );
      await tokens.settled();
      data.close();
      print(`disk, in one process, ${count === 1 ? 'one token' : `${count} tokens`}`, CLIENTS, measured);
    });
}

/** As tokens are in life: full of use ids, with tails of every length. */
async function prepare(tokens: Tokens, count: number): Promise<void> {
  for (let number = 0; number < count; number++) {
    const name = nameOf(number);
    await tokens.create({ name, usage_limit: 0, expires_at: null, created_by: 'bench', metadata: {} });
    const uses = 1_000 + Math.floor(Math.random() * 256);
    await Promise.all(Array.from({ length: uses }, (_, use) => tokens.use(name, tokenUse(`before-${use}`))));
  }
  await tokens.settled();
}

async function overHttp(): Promise<void> {
  for (const count of [1, 100])
    await withFolder(async (folder) => {
      const { process: server, url } = await serve(folder);
      try {
        for (let number = 0; number < count; number++) {
          const body = JSON.stringify({ name: nameOf(number) });
          await askOnce(url, { method: 'POST', path: '/api/tokens', body });
        }
        const before = processorSeconds(server.pid!);
        const measured = await load(url, { clients: CLIENTS, seconds }, () => useRequest(count));
        const used = processorSeconds(server.pid!) - before;
        const what = `whole application over HTTP, ${count === 1 ? 'one token' : `${count} tokens`}`;
        print(what, CLIENTS, { ...measured, processor: (used * 1e6) / measured.requests });
      } finally {
        server.kill('SIGKILL');
        await new Promise((resolve) => server.once('exit', resolve));
      }
    });
}

function useRequest(count: number) {
  const number = Math.floor(Math.random() * 1e9);
  const body = {
    action: 'page_opened',
    use_id: randomUUID(),
    ip: `203.0.${number % 256}.${(number >> 8) % 256}`,
    user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
    country: 'PT',
  };
  return {
    method: 'POST',
    path: `/api/tokens/${nameOf(number % count)}/use`,
    body: JSON.stringify(body),
  } as const;
}

async function serve(folder: string): Promise<{ readonly process: ChildProcess; readonly url: string }> {
  const server = start('events-server.ts', [folder]);
  const url = await new Promise<string>((resolve, reject) => {
    server.once('exit', () => reject(new Error('the server did not start')));
    server.stdout!.once('data', (bytes: Buffer) => resolve(bytes.toString().trim()));
  });
  return { process: server, url };
}

/** Eight processes on one token: none may be lost, whoever wins. */
async function onBucket(): Promise<void> {
  const { bucket } = values;
  if (bucket === undefined) return;
  const store = await openBucket(bucket);
  const failed = (error: unknown) => {
    throw error;
  };
  const name = `hot-${randomUUID().slice(0, 8)}`;
  const tokens = createTokens({ data: store, now: Date.now, sink: { take: async () => [] }, failed });
  await tokens.create({ name, usage_limit: 0, expires_at: null, created_by: 'bench', metadata: {} });
  const told = await Promise.all(
    Array.from({ length: BEARERS }, (_, number) => bearer(bucket, name, `p${number}`)),
  );
  const sum = (member: 'accepted' | 'busy') => told.reduce((total, one) => total + one[member], 0);
  const counted = (await readToken(store, name))!.usage_count;
  store.close();
  const longest = Math.max(...told.map((one) => one.longest));
  const line = `S3, ${BEARERS} processes on one token: ${(sum('accepted') / seconds).toFixed(1)} uses per second, ${sum('accepted')} accepted and ${counted} counted, ${sum('busy')} without a turn, at most ${longest} ms`;
  process.stdout.write(`\n${line}\n`);
}

async function bearer(bucket: string, token: string, name: string) {
  const child = start('tokens-process.ts', [bucket, token, name, String(seconds)]);
  let said = '';
  child.stdout!.on('data', (bytes: Buffer) => {
    said += bytes;
  });
  await new Promise((resolve) => child.once('close', resolve));
  return JSON.parse(said) as { accepted: number; busy: number; longest: number };
}

function start(file: string, args: readonly string[]): ChildProcess {
  const program = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, file), ...args];
  return spawn(process.execPath, program, { stdio: ['ignore', 'pipe', 'inherit'] });
}

interface Measured extends Omit<Load, 'requests'> {
  /** Microseconds for one use. */
  readonly processor: number;
}

/** Works with so many clients for so long; each lets the event loop turn between two uses, as requests do. */
async function timed(clients: number, work: (number: number) => Promise<unknown>): Promise<Measured> {
  const times: number[] = [];
  const [begun, before] = [performance.now(), process.cpuUsage()];
  let number = 0;
  const client = async () => {
    while (performance.now() - begun < seconds * 1000) {
      await turn();
      const start = performance.now();
      await work(number++);
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const used = process.cpuUsage(before);
  const perSecond = times.length / ((performance.now() - begun) / 1000);
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { perSecond, median: at(0.5), p99: at(0.99), processor: (used.user + used.system) / times.length };
}

/** User and system time of a process and its threads (Linux). */
function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function nameOf(number: number): string {
  return `token-${number}`;
}

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(values.folder, 'backbone-tokens-'));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function print(what: string, clients: number, { perSecond, median, p99, processor }: Measured): void {
  const cells = [perSecond.toFixed(0), median.toFixed(2), p99.toFixed(1), processor.toFixed(0)];
  process.stdout.write(`| ${what} | ${clients} | ${cells.join(' | ')} |\n`);
}
