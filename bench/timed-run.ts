import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface TimedRun {
  /** Wall time, with the start of the process. */
  readonly seconds: number;
  /** Processor time of all processes that took part: what a busy machine changes least. Absent without /proc. */
  readonly cpuSeconds?: number;
  /** Peak resident memory of the largest process that took part; absent where there is no /proc. */
  readonly peakMiB?: number;
  readonly output: string;
}

const SAMPLE_EVERY_MS = 20;
// USER_HZ of every Linux that Node runs on.
const TICKS_PER_SECOND = 100;

/** Runs a command to its end. Throws with what it said when it fails. */
export async function timedRun(command: string, args: readonly string[]): Promise<TimedRun> {
  const start = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, complaint] = [collect(child.stdout), collect(child.stderr)];
  let [peak, ticks] = [0, 0];
  const sampling = setInterval(() => {
    const processes = family(child.pid!);
    peak = Math.max(peak, ...processes.map(peakOf));
    ticks = Math.max(
      ticks,
      processes.map(ticksOf).reduce((sum, each) => sum + each),
    );
  }, SAMPLE_EVERY_MS);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  }).finally(() => clearInterval(sampling));
  const seconds = (performance.now() - start) / 1000;
  if (code !== 0)
    throw new Error(`${command} ${args.slice(0, 6).join(' ')} ended with ${code}: ${complaint()}`);
  const seen = peak > 0 ? { peakMiB: peak / 1024, cpuSeconds: ticks / TICKS_PER_SECOND } : {};
  return { seconds, output: output(), ...seen };
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}

/** The process and all that it started. */
function family(pid: number): number[] {
  const children = readProcess(() =>
    readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    ),
  );
  return [pid, ...(children ?? []).flatMap(family)];
}

/** The kernel's own high-water mark in kB: a sample just before the end is enough. */
function peakOf(pid: number): number {
  const status = readProcess(() => readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status ?? '')?.[1] ?? 0);
}

/** User and system time of a process and of those it has waited for: fields 14 to 17, counted after the name's bracket. */
function ticksOf(pid: number): number {
  const stat = readProcess(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const fields =
    stat
      ?.slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 15) ?? [];
  return fields.reduce((sum, field) => sum + Number(field), 0);
}

/** A process may end between two looks at it, and other systems have no /proc. */
function readProcess<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
