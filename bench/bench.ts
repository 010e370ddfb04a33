import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Contender, contenders } from './contenders.ts';
import { type GeneratedLogs, generateLogs } from './generate.ts';
import { type Measured, ratioTable } from './table.ts';

const USAGE = `npm run bench -- [--lines 1000000] [--files 200] [--runs 5] [--only <text>]...

Generates logs once (bench/.work), runs everything on them in turn, and prints medians
as ratios to zcat. --only keeps what has the text in its name, beside zcat:
  npm run bench -- --only measure --only goaccess --runs 3
`;

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '1000000' },
    files: { type: 'string', default: '200' },
    runs: { type: 'string', default: '5' },
    only: { type: 'string', multiple: true, default: [] },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(USAGE);
else await bench();

async function bench(): Promise<void> {
  const logs = await generateLogs({
    lines: Number(values.lines),
    files: Number(values.files),
    seed: 'bench',
  });
  const work = path.dirname(path.dirname(logs.folder));
  const entered = contenders(logs, work).filter(({ name }) => isWanted(name));
  process.stdout.write(`${describeLogs(logs)}; ${values.runs} runs in turn, medians\n\n`);
  const { rows, rawBatchBytes } = await race(entered, Number(values.runs));
  process.stdout.write(`${ratioTable(rows, ['zcat', 'goaccess'])}\n`);
  if (rawBatchBytes > 0) {
    process.stdout.write(
      `\nraw batches ÷ .gz logs: ${((100 * rawBatchBytes) / logs.packedBytes).toFixed(1)} %\n`,
    );
  }
}

function isWanted(name: string): boolean {
  return (
    values.only.length === 0 || name.startsWith('zcat') || values.only.some((text) => name.includes(text))
  );
}

/** Interleaved: what the machine does meanwhile hits all contenders alike. */
async function race(entered: readonly Contender[], runs: number) {
  const rows = entered.map(
    ({ name }): Measured & { seconds: number[]; cpuSeconds: number[]; peakMiB: number[] } => {
      return { name, seconds: [], cpuSeconds: [], peakMiB: [] };
    },
  );
  let rawBatchBytes = 0;
  for (let run = 0; run < runs; run++) {
    for (const [index, contender] of entered.entries()) {
      const timed = await contender.run();
      rows[index]!.seconds.push(timed.seconds);
      if (timed.peakMiB !== undefined) rows[index]!.peakMiB.push(timed.peakMiB);
      if (timed.cpuSeconds !== undefined) rows[index]!.cpuSeconds.push(timed.cpuSeconds);
      rawBatchBytes ||= timed.rawBatchBytes ?? 0;
      process.stderr.write(`run ${run + 1}: ${contender.name} ${timed.seconds.toFixed(2)} s\n`);
    }
  }
  return { rows, rawBatchBytes };
}

function describeLogs({ lines, files, bytes, packedBytes }: GeneratedLogs): string {
  const megabytes = (size: number) => `${(size / 1e6).toFixed(0)} MB`;
  return `${lines.toLocaleString('en')} lines of ${(bytes / lines).toFixed(0)} bytes in ${files} files and in one, ${megabytes(bytes)}, ${megabytes(packedBytes)} packed`;
}
