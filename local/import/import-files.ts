import { availableParallelism } from 'node:os';
import type { IngestAnswer } from '../../lambdas/ingest/ingest.ts';
import type { Session } from '../session.ts';
import { type Crew, createCrew, type Task } from './crew.ts';
import { type ReadAs, readFile } from './read-file.ts';

/** A file as it was found, with its size in bytes. */
export interface FoundFile {
  readonly path: string;
  readonly size: number;
}

export interface ImportOptions {
  /** URL of the session's store, for threads that open it as well. */
  readonly store: string;
  readonly readAs: ReadAs;
  /** Threads; undefined: as many as the machine has cores for and the files are worth. */
  readonly workers?: number;
  /** Called after each file, in the order in which they are done. */
  readonly onFile: (file: FoundFile, answer: IngestAnswer) => void;
  /** Called when all files have been read. */
  readonly onSumming: () => void;
}

/** The most threads that `--workers` takes: beyond it they wait for the store. */
export const MOST_WORKERS = 8;

/**
 * Ingests files, and carries what they touched through to the year. With one worker all is done here; with more,
 * threads read files and sum windows, and the roll-ups above them are made here.
 */
export async function importFiles(
  session: Session,
  files: readonly FoundFile[],
  options: ImportOptions,
): Promise<void> {
  const workers = workersFor(files, options);
  if (workers <= 1) return importAlone(session, files, options);
  const { store, readAs } = options;
  const crew = createCrew(workers, { store, readAs });
  try {
    await importTogether(session, crew, files, options);
  } finally {
    await crew.close();
  }
}

// Below this a thread takes longer to start than to read what it is there for.
const WORTH_A_WORKER = 8 * 1024 * 1024;

/** A memory store belongs to one thread. */
function workersFor(files: readonly FoundFile[], { workers, store }: ImportOptions): number {
  if (store.startsWith('memory:')) return 1;
  if (workers !== undefined) return Math.min(workers, files.length);
  const total = files.reduce((sum, { size }) => sum + size, 0);
  return Math.min(availableParallelism(), MOST_WORKERS, files.length, Math.floor(total / WORTH_A_WORKER));
}

async function importAlone(
  session: Session,
  files: readonly FoundFile[],
  { readAs, onFile, onSumming }: ImportOptions,
): Promise<void> {
  for (const file of files) onFile(file, await readFile(session, file.path, readAs));
  onSumming();
  await session.carryThrough();
}

async function importTogether(
  session: Session,
  crew: Crew,
  files: readonly FoundFile[],
  { onFile, onSumming }: ImportOptions,
): Promise<void> {
  const read = async (file: FoundFile) => {
    const { answer, touched } = await crew.ask({ kind: 'read', file: file.path });
    await session.pipeline.messages.consolidate(touched);
    onFile(file, answer!);
  };
  await Promise.all(files.map(read));
  onSumming();
  const askAll = async (tasks: readonly Task[]) => void (await Promise.all(tasks.map(crew.ask)));
  await session.carryThrough({
    consolidate: (windows) => askAll(windows.map((window) => ({ kind: 'consolidate', window }))),
    aggregate: (rollups) => askAll(rollups.map((rollup) => ({ kind: 'aggregate', rollup }))),
  });
}
