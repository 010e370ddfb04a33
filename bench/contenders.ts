import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { GeneratedLogs } from './generate.ts';
import { type TimedRun, timedRun } from './timed-run.ts';

/** Something that goes through all the lines of the logs. */
export interface Contender {
  readonly name: string;
  run(): Promise<TimedRun & { readonly rawBatchBytes?: number }>;
}

const NODE = [process.execPath, '--disable-warning=ExperimentalWarning'] as const;
const ROOT = path.join(import.meta.dirname, '..');

/** Everything that can be measured here; the first one is what the others are compared with. */
export function contenders(logs: GeneratedLogs, work: string): Contender[] {
  const inputs = { '200 files': logs.folder, 'one file': logs.single };
  const named = Object.entries(inputs).map(
    ([name, input]) => [name.replace('200', String(logs.files)), input] as const,
  );
  return [
    ...named.map(([name, input]) => zcat(`zcat > /dev/null, ${name}`, input)),
    ...named.map(([name, input]) => measure(`parse and measure, ${name}`, input, logs)),
    measure(`parse and measure with countries, ${logs.files} files`, logs.folder, logs, '--countries'),
    ...named.map(([name, input]) => importing(`import --workers 1, ${name}`, input, logs, work, 1)),
    importing(`import --workers 2, ${logs.files} files`, logs.folder, logs, work, 2),
    ...(existsSync('/usr/bin/goaccess') ? [goaccess(`goaccess, ${logs.files} files`, logs.folder)] : []),
  ];
}

function zcat(name: string, input: string): Contender {
  return { name, run: () => timedRun('sh', ['-c', `${unpacked(input)} > /dev/null`]) };
}

/** Parsing, windows and all measures in one thread, nothing stored. */
function measure(name: string, input: string, logs: GeneratedLogs, ...options: string[]): Contender {
  const [command, ...flags] = NODE;
  const program = path.join(import.meta.dirname, 'measure.ts');
  return {
    name,
    async run() {
      const run = await timedRun(command, [...flags, program, input, ...options]);
      expectLines(name, JSON.parse(run.output).requests, logs.lines);
      return run;
    },
  };
}

/** The command line into an empty disk store. `npm run` only starts this program, a third of a second later. */
function importing(
  name: string,
  input: string,
  logs: GeneratedLogs,
  work: string,
  workers: number,
): Contender {
  const [command, ...flags] = NODE;
  const program = path.join(ROOT, 'bin', 'backbone.ts');
  return {
    name,
    async run() {
      const store = await mkdtemp(path.join(work, 'store-'));
      try {
        const run = await timedRun(command, [
          ...flags,
          // As `npm run backbone` does: a third less memory for the same time.
          '--max-semi-space-size=8',
          program,
          'import',
          input,
          '--store',
          `disk:${store}`,
          '--workers',
          String(workers),
          '--json',
        ]);
        expectLines(name, JSON.parse(run.output).records, logs.lines);
        return { ...run, rawBatchBytes: await sizeOf(store, '.parquet') };
      } finally {
        await rm(store, { recursive: true });
      }
    },
  };
}

/** A report of ten lines a panel; its own numbers are not compared, it knows neither half-hours nor percentiles. */
function goaccess(name: string, input: string): Contender {
  const options = '--log-format=CLOUDFRONT --no-global-config --no-progress --max-items=10 -o json';
  return { name, run: () => timedRun('sh', ['-c', `${unpacked(input)} | goaccess - ${options}`]) };
}

function unpacked(input: string): string {
  return input.endsWith('.gz') ? `zcat '${input}'` : `zcat '${input}'/*.gz`;
}

function expectLines(name: string, counted: unknown, lines: number): void {
  if (counted !== lines) throw new Error(`${name} counted ${counted} of ${lines} lines`);
}

async function sizeOf(folder: string, end: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder, { recursive: true })) {
    if (name.endsWith(end)) bytes += (await stat(path.join(folder, name))).size;
  }
  return bytes;
}
