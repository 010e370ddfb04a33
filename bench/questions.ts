import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { adminKey, createLog, type HttpEvent } from '@sgraph-backbone/layer/runtime';
import { createAdminApi } from '../lambdas/admin-api/handler.ts';
import type { Steps } from '../lambdas/admin-api/steps.ts';
import { FIRST_DAY, writeYear } from './year-of-logs.ts';

const USAGE = `node bench/questions.ts [--days 365] [--lines 2000] [--busy 100000] [--files 240] [--runs 200]

Imports a year of generated logs (the last seven days busier) into a disk store once
(bench/.work), then asks the admin API and prints how long the answers took, in ms.
`;

const { values } = parseArgs({
  options: {
    days: { type: 'string', default: '365' },
    lines: { type: 'string', default: '2000' },
    busy: { type: 'string', default: '100000' },
    files: { type: 'string', default: '240' },
    runs: { type: 'string', default: '200' },
    help: { type: 'boolean', default: false },
  },
});

const DAY = 86_400_000;
const BUSY_DAYS = 7;
const KEY = 'bench-key';

const unasked = async () => {
  throw new Error('questions run no steps');
};
const NO_STEPS: Steps = new Proxy({} as Steps, { get: () => unasked });
const NO_EVENTS = { events: { take: unasked }, normaliser: unasked };

if (values.help) process.stdout.write(USAGE);
else await ask();

async function ask(): Promise<void> {
  const days = Number(values.days);
  const folder = await importedYear(days);
  const { data } = await openStore(`disk:${folder}`);
  const end = FIRST_DAY + days * DAY;
  const api = createAdminApi({
    source: () => ({ data, steps: NO_STEPS, store: 'real', ...NO_EVENTS }),
    now: () => end + 2 * DAY,
    version: 'bench',
    keyring: () => [adminKey(KEY)],
    log: createLog({
      level: 'error',
      write: (line) => void process.stderr.write(`${line}\n`),
      now: Date.now,
    }),
  });
  const question = async (target: string) => {
    const before = performance.now();
    const { statusCode } = await api(eventOf(`/api/sa/traffic/${target}`), { awsRequestId: 'bench' });
    if (statusCode !== 200) throw new Error(`${target}: ${statusCode}`);
    return performance.now() - before;
  };
  process.stdout.write('| question | first | median | p99 |\n|---|--:|--:|--:|\n');
  for (const [name, targets, runs] of questionsOf(days, end)) {
    const times: number[] = [];
    for (let run = 0; run < runs; run++) times.push(await question(targets[run % targets.length]!));
    const sorted = times.toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.min(runs - 1, Math.floor(share * runs))]!.toFixed(1);
    process.stdout.write(`| ${name} | ${times[0]!.toFixed(1)} | ${at(0.5)} | ${at(0.99)} |\n`);
  }
}

type Questions = readonly [name: string, targets: readonly string[], runs: number];

/** Each run asks the next of the targets: first times in the store's days, and the same again. */
function questionsOf(days: number, end: number): Questions[] {
  const runs = Number(values.runs);
  const dates = Array.from({ length: days }, (_, day) => dateOf(FIRST_DAY + day * DAY));
  const months = [...new Set(dates.map((date) => date.slice(0, 7)))];
  const year = `from=${dates[0]}&to=${dateOf(end)}`;
  const week = `from=${dateOf(end - BUSY_DAYS * DAY)}&to=${dateOf(end)}`;
  const daily = (name: string, more = '') => dates.map((date) => `${name}?period=daily&key=${date}${more}`);
  const monthly = (name: string, more = '') =>
    months.map((key) => `${name}?period=monthly&key=${key}${more}`);
  return [
    ['summary of a day', daily('summary', '&class=human'), runs],
    ['summary of a day, compared', daily('summary', '&compare=previous').slice(1), runs],
    ['summary of a month', monthly('summary'), runs],
    ['summary of a year', [`summary?period=yearly&key=${dates[0]!.slice(0, 4)}`], runs],
    ['top paths of a day', daily('top-paths', '&limit=1000'), runs],
    ['top paths of a month', monthly('top-paths', '&limit=1000'), runs],
    ['countries of a month', monthly('countries'), runs],
    ['hours of a day', daily('timeseries', '&granularity=hourly'), runs],
    ['days of a month', monthly('timeseries', '&granularity=daily'), runs],
    ['days of a year', [`timeseries?${year}&granularity=daily`], runs],
    ['days of a year by one country', [`timeseries?${year}&granularity=daily&filter=country:PT`], 20],
    ['free range of 100 days', [`summary?from=${dates[3]}&to=${dates[103]}`], runs],
    ['filter by country, 7 days', [`summary?${week}&filter=country:PT`], 10],
    ['filter by path, 7 days', [`summary?${week}&filter=path:/*`], 10],
    ['filter of a list, 7 days', [`top-paths?${week}&filter=browser:Firefox`], 10],
    ['filter of a series, 7 days', [`timeseries?${week}&granularity=hourly&filter=browser:Firefox`], 10],
  ];
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** A store with the year in it; imported once per set of parameters. */
async function importedYear(days: number): Promise<string> {
  const { lines, busy, files } = values;
  const work = path.join(import.meta.dirname, '.work');
  const name = `year-${days}-${lines}-${busy}-${files}`;
  const logs = path.join(work, name);
  const store = path.join(work, `${name}-store`);
  await writeYear(logs, {
    days,
    linesPerDay: Number(lines),
    busyDays: BUSY_DAYS,
    busyLinesPerDay: Number(busy),
    filesPerBusyDay: Number(files),
  });
  if (existsSync(store)) return store;
  const unfinished = `${store}.${process.pid}.tmp`;
  const words = ['bin/backbone.ts', 'import', logs, '--store', `disk:${unfinished}`, '--complete'];
  const { status } = spawnSync(process.execPath, words, { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`the import ended with ${status}`);
  await rename(unfinished, store);
  return store;
}

function eventOf(target: string): HttpEvent {
  const [rawPath = '/', rawQueryString = ''] = target.split('?');
  const http = { method: 'GET', path: rawPath, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' };
  const requestContext = { http, stage: '$default', requestId: 'bench' } as HttpEvent['requestContext'];
  const headers = { 'x-api-key': KEY };
  const shape = { version: '2.0', routeKey: '$default', isBase64Encoded: false };
  return { ...shape, rawPath, rawQueryString, headers, requestContext };
}
