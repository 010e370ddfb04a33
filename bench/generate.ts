import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs, promisify } from 'node:util';
import { createGzip, gzip } from 'node:zlib';
import { STANDARD_HEADER, standardLine } from '../local/demo/log-line.ts';
import { createRandom, HEX } from '../local/demo/random.ts';
import { arrivals } from './arrivals.ts';
import { BENCH_DAY, BENCH_SITE, createTraffic } from './traffic.ts';

export interface LogParameters {
  readonly lines: number;
  readonly files: number;
  readonly seed: string;
}

/** Generated logs on disk: the same lines as many files and as a single one. */
export interface GeneratedLogs extends LogParameters {
  readonly folder: string;
  readonly single: string;
  /** Of the files, unpacked and as they are. */
  readonly bytes: number;
  readonly packedBytes: number;
  readonly singlePackedBytes: number;
}

const WORK = path.join(import.meta.dirname, '.work');
const SOURCES = [
  ...['generate', 'traffic', 'paths', 'arrivals'].map((name) => `${name}.ts`),
  ...['random', 'sampler', 'log-line', 'origins', 'address', 'agents', 'asked', 'visitor'].map(
    (name) => `../local/demo/${name}.ts`,
  ),
];

/** Generates the logs once per set of parameters and version of the generator; later calls find them. */
export async function generateLogs(parameters: LogParameters, work = WORK): Promise<GeneratedLogs> {
  const { lines, files, seed } = parameters;
  const target = path.join(work, `${lines}-lines-${files}-files-${seed}-${await sourceVersion()}`);
  const manifest = path.join(target, 'manifest.json');
  if (!existsSync(manifest)) {
    const unfinished = `${target}.${process.pid}.tmp`;
    const sizes = await writeLogs(parameters, unfinished);
    await writeFile(path.join(unfinished, 'manifest.json'), JSON.stringify({ ...parameters, ...sizes }));
    await publish(unfinished, target);
  }
  const known = JSON.parse(await readFile(manifest, 'utf8'));
  return { ...known, folder: path.join(target, 'files'), single: path.join(target, 'single.gz') };
}

/** The log texts of the files, one after the other: only one is in memory at a time. */
export function* logTexts({ lines, files, seed }: LogParameters): Generator<{ name: string; text: string }> {
  const random = createRandom(seed);
  const request = createTraffic(random, lines);
  const times = arrivals(random, BENCH_DAY, lines);
  for (let file = 0; file < files; file++) {
    const [from, to] = [Math.floor((file * lines) / files), Math.floor(((file + 1) * lines) / files)];
    const rows = Array.from(times.subarray(from, to), (time) => standardLine(request(time)));
    const hour = new Date(times[from] ?? BENCH_DAY).toISOString().slice(0, 13).replace('T', '-');
    yield {
      name: `${BENCH_SITE.distribution}.${hour}.${random.text(HEX, 8)}.gz`,
      text: STANDARD_HEADER + rows.join(''),
    };
  }
}

async function writeLogs(parameters: LogParameters, folder: string) {
  await mkdir(path.join(folder, 'files'), { recursive: true });
  const single = createGzip();
  const written = pipeline(single, createWriteStream(path.join(folder, 'single.gz')));
  let [bytes, packedBytes, singlePackedBytes] = [0, 0, 0];
  single.on('data', (chunk: Buffer) => {
    singlePackedBytes += chunk.length;
  });
  for (const { name, text } of logTexts(parameters)) {
    const plain = Buffer.from(text, 'latin1');
    const [packed] = await Promise.all([
      promisify(gzip)(plain),
      feed(single, bytes === 0 ? plain : withoutHeader(plain)),
    ]);
    await writeFile(path.join(folder, 'files', name), packed);
    bytes += plain.length;
    packedBytes += packed.length;
  }
  single.end();
  await written;
  return { bytes, packedBytes, singlePackedBytes };
}

/** The first of two generators at work at once wins: what they wrote is the same. */
async function publish(unfinished: string, target: string): Promise<void> {
  try {
    await rename(unfinished, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
    await rm(unfinished, { recursive: true });
  }
}

async function feed(stream: NodeJS.WritableStream, bytes: Buffer): Promise<void> {
  if (!stream.write(bytes)) await once(stream, 'drain');
}

function withoutHeader(plain: Buffer): Buffer {
  return plain.subarray(STANDARD_HEADER.length);
}

/** Files of another version of the generator are other files. */
async function sourceVersion(): Promise<string> {
  const hash = createHash('sha256');
  for (const source of SOURCES) hash.update(await readFile(path.join(import.meta.dirname, source)));
  return hash.digest('hex').slice(0, 8);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      lines: { type: 'string', default: '1000000' },
      files: { type: 'string', default: '200' },
      seed: { type: 'string', default: 'bench' },
    },
  });
  const logs = await generateLogs({
    lines: Number(values.lines),
    files: Number(values.files),
    seed: values.seed,
  });
  process.stdout.write(`${JSON.stringify(logs, null, 2)}\n`);
}
