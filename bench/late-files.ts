import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { readWindow } from '@sgraph-backbone/layer/derived';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { windowKey } from '@sgraph-backbone/layer/rollups';
import { type LoggedRequest, STANDARD_HEADER, standardLine } from '../local/demo/log-line.ts';
import { createRandom, HEX, type Random } from '../local/demo/random.ts';
import { readFile } from '../local/import/read-file.ts';
import { createSession, type Session } from '../local/session.ts';
import { BENCH_DAY, BENCH_SITE, createTraffic } from './traffic.ts';

const USAGE = `node bench/late-files.ts [--files 1000] [--lines 100] [--distinct 2000]

Files that come one after the other and all touch one half-hour, each carried through to the year before the next:
prints, for every tenth of them, the processor time of one file. Run twice: with as many different requests as lines
(the window grows), and with --distinct different ones (it stays as it is). The second column of times must stay flat, but for the list of files that the window holds.
`;

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '1000' },
    lines: { type: 'string', default: '100' },
    distinct: { type: 'string', default: '2000' },
    help: { type: 'boolean', default: false },
  },
});

const WORK = path.join(import.meta.dirname, '.work');
const HALF_HOUR = 1_800_000;

if (values.help) process.stdout.write(USAGE);
else await bench(Number(values.files), Number(values.lines), Number(values.distinct));

async function bench(files: number, lines: number, distinct: number): Promise<void> {
  const growing = await lateFiles(files, lines, files * lines);
  const steady = await lateFiles(files, lines, distinct);
  process.stdout.write(`${files} files of ${lines} lines in one half-hour\n\n`);
  process.stdout.write(
    `| files | all different: values | ms a file | ${distinct} different: values | ms a file |\n`,
  );
  process.stdout.write('| --: | --: | --: | --: | --: |\n');
  for (const [at, { held, size, ms }] of growing.entries())
    process.stdout.write(
      `| ${held} | ${size} | ${ms.toFixed(1)} | ${steady[at]!.size} | ${steady[at]!.ms.toFixed(1)} |\n`,
    );
}

interface Step {
  /** Files merged into the window. */
  readonly held: number;
  /** Values in all tables of the window. */
  readonly size: number;
  /** Processor time of a file, mean of the step. */
  readonly ms: number;
}

async function lateFiles(files: number, lines: number, distinct: number): Promise<Step[]> {
  await mkdir(WORK, { recursive: true });
  const work = await mkdtemp(path.join(WORK, 'late-'));
  const session = await createSession(await openStore(`disk:${path.join(work, 'store')}`));
  try {
    const draw = requestsOf(createRandom('late'), distinct);
    const each = Math.max(1, Math.round(files / 10));
    const steps: Step[] = [];
    for (let held = each; held <= files; held += each) {
      const done = await step(session, work, draw, { held, each, lines });
      process.stderr.write(`${held} files: ${done.size} values, ${done.ms.toFixed(1)} ms a file\n`);
      steps.push(done);
    }
    return steps;
  } finally {
    await session.close();
    await rm(work, { recursive: true });
  }
}

/** Requests of one half-hour, out of a number of different ones; each has its own id. */
function requestsOf(random: Random, distinct: number): () => LoggedRequest {
  const traffic = createTraffic(random, distinct);
  const known = Array.from({ length: distinct }, () => traffic(BENCH_DAY));
  return () => ({
    ...known[random.integer(distinct)]!,
    finished: BENCH_DAY + random.integer(HALF_HOUR / 1000) * 1000,
    requestId: random.text(HEX, 56),
  });
}

interface Merging {
  readonly held: number;
  readonly each: number;
  readonly lines: number;
}

async function step(
  session: Session,
  work: string,
  draw: () => LoggedRequest,
  { held, each, lines }: Merging,
): Promise<Step> {
  let micros = 0;
  for (let file = 0; file < each; file++) {
    const place = path.join(
      work,
      `${BENCH_SITE.distribution}.2026-03-10-00.${String(held + file).padStart(8, '0')}.gz`,
    );
    const text = Array.from({ length: lines }, () => standardLine(draw())).join('');
    await writeFile(place, gzipSync(STANDARD_HEADER + text));
    const before = process.cpuUsage();
    await readFile(session, `file:${place}`, {});
    await session.carryThrough();
    const { user, system } = process.cpuUsage(before);
    micros += user + system;
  }
  return { held, size: await valuesHeld(session), ms: micros / each / 1000 };
}

async function valuesHeld({ pipeline }: Session): Promise<number> {
  const feed = `standard.${BENCH_SITE.distribution}`;
  const found = await readWindow(pipeline.data, { feed, window: windowKey(BENCH_DAY) });
  const classes = Object.values(found?.value.summary.classes ?? {});
  return classes
    .flatMap(({ tables }) => Object.values(tables))
    .reduce((sum, { value }) => sum + value.length, 0);
}
