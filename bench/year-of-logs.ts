import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { STANDARD_HEADER, standardLine } from '../local/demo/log-line.ts';
import { createRandom, HEX } from '../local/demo/random.ts';
import { arrivals } from './arrivals.ts';
import { BENCH_SITE, createTraffic } from './traffic.ts';

/** A year of logs whose last week is busier: questions over roll-ups need many days, filters many rows. */
export interface YearParameters {
  readonly days: number;
  readonly linesPerDay: number;
  readonly busyDays: number;
  readonly busyLinesPerDay: number;
  readonly filesPerBusyDay: number;
}

const DAY = 86_400_000;
export const FIRST_DAY = Date.UTC(2025, 0, 1);

/** Writes the logs into a folder, unless they are there. */
export async function writeYear(folder: string, parameters: YearParameters): Promise<void> {
  if (existsSync(folder)) return;
  const unfinished = `${folder}.${process.pid}.tmp`;
  await mkdir(unfinished, { recursive: true });
  for (let day = 0; day < parameters.days; day++) await writeDay(unfinished, parameters, day);
  await rename(unfinished, folder);
}

async function writeDay(folder: string, parameters: YearParameters, day: number): Promise<void> {
  const busy = day >= parameters.days - parameters.busyDays;
  const lines = busy ? parameters.busyLinesPerDay : parameters.linesPerDay;
  const files = busy ? parameters.filesPerBusyDay : 1;
  const random = createRandom(`year ${day}`);
  const request = createTraffic(random, lines);
  const times = arrivals(random, FIRST_DAY + day * DAY, lines);
  for (let file = 0; file < files; file++) {
    const own = times.subarray(Math.floor((file * lines) / files), Math.floor(((file + 1) * lines) / files));
    const text = STANDARD_HEADER + Array.from(own, (time) => standardLine(request(time))).join('');
    const hour = new Date(own[0]!).toISOString().slice(0, 13).replace('T', '-');
    const name = `${BENCH_SITE.distribution}.${hour}.${random.text(HEX, 8)}.gz`;
    await writeFile(path.join(folder, name), await promisify(gzip)(text, { level: 1 }));
  }
}
