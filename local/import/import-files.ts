import { availableParallelism } from 'node:os';
import { abreast } from '@sgraph-backbone/layer/store';
import type { IngestAnswer } from '../../lambdas/ingest/ingest.ts';
import type { Session } from '../session.ts';
import { type Crew, createCrew, type Task } from './crew.ts';
import { knownAnswer } from './known.ts';
import { type ReadAs, readFile } from './read-file.ts';

/** A file or an object as it was found, with its size in bytes. */
export interface FoundFile {
  /** `file:<path>` or `s3:<bucket>/<key>` */
  readonly location: string;
  readonly size: number;
  /** What a listing told of its content; a file's is found out by opening it. */
  readonly etag?: string;
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
  found: readonly FoundFile[],
  options: ImportOptions,
): Promise<void> {
  const files = await unknownOf(session, found, options);
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

/** Questions to a store that are under way at a time. */
const QUESTIONS = 32;

/** What has to be read; in the order in which it was found. */
async function unknownOf(
  { pipeline }: Session,
  found: readonly FoundFile[],
  { onFile }: ImportOptions,
): Promise<FoundFile[]> {
  const known = new Set<FoundFile>();
  await abreast(found, QUESTIONS, async (file) => {
    const answer = await knownAnswer(pipeline.data, file);
    if (answer === undefined) return;
    known.add(file);
    onFile(file, answer);
  });
  return found.filter((file) => !known.has(file));
}

// Below this a thread takes longer to start than to read what it is there for.
const WORTH_A_WORKER = 8 * 1024 * 1024;
// Over a network a thread waits most of the time: more of them than cores, and for fewer bytes.
const WORKERS_ON_S3 = 4;
const OBJECTS_A_WORKER = 8;

/** A store in memory or in an archive belongs to one thread. */
function workersFor(files: readonly FoundFile[], { workers, store }: ImportOptions): number {
  if (store.startsWith('memory:') || store.startsWith('zip:')) return 1;
  if (workers !== undefined) return Math.min(workers, files.length);
  if (store.startsWith('s3:') || files.some(({ location }) => location.startsWith('s3:')))
    return Math.min(WORKERS_ON_S3, Math.ceil(files.length / OBJECTS_A_WORKER));
  const total = files.reduce((sum, { size }) => sum + size, 0);
  return Math.min(availableParallelism(), MOST_WORKERS, files.length, Math.floor(total / WORTH_A_WORKER));
}

async function importAlone(
  session: Session,
  files: readonly FoundFile[],
  { readAs, onFile, onSumming }: ImportOptions,
): Promise<void> {
  for (const file of files) onFile(file, await readFile(session, file.location, readAs));
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
    const { answer, touched } = await crew.ask({ kind: 'read', location: file.location });
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
